//! `@inaccessible`: what is left for clients has to be a schema. Nothing visible may refer to what is
//! hidden, lose all its children, or demand what no client could give.

use apollo_compiler::Name;
use apollo_compiler::ast::{Type, Value};

use super::Merger;
use crate::error::{CompositionError, ErrorCode};
use crate::subgraph::model::TypeKind;
use crate::supergraph::{MergedInput, MergedType, Supergraph};

impl Merger<'_> {
    pub(super) fn check_inaccessible(&mut self) {
        if self.out.inaccessible.is_none() {
            return;
        }
        let mut checks = Checks { supergraph: &self.out, errors: Vec::new() };
        for (name, ty) in &self.out.types {
            if checks.supergraph.is_visible_type(name) {
                checks.visible_type(name, ty);
            } else if name == "Query" {
                checks.fail(
                    ErrorCode::QueryRootTypeInaccessible,
                    "Type \"Query\" is @inaccessible, and a schema without queries is none".to_owned(),
                );
            }
        }
        for (name, directive) in &self.out.directives {
            for argument in directive.executable.iter().flat_map(|definition| &definition.arguments) {
                checks.reference(&format!("@{name}({}:)", argument.name), &argument.ty);
            }
        }
        let errors = checks.errors;
        self.errors.extend(errors);
    }
}

struct Checks<'a> {
    supergraph: &'a Supergraph,
    errors: Vec<CompositionError>,
}

impl Checks<'_> {
    fn fail(&mut self, code: ErrorCode, message: String) {
        self.errors.push(CompositionError::new(code, message));
    }

    fn visible_type(&mut self, name: &Name, ty: &MergedType) {
        let graph = self.supergraph;
        let (what, left) = match ty.kind {
            TypeKind::Scalar => ("", true),
            TypeKind::Object | TypeKind::Interface => {
                ("fields", ty.fields.values().any(|field| graph.is_visible(&field.directives)))
            }
            TypeKind::Union => ("members", ty.members.iter().any(|member| graph.is_visible_type(member))),
            TypeKind::Enum => ("values", ty.values.values().any(|value| graph.is_visible(&value.directives))),
            TypeKind::InputObject => {
                ("input fields", ty.inputs.values().any(|input| graph.is_visible(&input.directives)))
            }
        };
        if !left {
            self.fail(
                ErrorCode::OnlyInaccessibleChildren,
                format!("Type \"{name}\" is visible, but all its {what} are @inaccessible"),
            );
        }
        self.fields(name, ty);
        for (input, definition) in &ty.inputs {
            let coordinate = format!("{name}.{input}");
            self.input("Input field", &coordinate, definition);
        }
    }

    fn fields(&mut self, name: &Name, ty: &MergedType) {
        let graph = self.supergraph;
        for (field_name, field) in &ty.fields {
            let coordinate = format!("{name}.{field_name}");
            let declared: Vec<_> = ty
                .implements
                .iter()
                .filter(|interface| graph.is_visible_type(interface))
                .filter_map(|interface| {
                    let field = graph.types.get(interface)?.fields.get(field_name)?;
                    graph.is_visible(&field.directives).then_some((interface, field))
                })
                .collect();
            if !graph.is_visible(&field.directives) {
                for (interface, _) in declared {
                    self.fail(
                        ErrorCode::ImplementedByInaccessible,
                        format!("Field \"{coordinate}\" is @inaccessible, but implements \"{interface}.{field_name}\", which is visible"),
                    );
                }
                continue;
            }
            self.reference(&coordinate, &field.ty);
            for (argument_name, argument) in &field.arguments {
                let at = format!("{coordinate}({argument_name}:)");
                if !graph.is_visible(&argument.directives) {
                    for (interface, declaration) in &declared {
                        let visible = declaration
                            .arguments
                            .get(argument_name)
                            .is_some_and(|declared| graph.is_visible(&declared.directives));
                        if visible {
                            self.fail(
                                ErrorCode::ImplementedByInaccessible,
                                format!("Argument \"{at}\" is @inaccessible, but implements \"{interface}.{field_name}({argument_name}:)\", which is visible"),
                            );
                        }
                    }
                }
                self.input("Argument", &at, argument);
            }
        }
    }

    fn input(&mut self, what: &str, coordinate: &str, input: &MergedInput) {
        if !self.supergraph.is_visible(&input.directives) {
            if input.ty.is_non_null() && input.default.is_none() {
                self.fail(
                    ErrorCode::RequiredInaccessible,
                    format!("{what} \"{coordinate}\" is @inaccessible, but has to be given"),
                );
            }
            return;
        }
        self.reference(coordinate, &input.ty);
        if let Some(default) = &input.default {
            self.default(coordinate, &input.ty, default);
        }
    }

    fn reference(&mut self, coordinate: &str, ty: &Type) {
        let target = ty.inner_named_type();
        if !self.supergraph.is_visible_type(target) {
            self.fail(
                ErrorCode::ReferencedInaccessible,
                format!(
                    "Type \"{target}\" is @inaccessible, but \"{coordinate}\", which is visible, refers to it"
                ),
            );
        }
    }

    fn default(&mut self, coordinate: &str, ty: &Type, value: &Value) {
        let graph = self.supergraph;
        let Some(target) = graph.types.get(ty.inner_named_type()) else {
            return;
        };
        let hidden = match value {
            Value::List(items) => {
                for item in items {
                    self.default(coordinate, ty.item_type(), item);
                }
                None
            }
            Value::Enum(name) => {
                target.values.get(name).filter(|value| !graph.is_visible(&value.directives)).map(|_| name)
            }
            Value::Object(entries) => {
                for (name, value) in entries {
                    if let Some(input) = target.inputs.get(name)
                        && graph.is_visible(&input.directives)
                    {
                        self.default(coordinate, &input.ty, value);
                    }
                }
                entries.iter().map(|(name, _)| name).find(|name| {
                    target.inputs.get(*name).is_some_and(|input| !graph.is_visible(&input.directives))
                })
            }
            _ => None,
        };
        if let Some(hidden) = hidden {
            self.fail(
                ErrorCode::DefaultValueUsesInaccessible,
                format!(
                    "\"{}.{hidden}\" is @inaccessible, but the default of \"{coordinate}\" uses it",
                    ty.inner_named_type()
                ),
            );
        }
    }
}
