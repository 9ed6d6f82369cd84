//! @authenticated, @requiresScopes and @policy, enforced before planning.
//!
//! A field is judged by the runtime type it is selected for: by the rules of the field on that type and on its
//! interfaces, of these types, and of what the field returns. So no interface, union, alias or fragment leads around a
//! rule. What the caller may not see stays in the operation, marked as denied: it is neither fetched nor answered by
//! anything but `null`. Introspection is open: everybody may know of what type an object is. Deliberately absent: who
//! the caller is, and how policies are decided; and the checks of single objects, which are their subgraph's.

mod rules;

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::executable::{Selection, SelectionSet};

use crate::{ExpandedField, ExpandedOperation, ExpandedSet, ObjectSet, Operation, Supergraph};

pub use rules::{Rule, Rules};

/// What a caller may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Authority {
    pub authenticated: bool,
    pub scopes: BTreeSet<Arc<str>>,
    /// Policies that were decided in the caller's favour.
    pub policies: BTreeSet<Arc<str>>,
}

impl Authority {
    /// The part of it that matters to an operation. Callers that differ in nothing else can share a plan.
    #[must_use]
    pub fn relevant(&self, needs: &Needs) -> Self {
        let both = |mine: &BTreeSet<Arc<str>>, theirs: &BTreeSet<Arc<str>>| {
            mine.intersection(theirs).cloned().collect()
        };
        Self {
            authenticated: self.authenticated && needs.authentication,
            scopes: both(&self.scopes, &needs.scopes),
            policies: both(&self.policies, &needs.policies),
        }
    }
}

/// Everything that the rules of an operation's fields ask about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    pub authentication: bool,
    pub scopes: BTreeSet<Arc<str>>,
    /// Policies that somebody has to decide before [`filter`] is called.
    pub policies: BTreeSet<Arc<str>>,
}

impl Needs {
    /// Linear in the document.
    pub fn of(supergraph: &Supergraph, operation: &Operation) -> Self {
        let mut needs = Self::default();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&SelectionSet> = vec![&operation.definition().selection_set];
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                match selection {
                    Selection::Field(field) => {
                        for object in supergraph.possible_types(&set.ty).iter() {
                            if let Some(object) = supergraph.object_name(object) {
                                let returned = field.definition.ty.inner_named_type();
                                rules_of(supergraph, object, &field.name, returned)
                                    .for_each(|rule| needs.add(rule));
                            }
                        }
                        open.push(&field.selection_set);
                    }
                    Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                    Selection::FragmentSpread(spread) => {
                        if seen.insert(&spread.fragment_name)
                            && let Some(fragment) = operation.document().fragments.get(&spread.fragment_name)
                        {
                            open.push(&fragment.selection_set);
                        }
                    }
                }
            }
        }
        needs
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, rule: &Rule) {
        self.authentication |= rule.authenticated;
        self.scopes.extend(rule.scopes.iter().flatten().flatten().cloned());
        self.policies.extend(rule.policies.iter().flatten().flatten().cloned());
    }
}

/// A field that the caller may not see, for the error that tells so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Response keys from the root; without list indices, for nothing is fetched yet.
    pub path: Vec<Arc<str>>,
    /// `Type.field`.
    pub coordinate: String,
    /// What the caller does not meet.
    pub rules: Vec<Rule>,
}

/// Marks what the caller may not see. Whoever would rather refuse the whole operation does so if anything is returned.
pub fn filter(
    supergraph: &Supergraph,
    operation: &mut ExpandedOperation,
    authority: &Authority,
) -> Vec<Denied> {
    let mut filter = Filter { supergraph, authority, path: Vec::new(), denied: Vec::new() };
    filter.set(&mut operation.root);
    filter.denied
}

struct Filter<'a> {
    supergraph: &'a Supergraph,
    authority: &'a Authority,
    path: Vec<Arc<str>>,
    denied: Vec<Denied>,
}

impl Filter<'_> {
    fn set(&mut self, set: &mut ExpandedSet) {
        let fields = std::mem::take(&mut set.fields);
        for mut field in fields {
            self.path.push(Arc::from(field.response_key.as_str()));
            field.denied |= field.on.is_empty() && !self.is_open(&set.parent, &field);
            let refused = self.refused(&field);
            let allowed = field.on.difference(&refused);
            if field.denied {
                let coordinate = format!("{}.{}", set.parent, field.name);
                let rules = self.broken(&set.parent, &field);
                self.denied.push(Denied { path: self.path.clone(), coordinate, rules });
            } else if !refused.is_empty() {
                let first = refused.iter().next().and_then(|index| self.supergraph.object_name(index));
                let coordinate = first.map(|object| format!("{object}.{}", field.name)).unwrap_or_default();
                let rules = first.map(|object| self.broken(object, &field)).unwrap_or_default();
                self.denied.push(Denied { path: self.path.clone(), coordinate, rules });
                let rest = ExpandedField { on: refused, denied: true, ..field.clone() };
                set.fields.push(rest);
            }
            if !allowed.is_empty() || field.on.is_empty() {
                field.on = allowed;
                if let Some(selection) = &mut field.selection {
                    self.set(selection);
                }
                set.fields.push(field);
            }
            self.path.pop();
        }
    }

    /// Whether the rules of an interface without known implementations let the caller see a field.
    fn is_open(&self, parent: &Name, field: &ExpandedField) -> bool {
        self.broken(parent, field).is_empty()
    }

    /// The rules for a field of a type that the caller does not meet.
    fn broken(&self, parent: &Name, field: &ExpandedField) -> Vec<Rule> {
        let returned = field.definition.ty.inner_named_type();
        let rules = rules_of(self.supergraph, parent, &field.name, returned);
        rules.filter(|rule| !rule.allows(self.authority)).cloned().collect()
    }

    /// The runtime types for which a field is refused.
    fn refused(&self, field: &ExpandedField) -> ObjectSet {
        let returned = field.definition.ty.inner_named_type();
        let is_refused = |index: &usize| {
            self.supergraph.object_name(*index).is_some_and(|object| {
                let mut rules = rules_of(self.supergraph, object, &field.name, returned);
                rules.any(|rule| !rule.allows(self.authority))
            })
        };
        field.on.iter().filter(is_refused).collect()
    }
}

/// Every rule that stands between a caller and a field of objects of one type.
fn rules_of<'a>(
    supergraph: &'a Supergraph,
    object: &'a Name,
    field: &'a Name,
    returned: &'a Name,
) -> impl Iterator<Item = &'a Rule> {
    let rules = supergraph.rules();
    let interfaces =
        supergraph.schema().get_object(object).into_iter().flat_map(|object| &object.implements_interfaces);
    let holders = std::iter::once(object).chain(interfaces.map(|interface| &interface.name));
    holders
        .flat_map(move |holder| [rules.of_field(holder, field), rules.of_type(holder)])
        .chain(std::iter::once(rules.of_type(returned)))
        .flatten()
        .filter(|_| !field.starts_with("__"))
}
