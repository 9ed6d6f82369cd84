//! Access control across elements. An interface, on which nobody may write it down, demands what all
//! its implementations demand; and a field that requires guarded data has to be guarded like it, or
//! its resolver would hand the data on to anyone.

use apollo_compiler::Name;
use apollo_compiler::ast::Directive;

use super::Merger;
use super::demands::Demand;
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::links::FederationDirective as D;
use crate::subgraph::context::ContextValue;
use crate::subgraph::field_set::{FieldSet, Selection};
use crate::subgraph::model::{FieldDef, TypeDef, TypeKind, all_applied, find_applied};
use crate::supergraph::{Apply, MergedType, Supergraph};

/// The names of the three directives in the supergraph.
#[derive(Clone, Default)]
pub(super) struct AccessNames {
    pub authenticated: Option<String>,
    pub scopes: Option<String>,
    pub policy: Option<String>,
}

/// All that one element, or several together, demand.
#[derive(Clone, Default, PartialEq)]
struct Access {
    authenticated: bool,
    scopes: Demand,
    policies: Demand,
}

impl Access {
    fn read(directives: &[Directive], names: &AccessNames) -> Self {
        let find = |name: &Option<String>| {
            let name = name.as_ref()?;
            directives.iter().find(|d| d.name == name.as_str())
        };
        let demand = |name: &Option<String>, argument: &str| {
            find(name)
                .and_then(|directive| directive.specified_argument_by_name(argument))
                .map(|value| Demand::read(value))
                .unwrap_or_default()
        };
        Self {
            authenticated: find(&names.authenticated).is_some(),
            scopes: demand(&names.scopes, "scopes"),
            policies: demand(&names.policy, "policies"),
        }
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            authenticated: self.authenticated || other.authenticated,
            scopes: self.scopes.and(&other.scopes),
            policies: self.policies.and(&other.policies),
        }
    }

    fn all(accesses: &[Self]) -> Self {
        accesses.iter().fold(Self::default(), |all, access| all.and(access))
    }

    fn implies(&self, other: &Self) -> bool {
        (self.authenticated || !other.authenticated)
            && self.scopes.implies(&other.scopes)
            && self.policies.implies(&other.policies)
    }

    fn directives(&self, names: &AccessNames) -> Vec<Directive> {
        let mut out = Vec::new();
        if let (true, Some(name)) = (self.authenticated, &names.authenticated) {
            out.push(Apply::new(name).done());
        }
        if let (false, Some(name)) = (self.scopes.is_empty(), &names.scopes) {
            out.push(Apply::new(name).value("scopes", self.scopes.to_value()).done());
        }
        if let (false, Some(name)) = (self.policies.is_empty(), &names.policy) {
            out.push(Apply::new(name).value("policies", self.policies.to_value()).done());
        }
        out
    }
}

