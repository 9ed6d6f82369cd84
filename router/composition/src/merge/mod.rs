//! Merging: one supergraph out of the models of the subgraphs.
//!
//! Each element of the supergraph is merged from its *sources*, the declarations of the same name in
//! the subgraphs that have one. Implementations and union members come first, since whether two field
//! types are compatible depends on them; enums come last, since their rule depends on where the
//! merged schema uses them.

mod access;
mod composed;
mod demands;
mod directives;
mod enums;
mod executable;
mod externals;
mod fields;
mod inaccessible;
mod inputs;
mod interfaces;
mod overrides;
mod requirements;
mod sharing;
mod types;

use apollo_compiler::ast::Type;
use apollo_compiler::{Name, Node, Schema};
use indexmap::IndexMap;

use crate::error::{CompositionError, ErrorCode, Location};
use crate::hint::{Hint, HintCode};
use crate::subgraph::SubgraphModel;
use crate::supergraph::Supergraph;

#[derive(Debug)]
pub(crate) struct Merged {
    pub supergraph: Supergraph,
    pub sdl: String,
    pub hints: Vec<Hint>,
}

pub(crate) fn merge(subgraphs: &[SubgraphModel]) -> Result<Merged, Vec<CompositionError>> {
    let mut merger = Merger {
        composed: composed::Composed::collect(subgraphs),
        subgraphs,
        errors: Vec::new(),
        hints: Vec::new(),
        out: Supergraph::default(),
    };
    merger.run();
    if !merger.errors.is_empty() {
        return Err(merger.errors);
    }
    let sdl = crate::print::print(&merger.out);
    check_graphql(&sdl)?;
    Ok(Merged { supergraph: merger.out, sdl, hints: merger.hints })
}

/// The rules of GraphQL that two valid schemas can break together.
fn check_graphql(sdl: &str) -> Result<(), Vec<CompositionError>> {
    let Err(failed) = Schema::parse_and_validate(sdl, "supergraph.graphql") else {
        return Ok(());
    };
    let error = |message: String| {
        let message = format!("The supergraph is no valid schema: {message}");
        CompositionError::new(ErrorCode::InvalidGraphql, message)
    };
    Err(failed.errors.iter().map(|diagnostic| error(diagnostic.to_json().message)).collect())
}

/// A declaration and the index of the subgraph that holds it.
pub(super) type Source<'a, T> = (usize, &'a T);

pub(super) struct Merger<'a> {
    subgraphs: &'a [SubgraphModel],
    composed: composed::Composed,
    errors: Vec<CompositionError>,
    hints: Vec<Hint>,
    out: Supergraph,
}

impl<'a> Merger<'a> {
    fn run(&mut self) {
        self.header();
        self.hint_unlinked_directives();
        let kinds = self.kinds();
        self.shallow(&kinds);
        for name in kinds.keys() {
            self.merge_type(name);
        }
        self.add_interface_object_fields();
        for name in kinds.keys() {
            self.merge_input_object(name);
        }
        self.merge_enums();
        self.directive_definitions();
        // What follows is about the merged schema, and means nothing if merging has failed.
        if !self.errors.is_empty() {
            return;
        }
        if !self.out.types.contains_key("Query") {
            self.error(
                ErrorCode::NoQueries,
                "No queries found in any subgraph: a supergraph needs a field on Query",
                [],
            );
        }
        self.check_interfaces_implemented();
        self.check_requirement_arguments();
        self.access();
        if self.errors.is_empty() {
            self.check_inaccessible();
        }
    }

    fn error(
        &mut self,
        code: ErrorCode,
        message: impl Into<String>,
        locations: impl IntoIterator<Item = Option<Location>>,
    ) {
        self.errors.push(CompositionError::new(code, message).at(locations.into_iter().flatten()));
    }

    fn hint(&mut self, code: HintCode, message: impl Into<String>) {
        self.hints.push(Hint::new(code, message));
    }

