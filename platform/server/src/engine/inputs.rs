//! Variables of async-graphql as limits and cost read them.

use async_graphql::{Value, Variables};
use router_limits::{LimitError, Limits, cost};

/// Refuses variables that hold too much, whatever way they came.
pub(super) fn check(limits: &Limits, variables: &Variables) -> Result<(), LimitError> {
    let mut left: Vec<(&Value, usize)> = variables.values().map(|value| (value, 1)).collect();
    let mut values = 0;
    while let Some((value, depth)) = left.pop() {
        values += 1;
        match value {
            Value::List(items) => {
                limits.check_values(values + items.len(), depth)?;
                left.extend(items.iter().map(|item| (item, depth + 1)));
            }
            Value::Object(fields) => {
                limits.check_values(values + fields.len(), depth)?;
                left.extend(fields.values().map(|value| (value, depth + 1)));
            }
            _ => {}
        }
    }
    limits.check_values(values, 0)
}

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
