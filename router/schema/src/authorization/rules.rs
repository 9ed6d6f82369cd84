//! The rules as the supergraph states them.

use std::sync::Arc;

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

use super::Authority;

/// Names that are asked for together.
type Set = Vec<Arc<str>>;

/// Beyond this many alternatives two demands are not multiplied out.
const ALTERNATIVES: usize = 256;

/// What a type or field asks of its callers: all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    pub authenticated: bool,
    /// One of these sets, if there are any: each whole.
    pub scopes: Vec<Set>,
    pub policies: Vec<Set>,
}

impl Rule {
    pub fn allows(&self, authority: &Authority) -> bool {
        let one_of = |sets: &[Set], has: &dyn Fn(&Arc<str>) -> bool| {
            sets.is_empty() || sets.iter().any(|set| set.iter().all(has))
        };
        (authority.authenticated || !self.authenticated)
            && one_of(&self.scopes, &|scope| authority.scopes.contains(scope))
            && one_of(&self.policies, &|policy| authority.policies.contains(policy))
    }

    /// What both ask.
    fn and(&self, other: &Self) -> Self {
        Self {
            authenticated: self.authenticated || other.authenticated,
            scopes: both(&self.scopes, &other.scopes),
            policies: both(&self.policies, &other.policies),
        }
    }

    /// Whether whoever meets this rule meets the other.
    fn implies(&self, other: &Self) -> bool {
        let sets = |mine: &[Set], theirs: &[Set]| {
            let is_enough =
                |set: &Set| theirs.iter().any(|other| other.iter().all(|each| set.contains(each)));
            theirs.is_empty() || (!mine.is_empty() && mine.iter().all(is_enough))
        };
        (self.authenticated || !other.authenticated)
            && sets(&self.scopes, &other.scopes)
            && sets(&self.policies, &other.policies)
    }

    /// The rule of some directives; `None` if they make none.
    fn read<'a>(directives: impl Iterator<Item = &'a Directive>) -> Option<Self> {
        let mut rule = None;
        for directive in directives {
            match directive.name.as_str() {
                "authenticated" => rule.get_or_insert_with(Self::default).authenticated = true,
                "requiresScopes" => {
                    rule.get_or_insert_with(Self::default).scopes.extend(sets(directive, "scopes"))
                }
                "policy" => {
                    rule.get_or_insert_with(Self::default).policies.extend(sets(directive, "policies"))
                }
                _ => {}
            }
        }
        rule
    }
}

/// `[["a", "b"], ["c"]]`, where a list may be a single value. A set without elements would allow everybody: an empty
/// list of sets asks for nothing, as composition leaves none.
fn sets(directive: &Directive, argument: &str) -> Vec<Set> {
    let items = |value: &Value| match value {
        Value::List(items) => items.clone(),
        single => vec![single.clone().into()],
    };
    let Some(value) = directive.specified_argument_by_name(argument) else { return Vec::new() };
    let text = |value: &Value| value.as_str().map(Arc::from);
    items(value).iter().map(|set| items(set).iter().filter_map(|item| text(item)).collect()).collect()
}

fn together<'a>(rules: impl Iterator<Item = &'a Rule>) -> Rule {
    rules.fold(Rule::default(), |all, rule| all.and(rule))
}

/// Alternatives that meet both lists of alternatives. Too many: the first list, which asks for less.
fn both(one: &[Set], other: &[Set]) -> Vec<Set> {
    match (one, other) {
        ([], sets) | (sets, []) => sets.to_vec(),
        _ if one.len().saturating_mul(other.len()) > ALTERNATIVES => one.to_vec(),
        _ => {
            let mut sets: Vec<Set> = Vec::new();
            for mine in one {
                for theirs in other {
                    let mut set = mine.clone();
                    set.extend(theirs.iter().cloned());
                    set.sort();
                    set.dedup();
                    if !sets.contains(&set) {
                        sets.push(set);
                    }
                }
            }
            sets
        }
    }
}

/// All rules of a supergraph. An interface has one only where it asks for more than its implementations together:
/// composition repeats on interfaces what their implementations ask, and each object is judged by its own type.
#[derive(Debug, Default)]
pub struct Rules {
    types: HashMap<Name, Rule>,
    fields: HashMap<Name, HashMap<Name, Rule>>,
}

impl Rules {
    pub(crate) fn read(schema: &Schema) -> Self {
        let mut rules = Self::default();
        for (name, ty) in &schema.types {
            if let Some(rule) = Rule::read(ty.directives().iter().map(|each| &***each)) {
                rules.types.insert(name.clone(), rule);
            }
            let fields = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            for (field, definition) in fields {
                if let Some(rule) = Rule::read(definition.directives.iter().map(|each| &**each)) {
                    rules.fields.entry(name.clone()).or_default().insert(field.clone(), rule);
                }
            }
        }
        rules.drop_derived(schema);
        rules
    }

    fn drop_derived(&mut self, schema: &Schema) {
        let implementers = schema.implementers_map();
        for (interface, implementers) in &implementers {
            let of_types = implementers.objects.iter().filter_map(|object| self.types.get(object));
            if self.types.get(interface).is_some_and(|rule| together(of_types).implies(rule)) {
                self.types.remove(interface);
            }
            let is_derived = |field: &Name, rule: &Rule| {
                let of_objects =
                    implementers.objects.iter().filter_map(|object| self.fields.get(object)?.get(field));
                together(of_objects).implies(rule)
            };
            let Some(fields) = self.fields.get(interface) else { continue };
            let derived = fields.iter().filter(|(field, rule)| is_derived(field, rule));
            let derived: Vec<Name> = derived.map(|(field, _)| field.clone()).collect();
            if let Some(fields) = self.fields.get_mut(interface) {
                fields.retain(|field, _| !derived.contains(field));
            }
        }
    }

    pub fn of_type(&self, ty: &str) -> Option<&Rule> {
        self.types.get(ty)
    }

    pub fn of_field(&self, ty: &str, field: &str) -> Option<&Rule> {
        self.fields.get(ty)?.get(field)
    }
}
