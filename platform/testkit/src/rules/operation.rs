//! The smallest operation that asks for a root field.

use apollo_compiler::Schema;
use apollo_compiler::ast::{InputValueDefinition, Type};
use apollo_compiler::schema::ExtendedType;

use super::read::RootField;

/// Input objects may hold themselves.
const MAX_INPUT_DEPTH: usize = 8;

pub(super) struct Operations {
    schema: Schema,
}

impl Operations {
    pub(super) fn new(sdl: &str) -> Self {
        // The SDL uses directives of the federation specification without defining them; the types are all here.
        let schema = Schema::parse(sdl, "schema.graphql").unwrap_or_else(|partial| partial.partial);
        Self { schema }
    }

    pub(super) fn smallest(&self, field: &RootField, alias: &str) -> String {
        format!("{} {{ {alias}{} }}", field.operation, self.selection(field))
    }

    pub(super) fn selection(&self, field: &RootField) -> String {
        let definition = &field.definition;
        let arguments = self.required(definition.arguments.iter().map(|argument| &**argument));
        let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
        let is_composite = matches!(
            self.schema.types.get(definition.ty.inner_named_type()),
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_))
        );
        let selection = if is_composite { " { __typename }" } else { "" };
        format!("{}{arguments}{selection}", definition.name)
    }

    pub(super) fn takes_id(&self, field: &RootField) -> bool {
        field.definition.arguments.iter().any(|argument| self.holds_id(&argument.ty, MAX_INPUT_DEPTH))
    }

    fn holds_id(&self, of: &Type, depth: usize) -> bool {
        let name = of.inner_named_type();
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(of)) if depth > 0 => {
                of.fields.values().any(|field| self.holds_id(&field.ty, depth - 1))
            }
            _ => name == "ID",
        }
    }

    fn required<'a>(&self, inputs: impl Iterator<Item = &'a InputValueDefinition>) -> String {
        let required = inputs.filter(|input| input.is_required());
        let each: Vec<String> =
            required.map(|input| format!("{}: {}", input.name, self.literal(&input.ty))).collect();
        each.join(", ")
    }

    /// A value that fits the type. Scalars of the schema's own take text; what they make of it is found out later than
    /// the rules are checked.
    fn literal(&self, of: &Type) -> String {
        if of.is_list() {
            return "[]".to_owned();
        }
        match self.schema.types.get(of.inner_named_type()) {
            Some(ExtendedType::Enum(of)) => of.values.keys().next().expect("an enum has values").to_string(),
            Some(ExtendedType::InputObject(of)) if of.directives.has("oneOf") => {
                let (name, field) = of.fields.first().expect("an input object has fields");
                format!("{{ {name}: {} }}", self.literal(&field.ty))
            }
            Some(ExtendedType::InputObject(of)) => {
                format!("{{ {} }}", self.required(of.fields.values().map(|field| &***field)))
            }
            _ => match of.inner_named_type().as_str() {
                "Int" | "Float" => "1".to_owned(),
                "Boolean" => "true".to_owned(),
                "ID" => "\"01900000-0000-7000-8000-000000000000\"".to_owned(),
                _ => "\"text\"".to_owned(),
            },
        }
    }
}
