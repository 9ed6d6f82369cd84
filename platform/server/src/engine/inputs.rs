//! Variables of async-graphql as the cost reads them.

use async_graphql::{Value, Variables};
use router_limits::cost;

/// The variables of an operation; its own defaults are not among them.
pub(super) struct Inputs<'a>(pub(super) &'a Variables);

#[derive(Clone, Copy)]
pub(super) struct Input<'v>(&'v Value);

impl cost::Variables for Inputs<'_> {
    type Value<'v>
        = Input<'v>
    where
        Self: 'v;

    fn variable(&self, name: &str) -> Option<Input<'_>> {
        self.0.get(name).map(Input)
    }
}

impl cost::Input for Input<'_> {
    fn is_null(self) -> bool {
        matches!(self.0, Value::Null)
    }

    fn integer(self) -> Option<i64> {
        match self.0 {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    fn boolean(self) -> Option<bool> {
        match self.0 {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    fn length(self) -> Option<usize> {
        match self.0 {
            Value::List(items) => Some(items.len()),
            _ => None,
        }
    }

    fn item(self, index: usize) -> Option<Self> {
        match self.0 {
            Value::List(items) => items.get(index).map(Input),
            _ => None,
        }
    }

    fn field(self, name: &str) -> Option<Self> {
        match self.0 {
            Value::Object(fields) => fields.get(name).map(Input),
            _ => None,
        }
    }
}
