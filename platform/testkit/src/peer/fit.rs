//! Whether what a script says is what the subgraph's schema lets it answer.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, ObjectType};
use router_transport::Object;
use serde_json::Value;

/// The answer to `field` as its server gives it: of what the script says there is, what is selected. An error names the
/// path of what does not fit.
pub fn answer(schema: &Schema, field: &Field, said: &Value) -> Result<Value, String> {
    Fit { schema, selection: &field.selection_set }.value(&field.name, field.ty(), said)
}

struct Fit<'s> {
    schema: &'s Schema,
    selection: &'s SelectionSet,
}

impl Fit<'_> {
    fn value(&self, path: &str, ty: &Type, said: &Value) -> Result<Value, String> {
        match (ty, said) {
            (Type::Named(_) | Type::List(_), Value::Null) => Ok(Value::Null),
            (Type::List(item) | Type::NonNullList(item), Value::Array(items)) => {
                let at = |(index, said)| self.value(&format!("{path}[{index}]"), item, said);
                items.iter().enumerate().map(at).collect()
            }
            (Type::Named(name) | Type::NonNullNamed(name), said) if !said.is_null() => {
                self.named(path, name, said)
            }
            _ => Err(format!("{path} is {said} where {ty} is answered")),
        }
    }

    fn named(&self, path: &str, name: &str, said: &Value) -> Result<Value, String> {
        let fits = match self.schema.types.get(name) {
            Some(ExtendedType::Object(object)) => return self.object(path, object, said),
            Some(ExtendedType::Union(union)) => {
                let member = said.get("__typename").and_then(Value::as_str).unwrap_or_default();
                let member = union.members.iter().find(|known| known.as_str() == member);
                let member = member.and_then(|member| self.schema.get_object(member));
                return match member {
                    Some(member) => self.object(path, member, said),
                    None => Err(format!("{path}.__typename of {said} is no member of {name}")),
                };
            }
            Some(ExtendedType::Enum(known)) => {
                said.as_str().is_some_and(|value| known.values.contains_key(value))
            }
            Some(ExtendedType::Scalar(_)) => match name {
                "Boolean" => said.is_boolean(),
                // Ours have 64 bits.
                "Int" => said.is_i64(),
                "Float" => said.is_number(),
                _ => said.is_string(),
            },
            Some(ExtendedType::Interface(_) | ExtendedType::InputObject(_)) | None => false,
        };
        if fits { Ok(said.clone()) } else { Err(format!("{path} is {said} where {name} is answered")) }
    }

    fn object(&self, path: &str, object: &ObjectType, said: &Value) -> Result<Value, String> {
        let Value::Object(said) = said else {
            return Err(format!("{path} is {said} where {} is answered", object.name));
        };
        for (key, value) in said {
            let is_there = match key.as_str() {
                "__typename" => value.as_str() == Some(object.name.as_str()),
                key => object.fields.contains_key(key),
            };
            if !is_there {
                return Err(format!("{path}.{key} is {value}, which is nothing of {}", object.name));
            }
        }
        let mut answer = Object::new();
        self.select(path, object, said, &mut answer)?;
        Ok(Value::Object(answer))
    }

    fn select(
        &self,
        path: &str,
        object: &ObjectType,
        said: &Object,
        answer: &mut Object,
    ) -> Result<(), String> {
        for selected in &self.selection.selections {
            match selected {
                Selection::Field(field) if field.name == "__typename" => {
                    answer.insert(field.response_key().to_string(), object.name.as_str().into());
                }
                Selection::Field(field) => {
                    let path = format!("{path}.{}", field.name);
                    let said = said.get(field.name.as_str());
                    let said =
                        said.ok_or_else(|| format!("{path} is asked for, and nothing is said of it"))?;
                    let value =
                        Fit { selection: &field.selection_set, ..*self }.value(&path, field.ty(), said)?;
                    answer.insert(field.response_key().to_string(), value);
                }
                Selection::InlineFragment(part) => {
                    if part.type_condition.as_ref().is_none_or(|name| *name == object.name) {
                        let part = Fit { selection: &part.selection_set, ..*self };
                        part.select(path, object, said, answer)?;
                    }
                }
                Selection::FragmentSpread(_) => {
                    return Err(format!("{path} is asked for by a named fragment"));
                }
            }
        }
        Ok(())
    }
}
