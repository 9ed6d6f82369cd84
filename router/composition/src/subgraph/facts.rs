//! Facts about fields that follow from directives elsewhere in the schema: what is external, what is
//! provided on some path, what may be shared.

use std::collections::HashSet;

use apollo_compiler::Name;
use apollo_compiler::ast::Value;
use apollo_compiler::schema::ComponentOrigin;

use super::field_set::{FieldSet, Selection};
use super::model::{Applied, Key, Override, SubgraphModel, TypeKind, all_applied, find_applied};
use crate::error::{CompositionError, ErrorCode};
use crate::links::FederationDirective as D;

type Coordinate = (Name, Name);

/// Reads keys, requirements, provisions and overrides from the directives.
pub(super) fn read_directives(model: &mut SubgraphModel) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    let mut types = std::mem::take(&mut model.types);
    for ty in types.values_mut() {
        ty.interface_object = ty.has(D::InterfaceObject);
        let mut keys = Vec::new();
        for applied in all_applied(&ty.directives, D::Key) {
            match field_set(applied) {
                Ok(fields) => keys.push(Key {
                    fields,
                    resolvable: applied
                        .argument("resolvable")
                        .and_then(|value| value.to_bool())
                        .unwrap_or(true),
                    resolvable_written: applied.argument("resolvable").is_some(),
                    in_extension: applied.in_extension(),
                }),
                Err(problem) => errors.push(bad_field_set(model, D::Key, &ty.name, None, applied, &problem)),
            }
        }
        ty.keys = keys;
        let owner = ty.name.clone();
        for field in ty.fields.values_mut() {
            for (directive, code) in [(D::Requires, 0), (D::Provides, 1)] {
                let Some(applied) = find_applied(&field.directives, directive) else {
                    continue;
                };
                match field_set(applied) {
                    Ok(fields) if code == 0 => field.requires = Some(fields),
                    Ok(fields) => field.provides = Some(fields),
                    Err(problem) => errors.push(bad_field_set(
                        model,
                        directive,
                        &owner,
                        Some(&field.name),
                        applied,
                        &problem,
                    )),
                }
            }
            field.override_from = find_applied(&field.directives, D::Override).and_then(|applied| {
                Some(Override {
                    from: applied.argument("from")?.as_str()?.to_owned(),
                    label: applied.argument("label").and_then(|value| value.as_str()).map(str::to_owned),
                })
            });
        }
    }
    model.types = types;
    errors
}

fn field_set(applied: &Applied) -> Result<FieldSet, Problem> {
    let value = applied.argument("fields").ok_or(Problem::NotText)?;
    match &**value {
        Value::String(text) => FieldSet::parse(text).map_err(Problem::Syntax),
        _ => Err(Problem::NotText),
    }
}

enum Problem {
    NotText,
    Syntax(String),
}

fn bad_field_set(
    model: &SubgraphModel,
    directive: D,
    ty: &Name,
    field: Option<&Name>,
    applied: &Applied,
    problem: &Problem,
) -> CompositionError {
    let on = field.map_or_else(|| ty.to_string(), |field| format!("{ty}.{field}"));
    let spelled = &applied.node;
    let (code, why) = match (directive, problem) {
        (D::Key, Problem::NotText) => (ErrorCode::KeyInvalidFieldsType, "`fields` has to be a string"),
        (D::Requires, Problem::NotText) => {
            (ErrorCode::RequiresInvalidFieldsType, "`fields` has to be a string")
        }
        (_, Problem::NotText) => (ErrorCode::ProvidesInvalidFieldsType, "`fields` has to be a string"),
        (D::Key, Problem::Syntax(why)) => (ErrorCode::KeyInvalidFields, why.as_str()),
        (D::Requires, Problem::Syntax(why)) => (ErrorCode::RequiresInvalidFields, why.as_str()),
        (_, Problem::Syntax(why)) => (ErrorCode::ProvidesInvalidFields, why.as_str()),
    };
    CompositionError::new(code, format!("[{}] On \"{on}\", for {spelled}: {why}", model.name))
        .at(model.locate(applied.node.location()))
}

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

/// Derives what depends on several elements; runs again after an upgrade has changed them.
pub(super) fn derive(model: &mut SubgraphModel) {
    let mut keys = HashSet::new();
    let mut required = HashSet::new();
    let mut provided = HashSet::new();
    let mut nominal = HashSet::new();
    let mut implementing = HashSet::new();
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
                || implementing.contains(&at);
            field.shareable = keys.contains(&at)
                || (field.provided && field.external)
                || field.has(D::Shareable)
                || type_shareable.contains(&field.origin);
        }
    }
}
