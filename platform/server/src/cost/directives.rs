//! The directives by which a field says what it costs.

use async_graphql::TypeDirective;

/// How many items a list that has no pages has at most, as a rule. It is no promise: what an answer really comes to is
/// limited too.
#[TypeDirective(name = "listSize", location = "FieldDefinition")]
pub fn list(assumed_size: i32) {}

/// What one object of the field counts in place of 1, or a leaf in place of 0.
#[TypeDirective(name = "cost", location = "FieldDefinition", location = "Object")]
pub fn of(weight: i32) {}
