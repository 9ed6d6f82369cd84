//! Whoever reads a schema finds out from it what everything means.

use std::fs;

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Document, FieldDefinition};

use crate::architecture::root;
use crate::support::subgraphs;

/// In the names of what specifications of the federation define, which no client sees: `join__Graph`.
const OF_SPECIFICATIONS: &str = "__";

#[test]
fn everything_in_the_schemas_has_a_description() {
    let root = root();
    let schemas = subgraphs().into_iter().flat_map(|name| {
        let folder = root.join("subgraphs").join(name);
        [folder.join("schema.graphql"), folder.join("internal.graphql")]
    });
    let mut lacking = Vec::new();
    // A subgraph of which nobody asks anything has no internal schema.
    for path in schemas.chain([root.join("supergraph.graphql")]).filter(|path| path.exists()) {
        let document = Document::parse(fs::read_to_string(&path).unwrap(), &path).unwrap();
        let file = path.strip_prefix(&root).unwrap().display();
        let names = undescribed(&document);
        lacking.extend(names.iter().map(|name| format!("{file}: {name}")));
    }
    assert!(lacking.is_empty(), "{} without a description:\n{}", lacking.len(), lacking.join("\n"));
}

#[test]
fn what_has_no_description_is_named() {
    let text = r#"
        scalar Bare
        enum Colour { RED "Seen." BLUE }
        union Thing = Colours
        interface Named { name: String }
        "Seen." input Wanted { colour: Colour }
        "Seen." type Colours { first(of: Int): Colour "Seen." last("Seen." of: Int): Colour }
        extend type Colours { middle: Colour }
        enum join__Graph { COLOURS }
    "#;
    let document = Document::parse(text, "colours.graphql").unwrap();
    let names = [
        "Bare",
        "Colour",
        "Colour.RED",
        "Thing",
        "Named",
        "Named.name",
        "Wanted.colour",
        "Colours.first",
        "Colours.first(of:)",
        "Colours.middle",
    ];
    assert_eq!(undescribed(&document), names);
}

/// Types, fields, arguments, input fields and enum values without a description, in the order of the document.
fn undescribed(document: &Document) -> Vec<String> {
    let mut lacking = Lacking::default();
    for definition in &document.definitions {
        let Some(name) = definition.name() else { continue };
        if name.contains(OF_SPECIFICATIONS) {
            continue;
        }
        match definition {
            Definition::ScalarTypeDefinition(ty) => {
                lacking.look(ty.description.as_ref(), || name.to_string())
            }
            Definition::UnionTypeDefinition(ty) => lacking.look(ty.description.as_ref(), || name.to_string()),
            Definition::EnumTypeDefinition(ty) => {
                lacking.look(ty.description.as_ref(), || name.to_string());
                for value in &ty.values {
                    lacking.look(value.description.as_ref(), || format!("{name}.{}", value.value));
                }
            }
            Definition::InputObjectTypeDefinition(ty) => {
                lacking.look(ty.description.as_ref(), || name.to_string());
                for field in &ty.fields {
                    lacking.look(field.description.as_ref(), || format!("{name}.{}", field.name));
                }
            }
            Definition::ObjectTypeDefinition(ty) => {
                lacking.look(ty.description.as_ref(), || name.to_string());
                lacking.look_at_fields(name, &ty.fields);
            }
            Definition::InterfaceTypeDefinition(ty) => {
                lacking.look(ty.description.as_ref(), || name.to_string());
                lacking.look_at_fields(name, &ty.fields);
            }
            Definition::ObjectTypeExtension(ty) => lacking.look_at_fields(name, &ty.fields),
            _ => {}
        }
    }
    lacking.0
}

/// The names of what lacks a description.
#[derive(Default)]
struct Lacking(Vec<String>);

impl Lacking {
    fn look(&mut self, description: Option<&Node<str>>, name: impl FnOnce() -> String) {
        if description.is_none_or(|text| text.trim().is_empty()) {
            self.0.push(name());
        }
    }

    fn look_at_fields(&mut self, ty: &str, fields: &[Node<FieldDefinition>]) {
        for field in fields {
            self.look(field.description.as_ref(), || format!("{ty}.{}", field.name));
            for argument in &field.arguments {
                let named = || format!("{ty}.{}({}:)", field.name, argument.name);
                self.look(argument.description.as_ref(), named);
            }
        }
    }
}