    fn subgraph(&self, index: usize) -> Option<&'a SubgraphModel> {
        self.subgraphs.get(index)
    }

    fn subgraph_name(&self, index: usize) -> &'a str {
        self.subgraph(index).map_or("", |subgraph| &subgraph.name)
    }

    /// `subgraph "a"` or `subgraphs "a", "b" and "c"`.
    fn names(&self, indexes: impl IntoIterator<Item = usize>) -> String {
        let quoted: Vec<String> =
            indexes.into_iter().map(|index| format!("\"{}\"", self.subgraph_name(index))).collect();
        match quoted.as_slice() {
            [] => "no subgraph".to_owned(),
            [one] => format!("subgraph {one}"),
            [init @ .., last] => format!("subgraphs {} and {last}", init.join(", ")),
        }
    }

    /// `"Int" in subgraph "a" and "String" in subgraphs "b" and "c"`.
    fn differing(&self, values: impl IntoIterator<Item = (usize, String)>) -> String {
        let mut groups: IndexMap<String, Vec<usize>> = IndexMap::new();
        for (index, value) in values {
            groups.entry(value).or_default().push(index);
        }
        let parts: Vec<String> = groups
            .into_iter()
            .map(|(value, indexes)| format!("\"{value}\" in {}", self.names(indexes)))
            .collect();
        match parts.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [init @ .., last] => format!("{} and {last}", init.join(", ")),
        }
    }

    /// The description most subgraphs agree on; of equals the first.
    fn merge_description<'d>(
        &mut self,
        element: &str,
        descriptions: impl IntoIterator<Item = Option<&'d Node<str>>>,
    ) -> Option<Node<str>> {
        let mut counts: IndexMap<&str, (usize, &Node<str>)> = IndexMap::new();
        for description in descriptions.into_iter().flatten() {
            if description.trim().is_empty() {
                continue;
            }
            counts.entry(description.as_str()).or_insert((0, description)).0 += 1;
        }
        if counts.len() > 1 {
            self.hint(
                HintCode::InconsistentDescription,
                format!("{element} has different descriptions in the subgraphs; the most frequent is used"),
            );
        }
        let most = counts.values().map(|(count, _)| *count).max()?;
        counts.into_values().find(|(count, _)| *count == most).map(|(_, description)| description.clone())
    }

    /// The most general of the output types, and whether all are the same; none if two are unrelated.
    fn merge_output_type<'t>(&self, types: impl IntoIterator<Item = &'t Type>) -> Option<(Type, bool)> {
        self.merge_type_reference(types, |this, wider, narrower| this.out.is_subtype(narrower, wider))
    }

    /// The most specific of the input types, likewise.
    fn merge_input_type<'t>(&self, types: impl IntoIterator<Item = &'t Type>) -> Option<(Type, bool)> {
        self.merge_type_reference(types, |this, chosen, other| this.out.is_subtype(chosen, other))
    }

    fn merge_type_reference<'t>(
        &self,
        types: impl IntoIterator<Item = &'t Type>,
        prefers: impl Fn(&Self, &Type, &Type) -> bool,
    ) -> Option<(Type, bool)> {
        let mut types = types.into_iter();
        let mut chosen = types.next()?;
        let mut same = true;
        for other in types {
            if chosen == other {
                continue;
            }
            same = false;
            if prefers(self, chosen, other) {
                continue;
            }
            if !prefers(self, other, chosen) {
                return None;
            }
            chosen = other;
        }
        Some((chosen.clone(), same))
    }

    /// The subgraphs that declare the type, in order.
    fn type_sources(&self, name: &str) -> Vec<Source<'a, crate::subgraph::model::TypeDef>> {
        self.subgraphs
            .iter()
            .enumerate()
            .filter_map(|(index, subgraph)| Some((index, subgraph.types.get(name)?)))
            .collect()
    }

    /// Names in order of first appearance over the sources.
    fn union_of_names<'n>(names: impl IntoIterator<Item = &'n Name>) -> Vec<Name> {
        let set: indexmap::IndexSet<&Name> = names.into_iter().collect();
        set.into_iter().cloned().collect()
    }
}
