//! Coercion of variable values, by the specification's CoerceVariableValues and the input coercion of each type.

use std::collections::HashMap;

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use router_json::{Node, Number, Object};

use crate::{Operation, RequestError, Supergraph, Variables};

impl Operation {
    /// The values with defaults filled in, single values made lists where lists are wanted, and ids made strings.
    /// Values of variables that the operation does not define are dropped.
    pub fn coerce_variables(
        &self,
        supergraph: &Supergraph,
        values: &Variables,
    ) -> Result<Variables, RequestError> {
        let coercion = Coercion { supergraph };
        // Clients may send many that the operation does not have.
        let values: HashMap<&str, &Node> =
            values.entries().iter().map(|(name, value)| (&**name, value)).collect();
        let mut coerced = Variables::new();
        for variable in &self.definition().variables {
            let name = variable.name.as_str();
            let place = || Place::Variable(name);
            match (values.get(name), &variable.default_value) {
                (Some(value), _) => {
                    coerced.push(name.into(), coercion.value(value, &variable.ty, &place())?);
                }
                (None, Some(default)) => {
                    let value = literal_to_json(default);
                    coerced.push(name.into(), coercion.value(&value, &variable.ty, &place())?);
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
    fn value(&self, value: &Node, ty: &Type, place: &Place<'_>) -> Result<Node, RequestError> {
        if value.is_null() {
            return if ty.is_non_null() {
                Err(place.refuse(&format!("of non-null type `{ty}` must not be null")))
            } else {
                Ok(Node::Null)
            };
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => match value {
                Node::List(values) => values
                    .iter()
                    .enumerate()
                    .map(|(index, value)| self.value(value, item, &Place::Item(place, index)))
                    .collect(),
                single => Ok(std::iter::once(self.value(single, item, place)?).collect()),
            },
            Type::Named(name) | Type::NonNullNamed(name) => self.named(value, name, place),
        }
    }

    fn named(&self, value: &Node, name: &str, place: &Place<'_>) -> Result<Node, RequestError> {
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
        value: &Node,
        definition: &InputObjectType,
        place: &Place<'_>,
    ) -> Result<Node, RequestError> {
        let Node::Object(given) = value else {
            return Err(place.refuse(&format!("must be an object of type `{}`", definition.name)));
        };
        if let Some(unknown) =
            given.entries().iter().map(|(key, _)| key).find(|key| !definition.fields.contains_key(&***key))
        {
            return Err(place
                .refuse(&format!("has the field `{unknown}`, which `{}` does not define", definition.name)));
        }
        if definition.directives.has("oneOf")
            && (given.len() != 1 || given.entries().iter().any(|(_, node)| node.is_null()))
        {
            return Err(
                place.refuse(&format!("must have exactly one non-null field of `{}`", definition.name))
            );
        }
        let mut coerced = Object::new();
        for (name, field) in &definition.fields {
            let place = Place::Field(place, name);
            match (given.find(name), &field.default_value) {
                (Some(value), _) => {
                    coerced.push(name.as_str().into(), self.value(value, &field.ty, &place)?);
                }
                (None, Some(default)) => {
                    let value = literal_to_json(default);
                    coerced.push(name.as_str().into(), self.value(&value, &field.ty, &place)?);
                }
                (None, None) if field.ty.is_non_null() => {
                    return Err(place.refuse(&format!("of required type `{}` was not provided", field.ty)));
                }
                (None, None) => {}
            }
        }
        Ok(Node::from(coerced))
    }
}

/// `None` when the value is not one of the scalar's. Custom scalars take anything: their subgraph checks them. A `Float`
/// is any number, and passes as it is written: what its digits come to is the subgraph's to say.
fn scalar(value: &Node, name: &str) -> Option<Node> {
    let fits = match (name, value) {
        ("Int", Node::Number(number)) => {
            return number.to_i32().map(|int| Node::Number(i64::from(int).into()));
        }
        ("ID", Node::Number(number)) => return number.is_integer().then(|| Node::String(number.to_string())),
        ("Float", value) => matches!(value, Node::Number(_)),
        ("String" | "ID", value) => matches!(value, Node::String(_)),
        ("Boolean", value) => matches!(value, Node::Bool(_)),
        ("Int", _) => false,
        _ => true,
    };
    fits.then(|| value.clone())
}

/// A constant of the schema or the document as JSON.
fn literal_to_json(literal: &Literal) -> Node {
    let number = |text: &str| Number::parse(text).map_or(Node::Null, Node::Number);
    match literal {
        Literal::Null | Literal::Variable(_) => Node::Null,
        Literal::Enum(name) => Node::from(name.as_str()),
        Literal::String(text) => Node::from(text.as_str()),
        Literal::Boolean(value) => Node::Bool(*value),
        Literal::Int(text) => number(text.as_str()),
        Literal::Float(text) => number(text.as_str()),
        Literal::List(items) => items.iter().map(|item| literal_to_json(item)).collect(),
        Literal::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str().into(), literal_to_json(value)));
            Node::from(fields.collect::<Object>())
        }
    }
}
