//! A supergraph before it is cut into subgraphs: every type and field once, with who resolves it.
//!
//! Invariant: what a field is worth does not depend on the subgraph that is asked. All that a plan may choose between
//! gives the same value, so the one server that knows everything is a reference for every plan.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;
use apollo_compiler::ast::Type;

/// The subgraph that may fail as a whole: nothing of another subgraph can be had through it.
pub fn edge(model: &Model) -> usize {
    model.subgraphs - 1
}

pub struct Model {
    pub seed: u64,
    /// They are called `s0`, `s1` and so on.
    pub subgraphs: usize,
    pub objects: Vec<Object>,
    pub interfaces: Vec<Interface>,
    pub unions: Vec<Union>,
    /// Values of output enums, and whether each is inaccessible.
    pub enums: BTreeMap<&'static str, Vec<(&'static str, bool)>>,
    pub contexts: Vec<Context>,
    /// Subgraphs whose schemas are written in Federation 1.
    pub old: BTreeSet<usize>,
}

/// A value that objects set for what stands below them.
pub struct Context {
    /// Where it is set and taken.
    pub subgraph: usize,
    /// The interface that sets it for all it stands for.
    pub on: Option<&'static str>,
    /// Of the value.
    pub ty: &'static str,
    /// Each type has a field of its own for it.
    pub is_by_type: bool,
    /// It is never `null`.
    pub is_strict: bool,
    /// Types, and the field of each that is the value.
    pub setters: Vec<(String, String)>,
}

impl Context {
    pub fn value_of(&self, ty: &str) -> Option<&str> {
        self.setters.iter().find(|(setter, _)| setter == ty).map(|(_, field)| field.as_str())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Root,
    Entity,
    Value,
}

pub struct Object {
    pub name: String,
    pub kind: Kind,
    pub inaccessible: bool,
    pub rule: Option<Rule>,
    pub keys: Vec<Vec<Sel>>,
    /// The subgraphs that know it, and how.
    pub holders: BTreeMap<usize, Holder>,
    pub fields: Vec<Field>,
}

impl Object {
    /// Each of the subgraphs that know it resolves a part of its fields.
    pub fn is_divided(&self) -> bool {
        self.name.starts_with('D')
    }
}

#[derive(Clone, Default)]
pub struct Holder {
    /// Positions in the object's keys.
    pub keys: Vec<usize>,
    pub is_stub: bool,
    pub unresolvable: bool,
    pub extends: bool,
    pub implements: BTreeSet<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    Plain,
    /// Tells which entity it is.
    Key,
    /// A text made of what `requires` brings.
    Computed,
    /// A text made of what the nearest object above that sets this context has for it.
    FromContext(usize),
    /// How many mutations have run.
    Tick,
    /// Runs one mutation; its objects tell how many have run by then.
    Effect,
}

#[derive(Clone)]
pub struct Field {
    pub name: String,
    /// As clients see it.
    pub ty: Type,
    pub arguments: Vec<(&'static str, &'static str)>,
    pub value: Value,
    /// Who resolves it, where no label says otherwise.
    pub owners: BTreeSet<usize>,
    /// Who declares it as external.
    pub externals: BTreeSet<usize>,
    /// Who declares it non-null although clients see it nullable.
    pub strict: BTreeSet<usize>,
    pub requires: Vec<Sel>,
    pub provides: Vec<Sel>,
    /// From whom the owner took it, and the label that switches between them.
    pub overrides: Option<(usize, Option<&'static str>)>,
    pub inaccessible: bool,
    pub rule: Option<Rule>,
    /// Some other field requires it, or a key is made of it.
    pub is_input: bool,
}

impl Field {
    pub fn new(name: impl Into<String>, ty: Type, owner: usize) -> Self {
        Self {
            name: name.into(),
            ty,
            arguments: Vec::new(),
            value: Value::Plain,
            owners: BTreeSet::from([owner]),
            externals: BTreeSet::new(),
            strict: BTreeSet::new(),
            requires: Vec::new(),
            provides: Vec::new(),
            overrides: None,
            inaccessible: false,
            rule: None,
            is_input: false,
        }
    }

    pub fn key(name: &str, ty: &str) -> Self {
        let mut field = Self::new(name, named(ty, true), 0);
        field.value = Value::Key;
        field.owners.clear();
        field.is_input = true;
        field
    }