impl Merger<'_> {
    pub(super) fn access(&mut self) {
        let names = self.composed.access_names();
        if names.authenticated.is_none() && names.scopes.is_none() && names.policy.is_none() {
            return;
        }
        self.propagate_to_interfaces(&names);
        self.check_transitive(&names);
    }

    fn propagate_to_interfaces(&mut self, names: &AccessNames) {
        let interfaces: Vec<Name> = self
            .out
            .types
            .iter()
            .filter(|(_, ty)| ty.kind == TypeKind::Interface)
            .map(|(name, _)| name.clone())
            .collect();
        for interface in interfaces {
            let implementations: Vec<&MergedType> = self
                .out
                .possible_types(&interface)
                .into_iter()
                .filter_map(|name| self.out.types.get(name))
                .collect();
            let on_type: Vec<Access> =
                implementations.iter().map(|ty| Access::read(&ty.directives, names)).collect();
            let Some(ty) = self.out.types.get(&interface) else {
                continue;
            };
            let on_field = |field: &Name| -> Vec<Access> {
                let declared = implementations.iter().filter_map(|ty| ty.fields.get(field));
                declared.map(|field| Access::read(&field.directives, names)).collect()
            };
            let on_fields: Vec<(Name, Vec<Access>)> =
                ty.fields.keys().map(|field| (field.clone(), on_field(field))).collect();
            self.hint_different(&interface, &on_type);
            for (field, accesses) in &on_fields {
                self.hint_different(&format!("{interface}.{field}"), accesses);
            }
            let Some(ty) = self.out.types.get_mut(&interface) else {
                continue;
            };
            replace(&mut ty.directives, &Access::all(&on_type), names);
            for (name, accesses) in on_fields {
                if let Some(field) = ty.fields.get_mut(&name) {
                    replace(&mut field.directives, &Access::all(&accesses), names);
                }
            }
        }
    }

    fn hint_different(&mut self, coordinate: &str, accesses: &[Access]) {
        for (what, demands) in [
            ("scopes", accesses.iter().map(|access| &access.scopes).collect::<Vec<_>>()),
            ("policies", accesses.iter().map(|access| &access.policies).collect()),
        ] {
            let mut demands = demands.into_iter().filter(|demand| !demand.is_empty());
            let first = demands.next();
            if demands.any(|demand| Some(demand) != first) {
                self.hint(
                    HintCode::MergedNonRepeatableDirectiveArguments,
                    format!("The implementations of \"{coordinate}\" demand different {what}; the interface demands what all of them demand"),
                );
            }
        }
    }

    fn check_transitive(&mut self, names: &AccessNames) {
        let mut errors = Vec::new();
        for subgraph in self.subgraphs {
            for ty in subgraph.types.values() {
                for field in ty.fields.values() {
                    let mut read: Vec<(Name, Vec<Selection>)> = Vec::new();
                    if let Some(requires) = &field.requires {
                        read.push((ty.name.clone(), requires.selections.clone()));
                    }
                    read.extend(context_selections(subgraph.types.values(), field));
                    if read.is_empty() {
                        continue;
                    }
                    let have = self.guard(&ty.name, &field.name, names);
                    let mut missing = Vec::new();
                    for (parent, selections) in &read {
                        self.unguarded(&have, parent, selections, names, &mut missing);
                    }
                    if !missing.is_empty() {
                        missing.dedup();
                        errors.push((
                            format!("[{}] Field \"{}.{}\" reads {}, and has to demand the same access by @authenticated, @requiresScopes or @policy", subgraph.name, ty.name, field.name, missing.join(", ")),
                            subgraph.locate(field.location),
                        ));
                    }
                }
            }
        }
        for (message, at) in errors {
            self.error(ErrorCode::MissingTransitiveAuthRequirements, message, [at]);
        }
    }

    /// What a client has to meet for the field: its own demand, its type's, and that of its result.
    fn guard(&self, parent: &Name, field: &Name, names: &AccessNames) -> Access {
        let Some(ty) = self.out.types.get(parent) else {
            return Access::default();
        };
        let own = Access::read(&ty.directives, names);
        ty.fields.get(field).map_or(own.clone(), |field| {
            own.and(&Access::read(&field.directives, names)).and(&result(
                &self.out,
                field.ty.inner_named_type(),
                names,
            ))
        })
    }

    fn unguarded(
        &self,
        have: &Access,
        parent: &Name,
        selections: &[Selection],
        names: &AccessNames,
        out: &mut Vec<String>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field { name, selections, .. } => {
                    let field = self.out.types.get(parent).and_then(|ty| ty.fields.get(name));
                    let Some(field) = field else { continue };
                    let target = field.ty.inner_named_type();
                    let needed =
                        Access::read(&field.directives, names).and(&result(&self.out, target, names));
                    if !have.implies(&needed) {
                        out.push(format!("\"{parent}.{name}\""));
                    }
                    self.unguarded(have, target, selections, names, out);
                }
                Selection::Fragment { on, selections, .. } => {
                    let target = on.as_ref().unwrap_or(parent);
                    if !have.implies(&result(&self.out, target, names)) {
                        out.push(format!("\"{target}\""));
                    }
                    self.unguarded(have, target, selections, names, out);
                }
            }
        }
    }
}

fn result(supergraph: &Supergraph, ty: &Name, names: &AccessNames) -> Access {
    supergraph.types.get(ty).map(|ty| Access::read(&ty.directives, names)).unwrap_or_default()
}

/// Replaces the access directives of an element, which stand before those of other kinds.
fn replace(directives: &mut Vec<Directive>, access: &Access, names: &AccessNames) {
    let own = Access::read(directives, names);
    let all = own.and(access);
    if all == own {
        return;
    }
    let is_access = |directive: &Directive| {
        [&names.authenticated, &names.scopes, &names.policy]
            .into_iter()
            .flatten()
            .any(|name| directive.name == name.as_str())
    };
    directives.retain(|directive| !is_access(directive));
    directives.extend(all.directives(names));
}

/// What the field's arguments take from contexts, by the types that set them.
fn context_selections<'a>(
    types: impl Iterator<Item = &'a TypeDef> + Clone,
    field: &FieldDef,
) -> Vec<(Name, Vec<Selection>)> {
    let mut out = Vec::new();
    for argument in field.arguments.values() {
        let value = find_applied(&argument.directives, D::FromContext)
            .and_then(|applied| applied.argument("field")?.as_str())
            .and_then(ContextValue::parse);
        let Some(value) = value else { continue };
        let Ok(set) = FieldSet::parse(value.selection) else {
            continue;
        };
        for ty in types.clone() {
            let sets = all_applied(&ty.directives, D::Context)
                .filter_map(|applied| applied.argument("name")?.as_str())
                .any(|name| name == value.name);
            if sets {
                out.push((ty.name.clone(), set.selections.clone()));
            }
        }
    }
    out
}
