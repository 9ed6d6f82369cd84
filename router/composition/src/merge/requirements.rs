//! Arguments in `@requires(fields:)` and `@fromContext(field:)`: the router sends them to the subgraphs that
//! resolve the field, so those have to know them, and to need no others; and they have to be values of the
//! merged types, of which every subgraph knows at least as much.

use apollo_compiler::Name;
use apollo_compiler::ast::Argument;

use super::Merger;
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::SubgraphModel;
use crate::subgraph::context::ContextValue;
use crate::subgraph::field_set::{FieldSet, Selection};
use crate::subgraph::input_value::fits;
use crate::subgraph::model::{FieldDef, TypeDef, find_applied};
use crate::values::to_text;

impl Merger<'_> {
    pub(super) fn check_requirement_arguments(&mut self) {
        for subgraph in self.subgraphs {
            for ty in subgraph.types.values() {
                for field in ty.fields.values() {
                    self.check_requires(subgraph, ty, field);
                    self.check_taken_from_contexts(subgraph, ty, field);
                }
            }
        }
    }

    fn check_requires(&mut self, subgraph: &SubgraphModel, ty: &TypeDef, field: &FieldDef) {
        let Some(requires) = &field.requires else {
            return;
        };
        let mut problems = Vec::new();
        self.requirement_arguments(&ty.name, &requires.selections, &mut problems);
        for problem in problems {
            self.error(
                ErrorCode::RequiresInvalidFields,
                format!(
                    "[{}] On \"{}.{}\", for @requires(fields: \"{}\"): {problem}",
                    subgraph.name, ty.name, field.name, requires.text
                ),
                [subgraph.locate(field.location)],
            );
        }
    }

    fn check_taken_from_contexts(&mut self, subgraph: &SubgraphModel, ty: &TypeDef, field: &FieldDef) {
        for argument in field.arguments.values() {
            let applied = find_applied(&argument.directives, D::FromContext);
            let text = applied.and_then(|applied| applied.argument("field")?.as_str());
            let Some(value) = text.and_then(ContextValue::parse) else {
                continue;
            };
            let Ok(selection) = FieldSet::parse(value.selection) else {
                continue;
            };
            let mut problems = Vec::new();
            for setter in subgraph.types.values().filter(|ty| ty.sets_context(value.name)) {
                self.requirement_arguments(&setter.name, &selection.selections, &mut problems);
            }
            for problem in problems {
                self.error(
                    ErrorCode::ContextInvalidSelection,
                    format!(
                        "[{}] @fromContext on \"{}.{}({}:)\": {problem}",
                        subgraph.name, ty.name, field.name, argument.name
                    ),
                    [subgraph.locate(argument.location)],
                );
            }
        }
    }

    fn requirement_arguments(&self, parent: &Name, selections: &[Selection], out: &mut Vec<String>) {
        for selection in selections {
            match selection {
                Selection::Field { name, arguments, selections, .. } => {
                    let given: Vec<&Argument> = arguments.iter().map(AsRef::as_ref).collect();
                    for subgraph in self.subgraphs {
                        let Some(field) = subgraph.field(parent, name).filter(|f| !f.external) else {
                            continue;
                        };
                        for problem in differences(field, &given) {
                            out.push(format!(
                                "\"{parent}.{name}\" {problem} in subgraph \"{}\"",
                                subgraph.name
                            ));
                        }
                    }
                    let field = self.out.types.get(parent).and_then(|ty| ty.fields.get(name));
                    let Some(field) = field else {
                        continue;
                    };
                    for argument in given {
                        let Some(merged) = field.arguments.get(&argument.name) else {
                            continue;
                        };
                        if !fits(&self.out, &merged.ty, &argument.value) {
                            out.push(format!(
                                "the argument \"{}\" of \"{parent}.{name}\" is {}, which is no value of type \"{}\" of the supergraph",
                                argument.name,
                                to_text(&argument.value),
                                merged.ty
                            ));
                        }
                    }
                    self.requirement_arguments(field.ty.inner_named_type(), selections, out);
                }
                Selection::Fragment { on, selections, .. } => {
                    self.requirement_arguments(on.as_ref().unwrap_or(parent), selections, out);
                }
            }
        }
    }
}

fn differences(field: &FieldDef, given: &[&Argument]) -> Vec<String> {
    let mut out = Vec::new();
    for argument in given {
        if !field.arguments.contains_key(&argument.name) {
            out.push(format!("has no argument \"{}\"", argument.name));
        }
    }
    for argument in field.arguments.values().filter(|argument| argument.is_required()) {
        if !given.iter().any(|given| given.name == argument.name) {
            out.push(format!("needs the argument \"{}\"", argument.name));
        }
    }
    out
}
