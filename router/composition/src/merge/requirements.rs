//! Arguments in `@requires(fields:)`: the router sends them to the subgraphs that resolve the field, so
//! those have to know them, and to need no others.

use apollo_compiler::Name;
use apollo_compiler::ast::Argument;

use super::Merger;
use crate::error::ErrorCode;
use crate::subgraph::field_set::Selection;
use crate::subgraph::model::FieldDef;

impl Merger<'_> {
    pub(super) fn check_requirement_arguments(&mut self) {
        for subgraph in self.subgraphs {
            for ty in subgraph.types.values() {
                for field in ty.fields.values() {
                    let Some(requires) = &field.requires else {
                        continue;
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
                    if let Some(field) = field {
                        self.requirement_arguments(field.ty.inner_named_type(), selections, out);
                    }
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
