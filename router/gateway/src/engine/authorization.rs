//! @authenticated, @requiresScopes and @policy, settled before an operation is planned: what the caller may not see is
//! neither fetched nor answered, however it was asked for (alias, fragment, interface, union).
//!
//! Each subgraph checks again, and who owns an object is checked there alone. What the caller may see decides about
//! the plan, so the verdicts on the rules that an operation touches are part of the key of its plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::Selection;
use apollo_compiler::schema::{DirectiveList, ExtendedType};
use apollo_compiler::{Name, Schema, ast};
use platform_identity::{AccessRule, Caller, Identity, Refusal};
use router_schema::{ExpandedField, ExpandedSet, ObjectSet, Operation, Supergraph};
use router_transport::{GraphqlError, PathElement};

use crate::answer::error;

/// Position in [`AccessRules::rules`].
type RuleId = usize;

/// The rules of a supergraph.
#[derive(Debug, Default)]
pub struct AccessRules {
    rules: Vec<AccessRule>,
    /// Of every type that has some; for an object also those of its interfaces.
    types: HashMap<Name, BTreeSet<RuleId>>,
    /// Of every field of an object, by type: its own, and those of the interfaces that declare it.
    fields: HashMap<Name, HashMap<Name, BTreeSet<RuleId>>>,
}

/// Whether each rule that an operation touches holds for its caller, in the order of [`Guarded`].
pub type Verdicts = Arc<[bool]>;

/// The rules that an operation touches, under any condition.
#[derive(Debug, Default)]
pub struct Guarded(Vec<RuleId>);

/// A field that was left out, by its response keys from the root.
pub type DeniedPath = Arc<[Arc<str>]>;

impl AccessRules {
    pub fn new(supergraph: &Supergraph) -> Self {
        let schema = supergraph.schema();
        let mut rules = Self::default();
        for (name, ty) in &schema.types {
            let mut of_type = rules.of_components(ty.directives());
            let mut of_fields: HashMap<Name, BTreeSet<RuleId>> = HashMap::default();
            let interfaces = match ty {
                ExtendedType::Object(object) => object.implements_interfaces.iter().collect(),
                _ => Vec::new(),
            };
            for declaring in std::iter::once(name).chain(interfaces.iter().map(|interface| &interface.name)) {
                if let Some(ExtendedType::Interface(interface)) = schema.types.get(declaring) {
                    of_type.extend(rules.of_components(&interface.directives));
                }
                for (field, definition) in fields_of(schema, declaring) {
                    let found = rules.of_list(&definition.directives);
                    if !found.is_empty() {
                        of_fields.entry(field.clone()).or_default().extend(found);
                    }
                }
            }
            if !of_type.is_empty() {
                rules.types.insert(name.clone(), of_type);
            }
            if !of_fields.is_empty() {
                rules.fields.insert(name.clone(), of_fields);
            }
        }
        rules
    }

    /// Which rules an operation touches. Every fragment is visited once.
    pub fn guarded(&self, supergraph: &Supergraph, operation: &Operation) -> Guarded {
        if self.rules.is_empty() {
            return Guarded::default();
        }
        let document = operation.document();
        let mut touched = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![&operation.definition().selection_set];
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                match selection {
                    Selection::Field(field) => {
                        for object in supergraph.possible_types(&set.ty).iter() {
                            let Some(object) = supergraph.object_name(object) else { continue };
                            touched.extend(self.of_field(object, &field.name, field.ty().inner_named_type()));
                        }
                        open.push(&field.selection_set);
                    }
                    Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                    Selection::FragmentSpread(spread) => {
                        if seen.insert(&spread.fragment_name)
                            && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                        {
                            open.push(&fragment.selection_set);
                        }
                    }
                }
            }
        }
        Guarded(touched.into_iter().collect())
    }

    pub fn verdicts(&self, guarded: &Guarded, identity: &Identity) -> Verdicts {
        let holds = |id: &RuleId| self.rules.get(*id).is_some_and(|rule| rule.check(identity).is_ok());
        guarded.0.iter().map(holds).collect()
    }

    /// Marks what the verdicts forbid, and returns where.
    pub fn deny(
        &self,
        supergraph: &Supergraph,
        root: &mut ExpandedSet,
        guarded: &Guarded,
        verdicts: &Verdicts,
    ) -> Vec<DeniedPath> {
        let refused: BTreeSet<RuleId> =
            guarded.0.iter().zip(verdicts.iter()).filter(|(_, holds)| !**holds).map(|(id, _)| *id).collect();
        let mut denial =
            Denial { rules: self, supergraph, refused, path: Vec::new(), denied: BTreeSet::new() };
        if !denial.refused.is_empty() {
            denial.set(root);
        }
        denial.denied.into_iter().collect()
    }

    /// The rules on a field of an object type: of the object, of the field, of what the field returns.
    fn of_field(&self, object: &Name, field: &Name, returns: &Name) -> impl Iterator<Item = RuleId> + '_ {
        // Everybody may know of what type an object is.
        let introspects = field.starts_with("__");
        let of_object = self.types.get(object);
        let of_field = self.fields.get(object).and_then(|fields| fields.get(field));
        let of_returned = self.types.get(returns);
        [of_object, of_field, of_returned]
            .into_iter()
            .filter(move |_| !introspects)
            .flatten()
            .flat_map(|rules| rules.iter().copied())
    }

    fn of_components(&mut self, directives: &DirectiveList) -> BTreeSet<RuleId> {
        let found: Vec<AccessRule> = directives.iter().filter_map(|directive| rule(directive)).collect();
        found.into_iter().map(|rule| self.intern(rule)).collect()
    }

    fn of_list(&mut self, directives: &ast::DirectiveList) -> BTreeSet<RuleId> {
        let found: Vec<AccessRule> = directives.iter().filter_map(|directive| rule(directive)).collect();
        found.into_iter().map(|rule| self.intern(rule)).collect()
    }

    fn intern(&mut self, rule: AccessRule) -> RuleId {
        self.rules.iter().position(|known| *known == rule).unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        })
    }
}

