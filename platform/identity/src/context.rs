//! What an application knows of a request beside who calls, such as the market of a shop: a value of its own type.
//!
//! Whoever establishes the identity puts it there, and who acts on the identity reads it; nobody between them looks
//! inside. In process it travels as the value that it is, in a token as JSON (and as nothing but JSON). Invariant: a
//! context is part of its identity, so identities in different contexts are different ones.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// What a context can be.
pub trait ContextValue: fmt::Debug + Eq + Hash + Serialize + Send + Sync + 'static {}

impl<T: fmt::Debug + Eq + Hash + Serialize + Send + Sync + 'static> ContextValue for T {}

/// The context of an identity, or none. Cheap to clone.
#[derive(Clone, Default)]
pub struct Context(Option<Arc<dyn AnyContext>>);

impl Context {
    pub fn new(value: impl ContextValue) -> Self {
        Self(Some(Arc::new(value)))
    }

    pub const fn none() -> Self {
        Self(None)
    }

    pub const fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The value; `None` where there is none, or one of another type.
    pub fn get<C: ContextValue>(&self) -> Option<&C> {
        let value: &dyn Any = self.0.as_deref()?;
        value.downcast_ref()
    }

    /// Whether a context that is there is of this type.
    pub(crate) fn may_be<C: ContextValue>(&self) -> bool {
        self.is_none() || self.get::<C>().is_some()
    }
}

/// A [`ContextValue`] of any type.
trait AnyContext: Any + fmt::Debug + Send + Sync {
    fn equals(&self, other: &dyn AnyContext) -> bool;
    fn hash_into(&self, state: &mut dyn Hasher);
    fn to_json(&self) -> Result<Box<RawValue>, serde_json::Error>;
}

impl<T: ContextValue> AnyContext for T {
    fn equals(&self, other: &dyn AnyContext) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }

    fn hash_into(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }

    fn to_json(&self) -> Result<Box<RawValue>, serde_json::Error> {
        to_raw_value(self)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one.equals(&**other),
            _ => false,
        }
    }
}

impl Eq for Context {}

impl Hash for Context {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.is_none().hash(state);
        if let Some(value) = &self.0 {
            value.hash_into(state);
        }
    }
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.to_json().map_err(serde::ser::Error::custom)?.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}