    /// Whether a subgraph resolves it under these labels.
    pub fn is_resolved_by(&self, subgraph: usize, labels: &BTreeSet<String>) -> bool {
        match self.overrides {
            Some((from, Some(label))) if !labels.contains(label) => subgraph == from,
            _ => self.owners.contains(&subgraph),
        }
    }

    /// The one subgraph that resolves it.
    pub fn only_owner(&self, labels: &BTreeSet<String>) -> Option<usize> {
        if self.value == Value::Key {
            return None;
        }
        let candidates = self.owners.iter().copied().chain(self.overrides.map(|(from, _)| from));
        let mut owners: Vec<usize> = candidates.filter(|each| self.is_resolved_by(*each, labels)).collect();
        owners.dedup();
        let is_provided = self.externals.iter().any(|each| !self.owners.contains(each)) && !self.is_input;
        match owners.as_slice() {
            [only] if !is_provided => Some(*only),
            _ => None,
        }
    }
}

/// A part of a field set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sel {
    pub name: String,
    /// With parentheses, or empty.
    pub arguments: &'static str,
    /// A fragment's type: only objects of it have the selection.
    pub on: Option<String>,
    pub below: Vec<Sel>,
}

impl Sel {
    pub fn leaf(name: &str) -> Self {
        Self { name: name.to_owned(), arguments: "", on: None, below: Vec::new() }
    }

    pub fn nest(name: &str, below: Vec<Sel>) -> Self {
        Self { below, ..Self::leaf(name) }
    }
}

pub fn write(set: &[Sel]) -> String {
    let written: Vec<String> = set
        .iter()
        .map(|each| {
            let below =
                if each.below.is_empty() { String::new() } else { format!(" {{ {} }}", write(&each.below)) };
            let field = format!("{}{}{below}", each.name, each.arguments);
            match &each.on {
                Some(on) => format!("... on {on} {{ {field} }}"),
                None => field,
            }
        })
        .collect();
    written.join(" ")
}

/// Who may see something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    Authenticated,
    /// One of these sets, and that whole.
    Scopes(Vec<Vec<&'static str>>),
    Policy(Vec<Vec<&'static str>>),
}

pub struct Interface {
    pub name: String,
    pub members: Vec<String>,
    /// Its members where it is declared as an interface.
    pub members_in: BTreeMap<usize, BTreeSet<String>>,
    /// Where it is an object type, with a key.
    pub as_object: BTreeSet<usize>,
    /// Fields that it alone declares there.
    pub fields: Vec<Field>,
}

pub struct Union {
    pub name: String,
    /// Its members where it is declared.
    pub members_in: BTreeMap<usize, BTreeSet<String>>,
}

impl Model {
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|each| each.name == name)
    }

    pub fn interface(&self, name: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|each| each.name == name)
    }

    pub fn union(&self, name: &str) -> Option<&Union> {
        self.unions.iter().find(|each| each.name == name)
    }

    /// The interface that an object can be described by to those who know only that.
    pub fn interface_object_of(&self, object: &str) -> Option<&Interface> {
        self.interfaces
            .iter()
            .find(|each| !each.as_object.is_empty() && each.members.iter().any(|member| member == object))
    }

    /// A field of an object, its own or one that an interface object gives it.
    pub fn field(&self, object: &str, field: &str) -> Option<&Field> {
        let named = |each: &&Field| each.name == field;
        let own = self.object(object).and_then(|object| object.fields.iter().find(named));
        own.or_else(|| self.interface_object_of(object)?.fields.iter().find(named))
            .or_else(|| self.interface(object)?.fields.iter().find(named))
    }

    pub fn is_composite(&self, ty: &str) -> bool {
        self.object(ty).is_some() || self.interface(ty).is_some() || self.union(ty).is_some()
    }

    /// The types that a value of a declared type has in a subgraph.
    pub fn members(&self, declared: &str, subgraph: usize) -> Vec<String> {
        let of = |members_in: &BTreeMap<usize, BTreeSet<String>>| -> Vec<String> {
            members_in.get(&subgraph).into_iter().flatten().cloned().collect()
        };
        if let Some(interface) = self.interface(declared) {
            if interface.as_object.contains(&subgraph) {
                return interface.members.clone();
            }
            return of(&interface.members_in);
        }
        self.union(declared).map_or_else(|| vec![declared.to_owned()], |union| of(&union.members_in))
    }
}

pub fn named(name: &str, non_null: bool) -> Type {
    let name = Name::new(name).unwrap();
    if non_null { Type::NonNullNamed(name) } else { Type::Named(name) }
}
