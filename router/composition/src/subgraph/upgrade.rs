//! Lifts a Federation 1 schema to the meaning it has under the rules of Federation 2.
//!
//! Federation 1 said less: `extend type` meant "another subgraph owns this", value types were shared
//! without a word, and `@external`, `@provides` and `@requires` could stand where they did nothing.
//! Each step here removes what was inert or writes down what was implied.

use std::collections::HashSet;

use apollo_compiler::schema::ComponentOrigin;
use apollo_compiler::{Name, Node};

use super::facts;
use super::field_set::{FieldSet, Selection};
use super::model::{Applied, DirectiveRole, FieldDef, SubgraphModel, TypeDef, TypeKind};
use crate::error::{CompositionError, ErrorCode};
use crate::links::FederationDirective as D;

const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// Upgrades the models of Federation 1 in place; the others are only looked at.
pub(super) fn upgrade(models: &mut [SubgraphModel]) -> Vec<CompositionError> {
    if models.iter().all(|model| model.version.is_some()) {
        return Vec::new();
    }
    let mut errors = Vec::new();
    let before: Vec<SubgraphModel> = models.to_vec();
    for (index, model) in models.iter_mut().enumerate() {
        if model.version.is_some() {
            continue;
        }
        clean_interfaces(model);
        remove_external_from_keys(model, &before, index);
        facts::derive(model);
        remove_inactive_selections(model);
        remove_extensions(model);
        facts::derive(model);
        remove_unused_externals(model, &mut errors);
        facts::derive(model);
    }
    // Sharing depends on what is left of the other subgraphs.
    let upgraded: Vec<SubgraphModel> = models.to_vec();
    for (index, model) in models.iter_mut().enumerate() {
        if model.version.is_some() {
            continue;
        }
        add_shareable(model, &upgraded, index);
        remove_tags_on_externals(model);
        facts::derive(model);
    }
    errors
}

fn others(models: &[SubgraphModel], index: usize) -> impl Iterator<Item = &SubgraphModel> {
    models.iter().enumerate().filter(move |(other, _)| *other != index).map(|(_, model)| model)
}

fn remove(directives: &mut Vec<Applied>, directive: D) {
    directives.retain(|applied| applied.role != DirectiveRole::Federation(directive));
}

/// On interfaces the federation directives did nothing.
fn clean_interfaces(model: &mut SubgraphModel) {
    for ty in model.types.values_mut() {
        if ty.kind != TypeKind::Interface {
            continue;
        }
        remove(&mut ty.directives, D::Key);
        ty.keys.clear();
        for field in ty.fields.values_mut() {
            for directive in [D::External, D::Requires, D::Provides] {
                remove(&mut field.directives, directive);
            }
            field.requires = None;
            field.provides = None;
        }
    }
}

/// An extension had to mark its key fields `@external`, yet does resolve them.
fn remove_external_from_keys(model: &mut SubgraphModel, all: &[SubgraphModel], index: usize) {
    let mut nominal: HashSet<(Name, Name)> = HashSet::new();
    for ty in model.types.values() {
        let is_root = ROOTS.contains(&ty.name.as_str()) && !ty.has_definition;
        if !(ty.is_federation_extension() || is_root) {
            continue;
        }
        let mut mark = |keys: &[super::model::Key]| {
            for key in keys {
                for selection in &key.fields.selections {
                    if let Selection::Field { name, .. } = selection {
                        nominal.insert((ty.name.clone(), name.clone()));
                    }
                }
            }
        };
        if ty.keys.is_empty() {
            // Without a key of its own the extension means those of the owner.
            for other in others(all, index) {
                if let Some(other) = other.types.get(&ty.name) {
                    mark(&other.keys);
                }
            }
        } else {
            mark(&ty.keys);
        }
    }
    for (ty, field) in nominal {
        if let Some(field) = model.types.get_mut(&ty).and_then(|ty| ty.fields.get_mut(&field)) {
            remove(&mut field.directives, D::External);
        }
    }
}

/// Drops from requirements and provisions what the subgraph resolves anyway, and provisions on
/// fields without subfields.
fn remove_inactive_selections(model: &mut SubgraphModel) {
    let frozen = model.clone();
    for ty in model.types.values_mut() {
        let parent = ty.name.clone();
        for field in ty.fields.values_mut() {
            let target = field.ty.inner_named_type().clone();
            let composite = frozen.types.get(&target).is_some_and(|ty| ty.kind.is_composite());
            field.requires = field.requires.take().and_then(|set| active(&frozen, &parent, set));
            field.provides =
                field.provides.take().filter(|_| composite).and_then(|set| active(&frozen, &target, set));
            if field.requires.is_none() {
                remove(&mut field.directives, D::Requires);
            }
            if field.provides.is_none() {
                remove(&mut field.directives, D::Provides);
            }
        }
    }
}

