//! `@context` and `@fromContext`: that each value taken from a context is set somewhere, and can be
//! selected wherever it is set.

use apollo_compiler::Name;
use apollo_compiler::parser::SourceSpan;

use super::{Checks, given};
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::context::ContextValue;
use crate::subgraph::field_set::{FieldSet, Selection};
use crate::subgraph::model::{FieldDef, InputDef, TypeDef, TypeKind, all_applied, find_applied};

impl Checks<'_> {
    pub(super) fn contexts(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            for applied in all_applied(&ty.directives, D::Context) {
                let name = applied.argument("name").and_then(|value| value.as_str());
                let valid =
                    name.is_some_and(|name| !name.contains('_') && apollo_compiler::Name::new(name).is_ok());
                if !valid {
                    self.fail(
                        ErrorCode::ContextNameInvalid,
                        format!("@context on \"{}\": \"{}\" is no name of a context, which has letters and digits alone", ty.name, name.unwrap_or_default()),
                        applied.node.location(),
                    );
                }
            }
            for field in ty.fields.values() {
                for argument in field.arguments.values() {
                    self.contextual_argument(ty, field, argument);
                }
            }
        }
    }

    fn contextual_argument(&mut self, ty: &TypeDef, field: &FieldDef, argument: &InputDef) {
        let Some(applied) = find_applied(&argument.directives, D::FromContext) else {
            return;
        };
        let at = applied.node.location();
        let on = format!("{}.{}({}:)", ty.name, field.name, argument.name);
        let text = applied.argument("field").and_then(|value| value.as_str());
        let Some(value) = text.and_then(ContextValue::parse) else {
            self.fail(
                ErrorCode::NoContextInSelection,
                format!("@fromContext on \"{on}\" names no context: the value is `$context {{ field }}`"),
                at,
            );
            return;
        };
        if ty.kind == TypeKind::Interface {
            self.fail(
                ErrorCode::ContextNotSet,
                format!("@fromContext on \"{on}\": it is not possible on the field of an interface"),
                at,
            );
            return;
        }
        if argument.default.is_some() {
            self.fail(
                ErrorCode::ContextNotSet,
                format!("@fromContext on \"{on}\": an argument that a context fills has no default"),
                at,
            );
        }
        if ty.resolvable_keys().next().is_none() {
            self.fail(
                ErrorCode::ContextNoResolvableKey,
                format!("@fromContext on \"{on}\": \"{}\" has no resolvable @key, so the router cannot enter it with the value", ty.name),
                at,
            );
        }
        let model = self.model;
        let setters: Vec<&TypeDef> = model.types.values().filter(|ty| ty.sets_context(value.name)).collect();
        if setters.is_empty() {
            self.fail(
                ErrorCode::ContextNotSet,
                format!("Context \"{}\" is used in \"{on}\", and no type sets it", value.name),
                at,
            );
            return;
        }
        match FieldSet::parse(value.selection) {
            Err(why) => self.fail(
                ErrorCode::ContextInvalidSelection,
                format!("@fromContext on \"{on}\" selects nothing that can be read: {why}"),
                at,
            ),
            Ok(selection) => {
                for setter in setters {
                    self.context_selection(&on, setter, &selection.selections, &argument.ty.to_string(), at);
                }
            }
        }
    }

    fn context_selection(
        &mut self,
        on: &str,
        setter: &TypeDef,
        selections: &[Selection],
        wanted: &str,
        at: Option<SourceSpan>,
    ) {
        let possible: Vec<Name> =
            self.model.possible_types(&setter.name).iter().map(|ty| ty.name.clone()).collect();
        let mut parents = vec![setter.name.clone()];
        if setter.kind == TypeKind::Union {
            parents = possible;
        }
        for parent in parents {
            match self.selected_leaves(&parent, selections) {
                Err(why) => self.fail(
                    ErrorCode::ContextInvalidSelection,
                    format!("@fromContext on \"{on}\" cannot be selected from \"{parent}\": {why}"),
                    at,
                ),
                Ok(leaves) => {
                    // A fragment may not apply, so what it selects may be null.
                    let nullable = all_fragments(selections);
                    let compatible = leaves.iter().all(|leaf| {
                        let leaf = if nullable { leaf.trim_end_matches('!') } else { leaf };
                        leaf == wanted || leaf.strip_suffix('!') == Some(wanted)
                    });
                    if leaves.len() > 1 && selections.len() > 1 && !all_fragments(selections) {
                        self.fail(
                            ErrorCode::ContextInvalidSelection,
                            format!("@fromContext on \"{on}\" selects several values"),
                            at,
                        );
                    } else if !compatible {
                        self.fail(
                            ErrorCode::ContextInvalidSelection,
                            format!("@fromContext on \"{on}\" selects \"{}\" from \"{parent}\" for an argument of type \"{wanted}\"", leaves.join(", ")),
                            at,
                        );
                    }
                }
            }
        }
    }

    /// The types of the leaves that the selection reaches from `parent`.
    fn selected_leaves(&self, parent: &str, selections: &[Selection]) -> Result<Vec<String>, String> {
        let mut leaves = Vec::new();
        for selection in selections {
            match selection {
                Selection::Field { name, aliased, arguments, has_directives, selections } => {
                    if *aliased || *has_directives {
                        return Err(format!("\"{name}\" has an alias or a directive"));
                    }
                    let field = self
                        .model
                        .field(parent, name)
                        .ok_or_else(|| format!("there is no field \"{parent}.{name}\""))?;
                    let on = format!("{parent}.{name}");
                    if let Some(why) = given::faults(self.model, &on, field, arguments).into_iter().next() {
                        return Err(why);
                    }
                    if selections.is_empty() {
                        leaves.push(field.ty.to_string());
                    } else {
                        let target = field.ty.inner_named_type();
                        leaves.extend(self.selected_leaves(target, selections)?);
                    }
                }
                Selection::Fragment { on, selections, .. } => {
                    let on = on.as_deref().unwrap_or(parent);
                    let applies = on == parent
                        || self.model.possible_types(parent).iter().any(|ty| ty.name == on)
                        || self.model.possible_types(on).iter().any(|ty| ty.name == parent);
                    if applies {
                        leaves.extend(self.selected_leaves(on, selections)?);
                    }
                }
            }
        }
        if leaves.is_empty() {
            return Err("it selects nothing there".to_owned());
        }
        Ok(leaves)
    }
}

fn all_fragments(selections: &[Selection]) -> bool {
    selections.iter().all(|selection| matches!(selection, Selection::Fragment { .. }))
}
