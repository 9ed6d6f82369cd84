//! The subgraph that is asked: its schema, and what the names of it are in Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

use crate::failed::Failed;
use crate::names;
use crate::taken::Taken;
use crate::text::{documentation, wrapped};

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Asked,
    Answered,
}

/// A type of Rust for a field, with parts of the field's attribute for serde.
pub struct Typed {
    pub rust: String,
    pub attributes: Vec<String>,
}

impl Typed {
    pub fn plain(rust: String) -> Self {
        Self { rust, attributes: Vec::new() }
    }
}

pub struct Peer<'t> {
    pub schema: Valid<Schema>,
    pub taken: Vec<&'t Taken>,
    /// What the documents need, so far.
    pub enums: BTreeMap<Name, BTreeSet<Way>>,
    pub inputs: BTreeSet<Name>,
}

impl<'t> Peer<'t> {
    pub fn read(path: &Path, taken: Vec<&'t Taken>) -> Result<Self, Failed> {
        let text = fs::read_to_string(path).map_err(Failed::at(path))?;
        let schema = Schema::parse_and_validate(text, path).map_err(|failed| Failed::new(failed.errors))?;
        Ok(Self { schema, taken, enums: BTreeMap::new(), inputs: BTreeSet::new() })
    }

    /// As what a name is to be taken.
    pub fn taken(&self, name: &str) -> Option<&'t Taken> {
        let taken = self.taken.iter().find(|taken| taken.name == name).copied();
        taken.inspect(|taken| taken.is_used.set(true))
    }

    /// The type of a field, variable or argument that is no object. `shared` leads to the file's inputs and enums.
    pub fn typed(
        &mut self,
        owner: &str,
        field: &str,
        ty: &Type,
        way: Way,
        shared: &str,
    ) -> Result<Typed, Failed> {
        let name = ty.inner_named_type();
        if let Some(taken) = self.taken(&format!("{owner}.{field}")) {
            return Ok(Typed::plain(wrapped(ty, &taken.rust)));
        }
        let inner = match name.as_str() {
            "Boolean" => "bool".to_owned(),
            "CurrencyCode" => "::platform_commerce::CurrencyCode".to_owned(),
            "DateTime" => "::platform_server::answers::Moment".to_owned(),
            "Decimal" | "String" => "String".to_owned(),
            "Float" => "f64".to_owned(),
            // Ours have 64 bits; a field that has fewer says so.
            "Int" => "i64".to_owned(),
            "ID" => {
                let kind = names::kind_of_id(owner, field);
                let kind = kind.ok_or_else(|| untold(owner, field, "it is an id of no kind"))?;
                format!("::platform_core::id::{kind}")
            }
            "Money" | "MoneyInput" => return money(owner, field, ty),
            _ => match self.schema.types.get(name) {
                Some(ExtendedType::Enum(_)) => {
                    self.enums.entry(name.clone()).or_default().insert(way);
                    if self.taken(name).is_some() {
                        return self.taken_enum(owner, field, ty, way, shared);
                    }
                    format!("{shared}{name}")
                }
                Some(ExtendedType::InputObject(_)) => {
                    self.inputs.insert(name.clone());
                    format!("{shared}{name}")
                }
                _ => return Err(untold(owner, field, &format!("nothing is known of `{name}`"))),
            },
        };
        Ok(Typed::plain(wrapped(ty, &inner)))
    }

    fn taken_enum(
        &self,
        owner: &str,
        field: &str,
        ty: &Type,
        way: Way,
        shared: &str,
    ) -> Result<Typed, Failed> {
        let name = ty.inner_named_type();
        let Some(rust) = self.taken(name).map(|taken| taken.rust.as_str()) else {
            return Err(untold(owner, field, &format!("nothing is known of `{name}`")));
        };
        let function = match (ty, way) {
            (Type::NonNullNamed(_), Way::Answered) => "known",
            (Type::Named(_), Way::Answered) => "known_or_null",
            _ => return Err(untold(owner, field, "only an answer of one value is taken as another enum")),
        };
        let read =
            format!("deserialize_with = \"::platform_server::answers::{function}::<_, {shared}{name}, _>\"");
        Ok(Typed { rust: wrapped(ty, rust), attributes: vec![read] })
    }

    /// The documentation of a type.
    pub fn documentation(&self, name: &str) -> String {
        documentation("", self.schema.types.get(name).and_then(|definition| definition.description()))
    }
}

fn money(owner: &str, field: &str, ty: &Type) -> Result<Typed, Failed> {
    let module = match ty {
        Type::NonNullNamed(_) => "::platform_commerce::written",
        Type::Named(_) => "::platform_commerce::written::optional",
        Type::NonNullList(_) | Type::List(_) => {
            return Err(untold(owner, field, "lists of money are not written yet"));
        }
    };
    let rust = wrapped(ty, "::platform_commerce::Money");
    Ok(Typed { rust, attributes: vec![format!("with = {module:?}")] })
}

/// What it is in Rust has to be said.
fn untold(owner: &str, field: &str, why: &str) -> Failed {
    Failed::new(format!("what is `{owner}.{field}` in Rust? {why}; say it by `take` in the build script"))
}
