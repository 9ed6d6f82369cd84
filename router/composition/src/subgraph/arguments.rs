//! Arguments of the federation directives, read into the model: keys, requirements, provisions and
//! overrides.

use apollo_compiler::ast::Value;

use super::field_set::FieldSet;
use super::model::{Applied, Key, Override, SubgraphModel, TypeDef, all_applied, find_applied};
use super::problem::Problem;
use crate::error::{CompositionError, ErrorCode};
use crate::links::FederationDirective as D;

/// The codes for a `fields` that is no string, and for one that is no selection.
struct Codes {
    not_text: ErrorCode,
    invalid: ErrorCode,
}

const KEY: Codes = Codes { not_text: ErrorCode::KeyInvalidFieldsType, invalid: ErrorCode::KeyInvalidFields };
const REQUIRES: Codes =
    Codes { not_text: ErrorCode::RequiresInvalidFieldsType, invalid: ErrorCode::RequiresInvalidFields };
const PROVIDES: Codes =
    Codes { not_text: ErrorCode::ProvidesInvalidFieldsType, invalid: ErrorCode::ProvidesInvalidFields };

pub(super) fn read(model: &mut SubgraphModel) -> Vec<CompositionError> {
    let mut problems = Vec::new();
    for ty in model.types.values_mut() {
        read_type(ty, &mut problems);
    }
    problems.into_iter().map(|problem| problem.into_error(&model.name, &model.sources)).collect()
}

fn read_type(ty: &mut TypeDef, problems: &mut Vec<Problem>) {
    ty.interface_object = ty.has(D::InterfaceObject);
    let mut keys = Vec::new();
    for applied in all_applied(&ty.directives, D::Key) {
        let Some(fields) = field_set(applied, &ty.name, &KEY, problems) else {
            continue;
        };
        let resolvable = applied.argument("resolvable").and_then(|value| value.to_bool());
        keys.push(Key {
            fields,
            resolvable: resolvable.unwrap_or(true),
            resolvable_written: resolvable.is_some(),
            in_extension: applied.in_extension(),
            location: applied.node.location(),
        });
    }
    ty.keys = keys;
    for field in ty.fields.values_mut() {
        let on = format!("{}.{}", ty.name, field.name);
        field.requires = find_applied(&field.directives, D::Requires)
            .and_then(|applied| field_set(applied, &on, &REQUIRES, problems));
        field.provides = find_applied(&field.directives, D::Provides)
            .and_then(|applied| field_set(applied, &on, &PROVIDES, problems));
        field.override_from = find_applied(&field.directives, D::Override).and_then(override_from);
    }
}

fn override_from(applied: &Applied) -> Option<Override> {
    Some(Override {
        from: applied.argument("from")?.as_str()?.to_owned(),
        label: applied.argument("label").and_then(|value| value.as_str()).map(str::to_owned),
    })
}

fn field_set(applied: &Applied, on: &str, codes: &Codes, problems: &mut Vec<Problem>) -> Option<FieldSet> {
    let (code, why) = match applied.argument("fields").map(|value| &**value) {
        Some(Value::String(text)) => match FieldSet::parse(text) {
            Ok(fields) => return Some(fields),
            Err(why) => (codes.invalid, why),
        },
        _ => (codes.not_text, "`fields` has to be a string".to_owned()),
    };
    problems.push(Problem {
        code,
        message: format!("On \"{on}\", for {}: {why}", applied.node),
        location: applied.node.location(),
    });
    None
}
