//! Default values: that each is a value of its type, which GraphQL parsers leave unchecked.

use apollo_compiler::Name;
use apollo_compiler::ast::{Type, Value};

use super::Checks;
use crate::error::ErrorCode;
use crate::merge::values::to_text;
use crate::subgraph::model::{InputDef, SubgraphModel, TypeKind};

impl Checks<'_> {
    pub(super) fn defaults(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            for field in ty.fields.values() {
                for argument in field.arguments.values() {
                    let on = format!("{}.{}({}:)", ty.name, field.name, argument.name);
                    self.default(&on, argument);
                }
            }
            for input in ty.inputs.values() {
                self.default(&format!("{}.{}", ty.name, input.name), input);
            }
        }
    }

    fn default(&mut self, on: &str, input: &InputDef) {
        let Some(default) = &input.default else {
            return;
        };
        if !fits(self.model, &input.ty, default) {
            self.fail(
                ErrorCode::InvalidGraphql,
                format!("The default {} of \"{on}\" is no value of type \"{}\"", to_text(default), input.ty),
                input.location,
            );
        }
    }
}

/// Whether a value is one of a type.
pub(super) fn fits(model: &SubgraphModel, ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::NonNullNamed(_) | Type::NonNullList(_), Value::Null) => false,
        (_, Value::Null) => true,
        (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
            values.iter().all(|value| fits(model, item, value))
        }
        // A single value stands for a list of one.
        (Type::List(item) | Type::NonNullList(item), value) => fits(model, item, value),
        (Type::Named(name) | Type::NonNullNamed(name), value) => fits_named(model, name, value),
    }
}

fn fits_named(model: &SubgraphModel, name: &Name, value: &Value) -> bool {
    let Some(ty) = model.types.get(name) else {
        return match name.as_str() {
            "Int" => matches!(value, Value::Int(number) if number.try_to_i32().is_ok()),
            "Float" => matches!(value, Value::Int(_) | Value::Float(_)),
            "String" => matches!(value, Value::String(_)),
            "Boolean" => matches!(value, Value::Boolean(_)),
            "ID" => matches!(value, Value::String(_) | Value::Int(_)),
            _ => true,
        };
    };
    match ty.kind {
        TypeKind::Enum => matches!(value, Value::Enum(name) if ty.values.contains_key(name)),
        TypeKind::InputObject => {
            let Value::Object(entries) = value else {
                return false;
            };
            entries
                .iter()
                .all(|(name, value)| ty.inputs.get(name).is_some_and(|input| fits(model, &input.ty, value)))
                && ty
                    .inputs
                    .values()
                    .filter(|input| input.is_required())
                    .all(|input| entries.iter().any(|(name, _)| *name == input.name))
        }
        TypeKind::Scalar | TypeKind::Object | TypeKind::Interface | TypeKind::Union => true,
    }
}