/// The errors for what was left out.
pub fn errors(denied: &[DeniedPath], caller: &Caller) -> Vec<GraphqlError> {
    let (code, message) = match AccessRule::Authenticated.check(caller) {
        Err(Refusal::Unauthenticated) => ("UNAUTHENTICATED", "sign in to see this"),
        Err(Refusal::Forbidden) | Ok(()) => ("FORBIDDEN", "you may not see this"),
    };
    let path = |path: &DeniedPath| path.iter().cloned().map(PathElement::Key).collect();
    denied.iter().map(|denied| GraphqlError { path: path(denied), ..error(code, message) }).collect()
}

struct Denial<'a> {
    rules: &'a AccessRules,
    supergraph: &'a Supergraph,
    refused: BTreeSet<RuleId>,
    path: Vec<Arc<str>>,
    denied: BTreeSet<DeniedPath>,
}

impl Denial<'_> {
    fn set(&mut self, set: &mut ExpandedSet) {
        let fields = std::mem::take(&mut set.fields);
        for mut field in fields {
            let denied = self.denied_objects(&field);
            let allowed = field.on.difference(&denied);
            self.path.push(field.response_key.as_str().into());
            if !denied.is_empty() {
                self.denied.insert(self.path.clone().into());
                set.fields.push(ExpandedField { on: denied, denied: true, ..field.clone() });
            }
            if !allowed.is_empty() {
                if let Some(selection) = &mut field.selection {
                    self.set(selection);
                }
                set.fields.push(ExpandedField { on: allowed, ..field });
            }
            self.path.pop();
        }
    }

    /// The runtime types on which the field is forbidden.
    fn denied_objects(&self, field: &ExpandedField) -> ObjectSet {
        let returns = field.definition.ty.inner_named_type();
        let mut denied = ObjectSet::default();
        for index in field.on.iter() {
            let Some(object) = self.supergraph.object_name(index) else { continue };
            if self.rules.of_field(object, &field.name, returns).any(|rule| self.refused.contains(&rule)) {
                denied.insert(index);
            }
        }
        denied
    }
}

fn fields_of<'a>(
    schema: &'a Schema,
    ty: &Name,
) -> impl Iterator<Item = (&'a Name, &'a apollo_compiler::schema::Component<ast::FieldDefinition>)> {
    let fields = match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => Some(&object.fields),
        Some(ExtendedType::Interface(interface)) => Some(&interface.fields),
        _ => None,
    };
    fields.into_iter().flatten()
}

/// The rule of a directive, if it is one.
fn rule(directive: &ast::Directive) -> Option<AccessRule> {
    let groups = |argument: &str| -> Vec<Vec<String>> {
        let outer = directive.specified_argument_by_name(argument).and_then(|value| value.as_list());
        let words = |inner: &ast::Value| match inner.as_list() {
            Some(words) => words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
            None => inner.as_str().map(str::to_owned).into_iter().collect(),
        };
        outer.unwrap_or_default().iter().map(|inner| words(inner)).collect()
    };
    match directive.name.as_str() {
        "authenticated" => Some(AccessRule::Authenticated),
        "requiresScopes" => Some(AccessRule::Scopes(groups("scopes"))),
        "policy" => Some(AccessRule::Policies(groups("policies"))),
        _ => None,
    }
}
