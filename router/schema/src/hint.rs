//! What a client may have meant by a name that the schema does not have.
//!
//! It tells of the schema, so it is for those alone who may read the schema anyway.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

use crate::names::nearest;

/// The hint for a validation error of this kind, as apollo-compiler names it, and message: names stand in it in quotes.
pub fn of(schema: &Schema, kind: &str, message: &str) -> Option<String> {
    let mut quoted = message.split('"').skip(1).step_by(2);
    let (first, second) = (quoted.next()?, quoted.next());
    let names: Vec<&str> = match (kind, second) {
        ("UndefinedField" | "UndefinedInputValue" | "UndefinedEnumValue", Some(ty)) => members(schema, ty),
        ("UndefinedArgument", Some(place)) => {
            let (ty, field) = place.split_once('.')?;
            let field = schema.type_field(ty, field).ok()?;
            field.arguments.iter().map(|argument| argument.name.as_str()).collect()
        }
        ("UndefinedDefinition" | "UndefinedTypeInNamedFragmentTypeCondition", _)
        | ("UndefinedTypeInInlineFragmentTypeCondition", _) => {
            schema.types.keys().map(|name| name.as_str()).collect()
        }
        _ => return None,
    };
    nearest(first, names).map(|name| format!(" Did you mean \"{name}\"?"))
}

fn members<'s>(schema: &'s Schema, ty: &str) -> Vec<&'s str> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Interface(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::InputObject(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Enum(ty)) => ty.values.keys().map(|name| name.as_str()).collect(),
        _ => Vec::new(),
    }
}
