//! Readable plans.
use std::fmt;

use crate::plan::QueryPlan;

pub fn write_plan(plan: &QueryPlan, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} fetches", plan.fetches.len())
}
