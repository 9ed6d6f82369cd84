//! Whether a literal is a value of an input type: of one subgraph's, or of the supergraph's.

use apollo_compiler::Name;
use apollo_compiler::ast::{Type, Value};

use crate::subgraph::model::TypeKind;

/// Where types are looked up.
pub(crate) trait InputTypes {
    /// `None` for the scalars that every schema has.
    fn kind(&self, ty: &str) -> Option<TypeKind>;
    fn has_enum_value(&self, ty: &str, value: &str) -> bool;
    /// The fields of an input object: name, type, and whether a value must have it.
    fn input_fields(&self, ty: &str) -> Vec<(&Name, &Type, bool)>;
}

pub(crate) fn fits(types: &impl InputTypes, ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::NonNullNamed(_) | Type::NonNullList(_), Value::Null) => false,
        (_, Value::Null) => true,
        (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
            values.iter().all(|value| fits(types, item, value))
        }
        // A single value stands for a list of one.
        (Type::List(item) | Type::NonNullList(item), value) => fits(types, item, value),
        (Type::Named(name) | Type::NonNullNamed(name), value) => fits_named(types, name, value),
    }
}

fn fits_named(types: &impl InputTypes, name: &Name, value: &Value) -> bool {
    let Some(kind) = types.kind(name) else {
        return match name.as_str() {
            "Int" => matches!(value, Value::Int(number) if number.try_to_i32().is_ok()),
            "Float" => matches!(value, Value::Int(_) | Value::Float(_)),
            "String" => matches!(value, Value::String(_)),
            "Boolean" => matches!(value, Value::Boolean(_)),
            "ID" => matches!(value, Value::String(_) | Value::Int(_)),
            _ => true,
        };
    };
    match kind {
        TypeKind::Enum => matches!(value, Value::Enum(value) if types.has_enum_value(name, value)),
        TypeKind::InputObject => {
            let Value::Object(entries) = value else {
                return false;
            };
            let fields = types.input_fields(name);
            let is_known = |entry: &Name, value: &Value| {
                fields.iter().any(|(field, ty, _)| *field == entry && fits(types, ty, value))
            };
            let is_given = |field: &Name| entries.iter().any(|(entry, _)| entry == field);
            entries.iter().all(|(entry, value)| is_known(entry, value))
                && fields.iter().all(|(field, _, is_required)| !is_required || is_given(field))
        }
        TypeKind::Scalar | TypeKind::Object | TypeKind::Interface | TypeKind::Union => true,
    }
}
