//! `@external` declarations: they contribute nothing to the merged field, and have to agree with it.

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use indexmap::IndexMap;

use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::model::{FieldDef, find_applied};
use crate::supergraph::MergedInput;
use crate::values::same_default;

/// Directives that are merged, and so mean nothing on a field that another subgraph resolves.
const MERGED: [D; 7] =
    [D::Tag, D::Inaccessible, D::Authenticated, D::RequiresScopes, D::Policy, D::Cost, D::ListSize];

/// What the subgraphs that resolve the field make of it.
pub(super) struct Resolved<'m> {
    pub ty: &'m Type,
    /// They all declare the same type.
    pub same: bool,
    pub arguments: &'m IndexMap<Name, MergedInput>,
}

impl<'a> Merger<'a> {
    /// Reports what an external field may not carry.
    pub(super) fn check_external_directives(&mut self, coordinate: &str, sources: &[Source<'a, FieldDef>]) {
        for (index, field) in sources.iter().filter(|(_, field)| field.external) {
            for directive in MERGED {
                let Some(applied) = find_applied(&field.directives, directive) else {
                    continue;
                };
                let subgraph = self.subgraph(*index);
                let at = subgraph.and_then(|subgraph| subgraph.locate(applied.node.location()));
                let me = self.subgraph_name(*index);
                self.error(
                    ErrorCode::MergedDirectiveApplicationOnExternal,
                    format!(
                        "[{me}] @{} has no meaning on \"{coordinate}\", which is @external",
                        directive.name()
                    ),
                    [at],
                );
            }
        }
    }

    /// Whether all external declarations have the type of the merged field; whatever else differs is
    /// an error.
    pub(super) fn check_externals(
        &mut self,
        coordinate: &str,
        sources: &[Source<'a, FieldDef>],
        resolved: &Resolved<'_>,
    ) -> bool {
        let mut agree = true;
        for source in sources.iter().filter(|(_, field)| field.external) {
            let (index, field) = *source;
            agree &= field.ty == *resolved.ty;
            let found = self.external_differences(coordinate, field, resolved);
            let at = self.field_locations(&[*source]);
            let me = self.subgraph_name(index);
            for (code, why) in found {
                let message = format!("[{me}] \"{coordinate}\" is @external, and {why} where it is resolved");
                self.error(code, message, at.clone());
            }
        }
        agree
    }

    fn external_differences(
        &self,
        coordinate: &str,
        field: &FieldDef,
        resolved: &Resolved<'_>,
    ) -> Vec<(ErrorCode, String)> {
        let mut found = Vec::new();
        // Where the resolving subgraphs differ themselves, any of their types will do.
        let compatible =
            field.ty == *resolved.ty || (!resolved.same && self.out.is_subtype(&field.ty, resolved.ty));
        if !compatible {
            let why = format!("has type \"{}\" here, but \"{}\"", field.ty, resolved.ty);
            found.push((ErrorCode::ExternalTypeMismatch, why));
        }
        for (name, argument) in resolved.arguments {
            let at = format!("\"{coordinate}({name}:)\"");
            let Some(declared) = field.arguments.get(name) else {
                let why = format!("{at} does not exist here, but does");
                found.push((ErrorCode::ExternalArgumentMissing, why));
                continue;
            };
            if !self.out.is_subtype(&argument.ty, &declared.ty) {
                let why = format!("{at} has type \"{}\" here, but \"{}\"", declared.ty, argument.ty);
                found.push((ErrorCode::ExternalArgumentTypeMismatch, why));
            }
            if !same_default(declared.default.as_ref(), argument.default.as_ref()) {
                let why = format!("{at} has another default here than");
                found.push((ErrorCode::ExternalArgumentDefaultMismatch, why));
            }
        }
        found
    }
}
