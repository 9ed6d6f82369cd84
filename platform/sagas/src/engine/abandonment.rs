//! What giving a saga up comes to.

use crate::status::SagaStatus;

/// Which way a saga is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// Forward, and it may have come further than is stored: it is at work, or its worker died.
    AtWork,
    /// Forward, and it waits or is stuck.
    AtRest,
    Back,
}

impl Course {
    pub(crate) fn of(status: SagaStatus, failure: Option<&str>, is_exact: bool) -> Self {
        match status {
            _ if failure.is_some() => Self::Back,
            SagaStatus::Running => Self::AtWork,
            _ if !is_exact => Self::AtWork,
            _ => Self::AtRest,
        }
    }
}

/// What giving up comes to, by names of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abandonment {
    pub(crate) goal: Goal,
    /// Their undo runs, in this order.
    pub undone: Vec<String>,
    /// Neither run nor undone: staff see to what they may have left behind.
    pub given_up: Vec<String>,
    /// They run all the same.
    pub goes_on: Vec<String>,
}

/// Where the saga goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    Undo(String),
    Undone,
    Forward(String),
    End,
}

impl Abandonment {
    /// This release has no such step, or does not know the kind: there is nothing that it could run.
    pub(crate) fn of_unknown(step: &str) -> Self {
        Self { goal: Goal::End, undone: Vec::new(), given_up: vec![step.to_owned()], goes_on: Vec::new() }
    }
}
