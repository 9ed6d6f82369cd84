//! `@override`: which declarations of a field another subgraph has taken over.

use std::collections::HashMap;

use apollo_compiler::Name;

use super::supergraph::TakenOver;
use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::hint::HintCode;
use crate::subgraph::model::FieldDef;

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

impl Merger<'_> {
    pub(super) fn overrides(
        &mut self,
        parent: &Name,
        name: &Name,
        sources: &[Source<'_, FieldDef>],
    ) -> Overrides {
        let mut out = Overrides::default();
        let coordinate = format!("{parent}.{name}");
        for (index, field) in sources {
            let Some(over) = &field.override_from else {
                continue;
            };
            let me = self.subgraph_name(*index).to_owned();
            let at = self.field_locations(&[(*index, *field)]);
            let Some(from) = self.subgraphs.iter().position(|s| s.name == over.from) else {
                self.hint(
                    HintCode::FromSubgraphDoesNotExist,
                    format!("Field \"{coordinate}\" in subgraph \"{me}\" overrides that of \"{}\", which is no subgraph", over.from),
                );
                continue;
            };
            if from == *index {
                self.error(
                    ErrorCode::OverrideFromSelfError,
                    format!("Field \"{coordinate}\" in subgraph \"{me}\" overrides itself: @override(from:) has to name another subgraph"),
                    at,
                );
                continue;
            }
            let Some((_, source)) = sources.iter().find(|(source, _)| *source == from) else {
                self.hint(
                    HintCode::OverrideDirectiveCanBeRemoved,
                    format!("Field \"{coordinate}\" is gone from subgraph \"{}\"; the @override in \"{me}\" can go too", over.from),
                );
                continue;
            };
            if source.override_from.is_some() {
                self.error(
                    ErrorCode::OverrideSourceHasOverride,
                    format!("Field \"{coordinate}\" in subgraph \"{me}\" overrides that of \"{}\", which overrides another in turn", over.from),
                    at,
                );
                continue;
            }
            if let Some(other) = collision(field, source) {
                self.error(
                    ErrorCode::OverrideCollisionWithAnotherDirective,
                    format!("Field \"{coordinate}\" in subgraph \"{me}\" overrides that of \"{}\", and @override and @{other} cannot be combined", over.from),
                    at,
                );
                continue;
            }
            if source.external {
                self.hint(
                    HintCode::OverrideDirectiveCanBeRemoved,
                    format!("Field \"{coordinate}\" is @external in subgraph \"{}\"; the @override in \"{me}\" can go", over.from),
                );
                continue;
            }
            let role = if source.selected { Role::ReplacedButUsed } else { Role::Replaced };
            if let Some(label) = &over.label {
                out.labels.insert(*index, label.clone());
                out.labels.insert(from, label.clone());
                self.hint(
                    HintCode::OverrideMigrationInProgress,
                    format!("Field \"{coordinate}\" is migrating from subgraph \"{}\" to \"{me}\" by the label \"{label}\"", over.from),
                );
            } else {
                self.hint(
                    HintCode::OverriddenFieldCanBeRemoved,
                    format!("Field \"{coordinate}\" of subgraph \"{}\" is overridden by \"{me}\" and can be removed or, if a key or requirement uses it, marked @external", over.from),
                );
            }
            out.roles.insert(from, role);
            let label = over.label.clone();
            self.out.taken_over.insert((from, parent.clone(), name.clone()), TakenOver { label });
        }
        out
    }
}
