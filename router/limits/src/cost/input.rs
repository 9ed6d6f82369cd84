//! Values that callers give: literals of the document, and variables as whoever runs the operation keeps them.

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Value as Literal};
use serde_json::{Map, Value};

/// A value of a variable.
pub trait Input: Copy {
    fn is_null(self) -> bool;
    fn integer(self) -> Option<i64>;
    fn boolean(self) -> Option<bool>;
    /// The number of items, if it is a list.
    fn length(self) -> Option<usize>;
    fn item(self, index: usize) -> Option<Self>;
    fn field(self, name: &str) -> Option<Self>;
}

/// The variables of an operation, defaults filled in.
pub trait Variables {
    type Value<'v>: Input
    where
        Self: 'v;

    fn variable(&self, name: &str) -> Option<Self::Value<'_>>;
}

impl Input for &Value {
    fn is_null(self) -> bool {
        Value::is_null(self)
    }

    fn integer(self) -> Option<i64> {
        self.as_i64()
    }

    fn boolean(self) -> Option<bool> {
        self.as_bool()
    }

    fn length(self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }

    fn item(self, index: usize) -> Option<Self> {
        self.get(index)
    }

    fn field(self, name: &str) -> Option<Self> {
        self.get(name)
    }
}

impl Variables for Map<String, Value> {
    type Value<'v> = &'v Value;

    fn variable(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// What variables stand for in one operation: values that are given, and the operation's own defaults.
pub(super) struct Scope<'a, V> {
    pub variables: &'a V,
    pub defaults: HashMap<&'a str, &'a Literal>,
}

/// A value wherever it stands. Never `null`.
#[derive(Clone, Copy)]
pub(super) enum Given<'a, I> {
    Literal(&'a Literal),
    Variable(I),
}

impl<'a, V: Variables> Scope<'a, V> {
    /// A literal, followed to the variable that it names. `None` where nothing is given.
    pub fn resolve(&self, literal: &'a Literal) -> Option<Given<'a, V::Value<'a>>> {
        let found = match literal {
            Literal::Variable(name) => match self.variables.variable(name) {
                Some(value) => return (!value.is_null()).then_some(Given::Variable(value)),
                None => self.defaults.get(name.as_str())?,
            },
            literal => literal,
        };
        (!found.is_null()).then_some(Given::Literal(found))
    }

    /// The items of a list, or the value alone.
    pub fn items(&self, value: Given<'a, V::Value<'a>>) -> Vec<Given<'a, V::Value<'a>>> {
        match value {
            Given::Literal(Literal::List(items)) => {
                items.iter().filter_map(|item| self.resolve(item)).collect()
            }
            Given::Literal(_) => vec![value],
            Given::Variable(variable) => match variable.length() {
                Some(length) => (0..length)
                    .filter_map(|index| variable.item(index))
                    .filter(|item| !item.is_null())
                    .map(Given::Variable)
                    .collect(),
                None => vec![value],
            },
        }
    }

    pub fn field(&self, value: Given<'a, V::Value<'a>>, name: &str) -> Option<Given<'a, V::Value<'a>>> {
        match value {
            Given::Literal(Literal::Object(fields)) => {
                let (_, value) = fields.iter().find(|(field, _)| field == name)?;
                self.resolve(value)
            }
            Given::Literal(_) => None,
            Given::Variable(value) => value.field(name).filter(|field| !field.is_null()).map(Given::Variable),
        }
    }
}

impl<I: Input> Given<'_, I> {
    pub fn boolean(self) -> Option<bool> {
        match self {
            Self::Literal(literal) => literal.to_bool(),
            Self::Variable(value) => value.boolean(),
        }
    }

    /// How long a list may be that this value slices: its number, or as many as it names. A negative number is none:
    /// whoever resolves the field says what is wrong with it.
    pub fn size(self) -> Option<u64> {
        let (length, number) = match self {
            Self::Literal(Literal::List(items)) => (Some(items.len()), None),
            Self::Literal(Literal::Int(number)) => (None, number.as_str().parse::<i64>().ok()),
            Self::Literal(_) => (None, None),
            Self::Variable(value) => (value.length(), value.integer()),
        };
        match (length, number) {
            (Some(length), _) => u64::try_from(length).ok(),
            (None, Some(number)) => Some(u64::try_from(number).unwrap_or(0)),
            (None, None) => None,
        }
    }
}

/// The value that is written for an argument.
pub(super) fn argument<'d>(arguments: &'d [Node<Argument>], name: &str) -> Option<&'d Literal> {
    arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}
