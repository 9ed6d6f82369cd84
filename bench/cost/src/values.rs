//! Values of arguments: what a type allows, and what the shop's own answers have shown to exist.

use std::collections::BTreeMap;

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value as Json};

use crate::chance::Chance;

/// How long the lists are that an operation asks for.
const LENGTHS: [i64; 4] = [100, 50, 10, 1];
/// How many items a list has that is given.
const ITEMS: [usize; 4] = [1, 5, 20, 100];
/// Words of a long text.
const WORDS: usize = 200;
/// Input objects within one another.
const DEPTH: usize = 3;
/// Texts that are remembered of one field.
const REMEMBERED: usize = 200;
/// Longer texts are not asked for again.
const LONGEST: usize = 100;
/// Exists nowhere.
const NOBODY: &str = "0193a5b0-0000-7000-8000-00000000ffff";

/// A value as an operation writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Integer(i64),
    Boolean(bool),
    Text(String),
    Enum(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    pub(crate) fn write(&self, text: &mut String) {
        match self {
            Self::Integer(number) => text.push_str(&number.to_string()),
            Self::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::Text(value) => text.push_str(&Json::from(value.as_str()).to_string()),
            Self::Enum(name) => text.push_str(name),
            Self::List(items) => {
                text.push('[');
                for item in items {
                    item.write(text);
                    text.push(' ');
                }
                text.push(']');
            }
            Self::Object(fields) => {
                text.push('{');
                for (name, value) in fields {
                    text.push_str(name);
                    text.push(':');
                    value.write(text);
                    text.push(' ');
                }
                text.push('}');
            }
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Integer(number) => Json::from(*number),
            Self::Boolean(value) => Json::from(*value),
            Self::Text(text) | Self::Enum(text) => Json::from(text.as_str()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(fields) => {
                Json::Object(fields.iter().map(|(name, value)| (name.clone(), value.to_json())).collect())
            }
        }
    }
}

/// Texts of the shop by the name of the field that answered them.
#[derive(Debug, Default)]
pub struct Known(BTreeMap<String, Vec<String>>);

impl Known {
    /// Remembers what an answer shows.
    pub fn learn(&mut self, answer: &Json) {
        match answer {
            Json::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Json::Object(fields) => self.learn_fields(fields),
            _ => {}
        }
    }

    fn learn_fields(&mut self, fields: &Map<String, Json>) {
        for (name, value) in fields {
            match value {
                Json::String(text) if text.len() <= LONGEST => {
                    let known = self.0.entry(name.clone()).or_default();
                    if known.len() < REMEMBERED && !known.contains(text) {
                        known.push(text.clone());
                    }
                }
                value => self.learn(value),
            }
        }
    }

    /// A text that something of this name may have.
    fn pick(&self, name: &str, chance: &mut Chance) -> Option<&String> {
        chance.pick(self.0.get(name)?)
    }
}

/// Makes values for the arguments of a schema.
pub(crate) struct Maker<'a> {
    pub schema: &'a Schema,
    pub known: &'a Known,
}

impl Maker<'_> {
    /// A value for an argument or input field of this name.
    pub(crate) fn make(&self, name: &str, ty: &Type, chance: &mut Chance, depth: usize) -> Literal {
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let count = chance.pick(&ITEMS).copied().unwrap_or(1);
                Literal::List((0..count).map(|_| self.make(name, item, chance, depth)).collect())
            }
            Type::Named(ty) | Type::NonNullNamed(ty) => self.named(name, ty, chance, depth),
        }
    }

    fn named(&self, name: &str, ty: &str, chance: &mut Chance, depth: usize) -> Literal {
        match (self.schema.types.get(ty), ty) {
            (Some(ExtendedType::Enum(ty)), _) => {
                let values: Vec<_> = ty.values.keys().collect();
                Literal::Enum(chance.pick(&values).map(|value| value.to_string()).unwrap_or_default())
            }
            (Some(ExtendedType::InputObject(ty)), _) => {
                let wanted = ty
                    .fields
                    .iter()
                    .filter(|(_, field)| field.is_required() || (depth < DEPTH && chance.below(2) == 0));
                let wanted: Vec<_> = wanted.collect();
                let made = wanted
                    .into_iter()
                    .map(|(name, field)| (name.to_string(), self.make(name, &field.ty, chance, depth + 1)));
                Literal::Object(made.collect())
            }
            (_, "Int") if matches!(name, "first" | "last") => {
                Literal::Integer(chance.pick(&LENGTHS).copied().unwrap_or(1))
            }
            (_, "Int" | "Float") => Literal::Integer(1),
            (_, "Boolean") => Literal::Boolean(chance.below(2) == 0),
            (_, "ID") => {
                Literal::Text(self.known.pick("id", chance).map_or(NOBODY, String::as_str).to_owned())
            }
            (_, "Decimal") => Literal::Text("1".to_owned()),
            (_, "DateTime") => Literal::Text("2026-01-01T00:00:00Z".to_owned()),
            _ => Literal::Text(self.text(name, chance)),
        }
    }

    /// A text that is likely to find something, now and then a long one.
    fn text(&self, name: &str, chance: &mut Chance) -> String {
        let singular = name.strip_suffix('s').unwrap_or(name);
        let tail = |text: &str| text.rsplit(char::is_uppercase).next().map(str::len).unwrap_or_default();
        let short = singular.get(singular.len().saturating_sub(tail(singular) + 1)..).unwrap_or(singular);
        let short = short.to_lowercase();
        let names = [name, singular, &short, "code", "name"];
        if name == "query" && chance.below(4) == 0 {
            let word = |chance: &mut Chance| self.known.pick("name", chance).cloned().unwrap_or_default();
            return (0..WORDS).map(|_| word(chance) + " ").collect();
        }
        if name == "language" {
            return "en".to_owned();
        }
        names.iter().find_map(|name| self.known.pick(name, chance)).map_or("a", String::as_str).to_owned()
    }
}
