//! `@override`: which declarations of a field another subgraph has taken over.

use std::collections::HashMap;

use apollo_compiler::Name;

use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::subgraph::model::{FieldDef, Override};
use crate::supergraph::TakenOver;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    #[default]
    Plain,
    /// Taken over and needed for nothing.
    Replaced,
    /// Taken over, but still read by a key, a requirement or an interface of its own subgraph.
    ReplacedButUsed,
}

/// The role of each subgraph's declaration of one field.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    roles: HashMap<usize, Role>,
    labels: HashMap<usize, String>,
}

impl Overrides {
    pub fn role(&self, subgraph: usize) -> Role {
        self.roles.get(&subgraph).copied().unwrap_or_default()
    }

    /// The label of a progressive override, on both its sides.
    pub fn label(&self, subgraph: usize) -> Option<&str> {
        self.labels.get(&subgraph).map(String::as_str)
    }
}

/// What one `@override` comes to.
enum Outcome {
    /// It takes over the declaration of this subgraph.
    Takes(usize, Role),
    Pointless(HintCode, String),
    Wrong(ErrorCode, String),
}

impl Merger<'_> {
    pub(super) fn overrides(
        &mut self,
        parent: &Name,
        name: &Name,
        sources: &[Source<'_, FieldDef>],
    ) -> Overrides {
        let mut out = Overrides::default();
        for (index, field) in sources {
            let Some(over) = &field.override_from else {
                continue;
            };
            let me = self.subgraph_name(*index);
            let on =
                format!("@override(from: \"{}\") on \"{parent}.{name}\" in subgraph \"{me}\"", over.from);
            if let Some(label) = over.label.as_ref().filter(|label| !is_label(label)) {
                let at = self.field_locations(&[(*index, *field)]);
                self.error(
                    ErrorCode::OverrideLabelInvalid,
                    format!("{on}: \"{label}\" is no label, which is a letter and then letters, digits and _ - : . /, or percent(n) with n from 0 to 100"),
                    at,
                );
            }
            match self.override_outcome(parent, (*index, *field), over, sources) {
                Outcome::Wrong(code, why) => {
                    let at = self.field_locations(&[(*index, *field)]);
                    self.error(code, format!("{on}: {why}"), at);
                }
                Outcome::Pointless(code, why) => self.hint(code, format!("{on}: {why}")),
                Outcome::Takes(from, role) => {
                    if let Some(label) = &over.label {
                        out.labels.insert(*index, label.clone());
                        out.labels.insert(from, label.clone());
                        self.hint(
                            HintCode::OverrideMigrationInProgress,
                            format!("{on}: the field is migrating by the label \"{label}\""),
                        );
                    } else {
                        self.hint(
                            HintCode::OverriddenFieldCanBeRemoved,
                            format!("{on}: the overridden field can be removed or, if a key or requirement uses it, marked @external"),
                        );
                    }
                    out.roles.insert(from, role);
                    let taken = TakenOver { label: over.label.clone() };
                    self.out.taken_over.insert((from, parent.clone(), name.clone()), taken);
                }
            }
        }
        out
    }

    fn override_outcome(
        &self,
        parent: &Name,
        (index, field): Source<'_, FieldDef>,
        over: &Override,
        sources: &[Source<'_, FieldDef>],
    ) -> Outcome {
        let wrong = |code, why: String| Outcome::Wrong(code, why);
        if self.is_interface_object(index, parent) {
            let why = "the fields of an @interfaceObject cannot override".to_owned();
            return wrong(ErrorCode::OverrideCollisionWithAnotherDirective, why);
        }
        let Some(from) = self.subgraphs.iter().position(|subgraph| subgraph.name == over.from) else {
            let why = "there is no such subgraph".to_owned();
            return Outcome::Pointless(HintCode::FromSubgraphDoesNotExist, why);
        };
        if from == index {
            return wrong(ErrorCode::OverrideFromSelfError, "it overrides itself".to_owned());
        }
        let Some((_, source)) = sources.iter().find(|(source, _)| *source == from) else {
            if let Some(interface) = self.abstracted(parent, &field.name, from) {
                let why = format!(
                    "there the field is one of the @interfaceObject \"{interface}\", which cannot be overridden"
                );
                return wrong(ErrorCode::OverrideCollisionWithAnotherDirective, why);
            }
            let why = "the field is gone from there, and so can the directive".to_owned();
            return Outcome::Pointless(HintCode::OverrideDirectiveCanBeRemoved, why);
        };
        if source.override_from.is_some() {
            let why = "that one overrides another in turn".to_owned();
            return wrong(ErrorCode::OverrideSourceHasOverride, why);
        }
        if let Some(other) = collision(field, source) {
            let why = format!("it cannot be combined with @{other}");
            return wrong(ErrorCode::OverrideCollisionWithAnotherDirective, why);
        }
        if source.external {
            let why = "the field is @external there, and so has nothing to override".to_owned();
            return Outcome::Pointless(HintCode::OverrideDirectiveCanBeRemoved, why);
        }
        Outcome::Takes(from, if source.selected { Role::ReplacedButUsed } else { Role::Replaced })
    }

    fn is_interface_object(&self, subgraph: usize, ty: &Name) -> bool {
        self.subgraph(subgraph)
            .and_then(|subgraph| subgraph.types.get(ty))
            .is_some_and(|ty| ty.interface_object)
    }

    /// The interface object by which the subgraph resolves the field for `ty`.
    pub(super) fn abstracted(&self, ty: &Name, field: &Name, subgraph: usize) -> Option<&Name> {
        self.out.types.get(ty)?.implements.iter().find(|interface| {
            self.subgraph(subgraph)
                .and_then(|subgraph| subgraph.types.get(*interface))
                .is_some_and(|object| object.interface_object && object.fields.contains_key(field))
        })
    }
}

/// The directive that does not go with the override.
fn collision(field: &FieldDef, source: &FieldDef) -> Option<&'static str> {
    if source.requires.is_some() {
        return Some("requires");
    }
    if source.provides.is_some() {
        return Some("provides");
    }
    field.external.then_some("external")
}

fn is_label(label: &str) -> bool {
    if let Some(number) = label.strip_prefix("percent(").and_then(|rest| rest.strip_suffix(')')) {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.chars().all(|c| c.is_ascii_digit())
        };
        return digits(whole, 3)
            && digits(fraction, 8)
            && number.parse::<f64>().is_ok_and(|percent| percent <= 100.0);
    }
    label.starts_with(|c: char| c.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || "_-:./".contains(c))
}
