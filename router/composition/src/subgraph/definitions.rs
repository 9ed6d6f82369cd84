//! A schema may repeat the definitions of the specs it links. They have to be the spec's, or narrower.

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, DirectiveDefinition, Document};

use super::problem::Problem;
use crate::error::ErrorCode;

/// Compares the document's definitions with those of the specs, given as `(name, text)`.
pub(super) fn check(document: &Document, specified: &[(String, String)]) -> Vec<Problem> {
    let text: Vec<&str> = specified.iter().map(|(_, text)| text.as_str()).collect();
    let Ok(specs) = Document::parse(text.join("\n"), "specs.graphql") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for definition in &document.definitions {
        let Some(name) = definition.name() else {
            continue;
        };
        for spec in &specs.definitions {
            match (definition, spec) {
                (Definition::DirectiveDefinition(found), Definition::DirectiveDefinition(spec))
                    if found.name == spec.name =>
                {
                    for why in differences(found, spec) {
                        out.push(Problem {
                            code: ErrorCode::DirectiveDefinitionInvalid,
                            message: format!("Invalid definition of \"@{name}\": {why}"),
                            location: found.location(),
                        });
                    }
                }
                (Definition::DirectiveDefinition(_), _) => {}
                (found, Definition::ScalarTypeDefinition(spec)) if *name == spec.name => {
                    let scalar = matches!(
                        found,
                        Definition::ScalarTypeDefinition(_) | Definition::ScalarTypeExtension(_)
                    );
                    if !scalar {
                        out.push(Problem {
                            code: ErrorCode::TypeDefinitionInvalid,
                            message: format!("Invalid definition of \"{name}\": the spec it is linked from makes it a scalar"),
                            location: found.location(),
                        });
                    }
                }
                _ => {}
            }
        }
    }
    out
}

fn differences(found: &DirectiveDefinition, spec: &DirectiveDefinition) -> Vec<String> {
    let mut out = Vec::new();
    for argument in &found.arguments {
        match spec.argument_by_name(&argument.name) {
            None => out.push(format!("the spec has no argument \"{}\"", argument.name)),
            Some(known) => {
                // Schemas use all kinds of names and types for the scalars of the spec.
                let fixed = is_built_in(known.ty.inner_named_type());
                if fixed && argument.ty != known.ty {
                    out.push(format!(
                        "the argument \"{}\" is of type \"{}\", and in the spec \"{}\"",
                        argument.name, argument.ty, known.ty
                    ));
                }
            }
        }
    }
    for argument in spec.arguments.iter().filter(|argument| argument.is_required()) {
        if found.argument_by_name(&argument.name).is_none() {
            out.push(format!("the argument \"{}\" is missing", argument.name));
        }
    }
    if found.repeatable && !spec.repeatable {
        out.push("it does not repeat".to_owned());
    }
    for location in found.locations.iter().filter(|l| !spec.locations.contains(l)) {
        out.push(format!("it has no place on {}", location.name()));
    }
    out
}

fn is_built_in(name: &Name) -> bool {
    matches!(name.as_str(), "Int" | "Float" | "String" | "Boolean" | "ID")
}