fn active(model: &SubgraphModel, parent: &Name, set: FieldSet) -> Option<FieldSet> {
    let selections = active_selections(model, parent, &set.selections);
    if selections.is_empty() {
        return None;
    }
    if selections == set.selections {
        return Some(set);
    }
    Some(FieldSet { text: super::field_set::to_text(&selections), selections })
}

fn active_selections(model: &SubgraphModel, parent: &Name, selections: &[Selection]) -> Vec<Selection> {
    let mut kept = Vec::new();
    for selection in selections {
        match selection {
            Selection::Field { name, selections, .. } => {
                // What does not exist stays, to be reported by validation.
                let Some(field) = model.field(parent, name) else {
                    kept.push(selection.clone());
                    continue;
                };
                if field.external {
                    kept.push(selection.clone());
                } else if !selections.is_empty() {
                    let inner = active_selections(model, field.ty.inner_named_type(), selections);
                    if !inner.is_empty() {
                        kept.push(selection.with_selections(inner));
                    }
                }
            }
            Selection::Fragment { on, selections, .. } => {
                let inner = active_selections(model, on.as_ref().unwrap_or(parent), selections);
                if !inner.is_empty() {
                    kept.push(selection.with_selections(inner));
                }
            }
        }
    }
    kept
}

/// Federation 2 has no extensions in that sense: every subgraph's declaration counts.
fn remove_extensions(model: &mut SubgraphModel) {
    for ty in model.types.values_mut() {
        let is_root = ROOTS.contains(&ty.name.as_str());
        if !(ty.is_federation_extension() || is_root)
            || !matches!(ty.kind, TypeKind::Object | TypeKind::Interface)
        {
            continue;
        }
        ty.has_definition = true;
        ty.has_extension = false;
        for key in &mut ty.keys {
            key.in_extension = false;
        }
        for field in ty.fields.values_mut() {
            field.origin = ComponentOrigin::Definition;
        }
        for applied in &mut ty.directives {
            applied.origin = ComponentOrigin::Definition;
        }
    }
}

fn remove_unused_externals(model: &mut SubgraphModel, errors: &mut Vec<CompositionError>) {
    let mut emptied = Vec::new();
    for ty in model.types.values_mut() {
        let before = ty.fields.len();
        ty.fields.retain(|_, field| !field.external || field.selected);
        if before > 0 && ty.fields.is_empty() {
            emptied.push(ty.name.clone());
        }
    }
    for name in &emptied {
        model.types.shift_remove(name);
    }
    for name in emptied {
        let user = model.types.values().find_map(|ty| {
            let field = ty.fields.values().find(|field| *field.ty.inner_named_type() == name)?;
            Some((ty.name.clone(), field.name.clone(), field.location))
        });
        let (by, location) = match user {
            Some((ty, field, location)) => (format!("\"{ty}.{field}\" returns it"), location),
            None if name == "Mutation" || name == "Subscription" => ("it is a root type".to_owned(), None),
            None => continue,
        };
        errors.push(
            CompositionError::new(
                ErrorCode::TypeWithOnlyUnusedExternal,
                format!(
                    "[{}] Type \"{name}\" has only @external fields that nothing uses, and {by}",
                    model.name
                ),
            )
            .at(model.locate(location)),
        );
    }
}

fn shareable(model: &SubgraphModel) -> Applied {
    Applied {
        role: DirectiveRole::Federation(D::Shareable),
        node: Node::new(apollo_compiler::ast::Directive::new(Name::new_unchecked(
            model.directive_name(D::Shareable),
        ))),
        origin: ComponentOrigin::Definition,
    }
}

/// Whatever several subgraphs resolve was shared by intent.
fn add_shareable(model: &mut SubgraphModel, all: &[SubgraphModel], index: usize) {
    let mark = shareable(model);
    for ty in model.types.values_mut() {
        if ty.kind != TypeKind::Object || ty.name == "Subscription" {
            continue;
        }
        let declared_elsewhere: Vec<&TypeDef> =
            others(all, index).filter_map(|other| other.types.get(&ty.name)).collect();
        if declared_elsewhere.is_empty() {
            continue;
        }
        if ty.keys.is_empty() && !ROOTS.contains(&ty.name.as_str()) {
            if !ty.has(D::Shareable) {
                ty.directives.push(mark.clone());
            }
            continue;
        }
        for field in ty.fields.values_mut() {
            let resolves = |other: &FieldDef| !other.fully_external();
            let elsewhere =
                declared_elsewhere.iter().filter_map(|other| other.fields.get(&field.name)).any(resolves);
            if elsewhere && !field.shareable {
                field.directives.push(mark.clone());
            }
        }
    }
}

fn remove_tags_on_externals(model: &mut SubgraphModel) {
    for ty in model.types.values_mut() {
        for field in ty.fields.values_mut() {
            if field.external {
                remove(&mut field.directives, D::Tag);
            }
        }
    }
}
