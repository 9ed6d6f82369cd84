//! The rules as the supergraph states them.

use std::sync::Arc;

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};
use router_links::{FederationDirective, Names};

use super::Authority;

/// Names that are asked for together.
type Set = Vec<Arc<str>>;

/// Beyond this many alternatives two demands are not multiplied out.
const ALTERNATIVES: usize = 256;

/// What a type or field asks of its callers: all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    pub authenticated: bool,
    /// One of these sets, and that whole. Nobody meets a demand that lists none.
    pub scopes: Option<Vec<Set>>,
    pub policies: Option<Vec<Set>>,
}

impl Rule {
    pub fn allows(&self, authority: &Authority) -> bool {
        let one_of = |sets: &Option<Vec<Set>>, has: &dyn Fn(&Arc<str>) -> bool| {
            sets.as_ref().is_none_or(|sets| sets.iter().any(|set| set.iter().all(has)))
        };
        (authority.authenticated || !self.authenticated)
            && one_of(&self.scopes, &|scope| authority.scopes.contains(scope))
            && one_of(&self.policies, &|policy| authority.policies.contains(policy))
    }

    /// What both ask.
    fn and(&self, other: &Self) -> Self {
        Self {
            authenticated: self.authenticated || other.authenticated,
            scopes: both(self.scopes.as_deref(), other.scopes.as_deref()),
            policies: both(self.policies.as_deref(), other.policies.as_deref()),
        }
    }

    /// Whether whoever meets this rule meets the other.
    fn implies(&self, other: &Self) -> bool {
        let sets = |mine: &Option<Vec<Set>>, theirs: &Option<Vec<Set>>| {
            let Some(theirs) = theirs else { return true };
            let is_enough =
                |set: &Set| theirs.iter().any(|other| other.iter().all(|each| set.contains(each)));
            // What nobody meets does not derive a demand that somebody does.
            let is_derived =
                |mine: &Vec<Set>| mine.is_empty() == theirs.is_empty() && mine.iter().all(is_enough);
            mine.as_ref().is_some_and(is_derived)
        };
        (self.authenticated || !other.authenticated)
            && sets(&self.scopes, &other.scopes)
            && sets(&self.policies, &other.policies)
    }

    /// The rule of some directives; `None` if they make none.
    fn read<'a>(names: &RuleNames, directives: impl Iterator<Item = &'a Directive>) -> Option<Self> {
        let mut rule: Option<Self> = None;
        for directive in directives {
            let demand = |sets: &mut Option<Vec<Set>>, argument| {
                sets.get_or_insert_default().extend(read_sets(directive, argument));
            };
            let is = |names: &[String]| names.iter().any(|name| directive.name == name.as_str());
            if is(&names.authenticated) {
                rule.get_or_insert_with(Self::default).authenticated = true;
            }
            if is(&names.scopes) {
                demand(&mut rule.get_or_insert_with(Self::default).scopes, "scopes");
            }
            if is(&names.policy) {
                demand(&mut rule.get_or_insert_with(Self::default).policies, "policies");
            }
        }
        rule
    }
}

/// What a supergraph calls the directives of rules.
struct RuleNames {
    authenticated: Vec<String>,
    scopes: Vec<String>,
    policy: Vec<String>,
}

/// `[["a", "b"], ["c"]]`, where a list may be a single value.
fn read_sets(directive: &Directive, argument: &str) -> Vec<Set> {
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
fn both(one: Option<&[Set]>, other: Option<&[Set]>) -> Option<Vec<Set>> {
    match (one, other) {
        (None, sets) | (sets, None) => sets.map(<[Set]>::to_vec),
        (Some(one), Some(other)) if one.len().saturating_mul(other.len()) > ALTERNATIVES => {
            Some(one.to_vec())
        }
        (Some(one), Some(other)) => {
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
            Some(sets)
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
    pub(crate) fn read(schema: &Schema, features: &Names) -> Self {
        let mut rules = Self::default();
        let names = RuleNames {
            authenticated: features.of_directive(FederationDirective::Authenticated),
            scopes: features.of_directive(FederationDirective::RequiresScopes),
            policy: features.of_directive(FederationDirective::Policy),
        };
        for (name, ty) in &schema.types {
            if let Some(rule) = Rule::read(&names, ty.directives().iter().map(|each| &***each)) {
                rules.types.insert(name.clone(), rule);
            }
            let fields = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            for (field, definition) in fields {
                if let Some(rule) = Rule::read(&names, definition.directives.iter().map(|each| &**each)) {
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
