//! Coercion of variable values, by the specification's CoerceVariableValues and the input coercion of each type.

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use serde_json::{Number, Value};

use crate::{JsonObject, Operation, RequestError, Supergraph};

impl Operation {
    /// The values with defaults filled in, single values made lists where lists are wanted, and ids made strings.
    /// Values of variables that the operation does not define are dropped.
    pub fn coerce_variables(
        &self,
        supergraph: &Supergraph,
        values: &JsonObject,
    ) -> Result<JsonObject, RequestError> {
        let coercion = Coercion { supergraph };
        let mut coerced = JsonObject::new();
        for variable in &self.definition().variables {
            let name = variable.name.as_str();
            let place = || Place::Variable(name);
            match (values.get(name), &variable.default_value) {
                (Some(value), _) => {
                    coerced.insert(name.to_owned(), coercion.value(value, &variable.ty, &place())?);
                }
                (None, Some(default)) => {
                    let value = literal_to_json(default);
                    coerced.insert(name.to_owned(), coercion.value(&value, &variable.ty, &place())?);
                }
                (None, None) if variable.ty.is_non_null() => {
                    return Err(
                        place().refuse(&format!("of required type `{}` was not provided", variable.ty))
                    );
                }
                (None, None) => {}
            }
        }
        Ok(coerced)
    }
}

/// Where a value stands, for messages; built on the way down, written only when something is wrong.
enum Place<'a> {
    Variable(&'a str),
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn refuse(&self, what: &str) -> RequestError {
        RequestError::Variable { message: format!("Variable `${}` {what}.", self.text()) }
    }

    fn text(&self) -> String {
        match self {
            Self::Variable(name) => (*name).to_owned(),
            Self::Field(parent, name) => format!("{}.{name}", parent.text()),
            Self::Item(parent, index) => format!("{}[{index}]", parent.text()),
        }
    }
}

struct Coercion<'a> {
    supergraph: &'a Supergraph,
}

impl Coercion<'_> {
    fn value(&self, value: &Value, ty: &Type, place: &Place<'_>) -> Result<Value, RequestError> {
        if value.is_null() {
            return if ty.is_non_null() {
                Err(place.refuse(&format!("of non-null type `{ty}` must not be null")))
            } else {
                Ok(Value::Null)
            };
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => match value {
                Value::Array(values) => values
                    .iter()
                    .enumerate()
                    .map(|(index, value)| self.value(value, item, &Place::Item(place, index)))
                    .collect(),
                single => Ok(Value::Array(vec![self.value(single, item, place)?])),
            },
            Type::Named(name) | Type::NonNullNamed(name) => self.named(value, name, place),
        }
    }

    fn named(&self, value: &Value, name: &str, place: &Place<'_>) -> Result<Value, RequestError> {
        match self.supergraph.api().schema().types.get(name) {
            Some(ExtendedType::InputObject(definition)) => self.object(value, definition, place),
            Some(ExtendedType::Enum(definition)) => match value.as_str() {
                Some(text) if definition.values.contains_key(text) => Ok(value.clone()),
                _ => Err(place.refuse(&format!("is not a value of the enum `{name}`"))),
            },
            _ => scalar(value, name)
                .ok_or_else(|| place.refuse(&format!("cannot represent a value of type `{name}`"))),
        }
    }

    fn object(
        &self,
        value: &Value,
        definition: &InputObjectType,
        place: &Place<'_>,
    ) -> Result<Value, RequestError> {
        let Value::Object(given) = value else {
            return Err(place.refuse(&format!("must be an object of type `{}`", definition.name)));
        };
        if let Some(unknown) = given.keys().find(|key| !definition.fields.contains_key(key.as_str())) {
            return Err(place
                .refuse(&format!("has the field `{unknown}`, which `{}` does not define", definition.name)));
        }
        if definition.directives.has("oneOf") && (given.len() != 1 || given.values().any(Value::is_null)) {
            return Err(
                place.refuse(&format!("must have exactly one non-null field of `{}`", definition.name))
            );
        }
        let mut coerced = JsonObject::new();
        for (name, field) in &definition.fields {
            let place = Place::Field(place, name);
            match (given.get(name.as_str()), &field.default_value) {
                (Some(value), _) => {
                    coerced.insert(name.to_string(), self.value(value, &field.ty, &place)?);
                }
                (None, Some(default)) => {
                    let value = literal_to_json(default);
                    coerced.insert(name.to_string(), self.value(&value, &field.ty, &place)?);
                }
                (None, None) if field.ty.is_non_null() => {
                    return Err(place.refuse(&format!("of required type `{}` was not provided", field.ty)));
                }
                (None, None) => {}
            }
        }
        Ok(Value::Object(coerced))
    }
}

/// `None` when the value is not one of the scalar's. Custom scalars take anything: their subgraph checks them.
fn scalar(value: &Value, name: &str) -> Option<Value> {
    match name {
        "Int" => value
            .as_i64()
            .filter(|number| i32::try_from(*number).is_ok())
            .map(Value::from)
            .or_else(|| whole(value)),
        "Float" => value.as_f64().filter(|number| number.is_finite()).map(|_| value.clone()),
        "String" => value.is_string().then(|| value.clone()),
        "Boolean" => value.is_boolean().then(|| value.clone()),
        "ID" => match value {
            Value::String(_) => Some(value.clone()),
            Value::Number(number) if !number.is_f64() => Some(Value::String(number.to_string())),
            _ => None,
        },
        _ => Some(value.clone()),
    }
}

/// JSON writers of some languages print whole numbers with a fraction: `1.0` is the integer 1.
fn whole(value: &Value) -> Option<Value> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    format!("{number}").parse::<i32>().ok().map(Value::from)
}

/// A constant of the schema or the document as JSON.
fn literal_to_json(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::Variable(_) => Value::Null,
        Literal::Enum(name) => Value::String(name.to_string()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(value) => Value::Bool(*value),
        Literal::Int(text) => text.as_str().parse::<Number>().map_or(Value::Null, Value::Number),
        Literal::Float(text) => text.as_str().parse::<Number>().map_or(Value::Null, Value::Number),
        Literal::List(items) => items.iter().map(|item| literal_to_json(item)).collect(),
        Literal::Object(fields) => Value::Object(
            fields.iter().map(|(name, value)| (name.to_string(), literal_to_json(value))).collect(),
        ),
    }
}
