//! Facts about fields that follow from directives elsewhere in the schema: what is external, what is
//! provided on some path, what may be shared.

use std::collections::HashSet;

use apollo_compiler::Name;
use apollo_compiler::schema::ComponentOrigin;

use super::context::ContextValue;
use super::field_set::{FieldSet, Selection};
use super::model::{FieldDef, SubgraphModel, TypeKind, all_applied, find_applied};
use crate::links::FederationDirective as D;

type Coordinate = (Name, Name);

/// Every field a selection on `parent` reaches. On an interface the field of each implementation
/// counts too where `implementations` is set.
pub(super) fn reached(
    model: &SubgraphModel,
    parent: &Name,
    selections: &[Selection],
    implementations: bool,
    out: &mut HashSet<Coordinate>,
) {
    let Some(ty) = model.types.get(parent) else {
        return;
    };
    for selection in selections {
        match selection {
            Selection::Field { name, selections, .. } => {
                let Some(field) = ty.fields.get(name) else {
                    continue;
                };
                out.insert((parent.clone(), name.clone()));
                if implementations && ty.kind == TypeKind::Interface {
                    for implementation in model.implementations(parent) {
                        if implementation.fields.contains_key(name) {
                            out.insert((implementation.name.clone(), name.clone()));
                        }
                    }
                }
                reached(model, field.ty.inner_named_type(), selections, implementations, out);
            }
            Selection::Fragment { on, selections, .. } => {
                reached(model, on.as_ref().unwrap_or(parent), selections, implementations, out);
            }
        }
    }
}

/// Every field that an argument of this field takes from a context.
fn taken_from_contexts(model: &SubgraphModel, field: &FieldDef, out: &mut HashSet<Coordinate>) {
    for argument in field.arguments.values() {
        let text = find_applied(&argument.directives, D::FromContext)
            .and_then(|applied| applied.argument("field")?.as_str());
        let Some(value) = text.and_then(ContextValue::parse) else { continue };
        let Ok(selection) = FieldSet::parse(value.selection) else { continue };
        let setters = model.types.values().filter(|ty| {
            all_applied(&ty.directives, D::Context)
                .any(|applied| applied.argument("name").and_then(|name| name.as_str()) == Some(value.name))
        });
        for setter in setters {
            reached(model, &setter.name, &selection.selections, true, out);
            for ty in model.possible_types(&setter.name) {
                reached(model, &ty.name, &selection.selections, true, out);
            }
        }
    }
}

/// Derives what depends on several elements; runs again after an upgrade has changed them.
pub(super) fn derive(model: &mut SubgraphModel) {
    let mut keys = HashSet::new();
    let mut required = HashSet::new();
    let mut provided = HashSet::new();
    let mut nominal = HashSet::new();
    let mut implementing = HashSet::new();
    let mut taken = HashSet::new();
    for ty in model.types.values() {
        for interface in &ty.implements {
            for field in model.types.get(interface).map(|i| i.fields.keys()).into_iter().flatten() {
                implementing.insert((ty.name.clone(), field.clone()));
            }
        }
        for key in &ty.keys {
            reached(model, &ty.name, &key.fields.selections, true, &mut keys);
            if ty.has(D::Extends) || key.in_extension || ty.is_federation_extension() {
                reached(model, &ty.name, &key.fields.selections, false, &mut nominal);
            }
        }
        for field in ty.fields.values() {
            if let Some(requires) = &field.requires {
                reached(model, &ty.name, &requires.selections, true, &mut required);
            }
            if let Some(provides) = &field.provides {
                let target = field.ty.inner_named_type();
                reached(model, target, &provides.selections, true, &mut provided);
            }
            taken_from_contexts(model, field, &mut taken);
        }
    }
    for ty in model.types.values_mut() {
        let type_external = find_applied(&ty.directives, D::External).is_some();
        let extension = ty.is_federation_extension();
        let type_shareable: Vec<ComponentOrigin> =
            all_applied(&ty.directives, D::Shareable).map(|applied| applied.origin.clone()).collect();
        for field in ty.fields.values_mut() {
            let at = (ty.name.clone(), field.name.clone());
            let declared = field.has(D::External) || type_external;
            let nominal = nominal.contains(&at) && (extension || field.origin.extension_id().is_some());
            field.external = declared && !nominal;
            field.provided = provided.contains(&at);
            field.selected = keys.contains(&at)
                || required.contains(&at)
                || provided.contains(&at)
                || implementing.contains(&at)
                || taken.contains(&at);
            field.shareable = keys.contains(&at)
                || (field.provided && field.external)
                || field.has(D::Shareable)
                || type_shareable.contains(&field.origin);
        }
    }
}
