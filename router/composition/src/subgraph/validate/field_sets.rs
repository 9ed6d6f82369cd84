//! Keys, requirements and provisions: that their selections exist and are of the right kind.

use apollo_compiler::Name;
use apollo_compiler::parser::SourceSpan;

use super::{Checks, given};
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::field_set::{FieldSet, Selection};
use crate::subgraph::model::{TypeKind, find_applied};

/// The codes of one of the three directives, and what it allows.
struct Kind {
    name: &'static str,
    invalid: ErrorCode,
    has_arguments: Option<ErrorCode>,
    has_directive: ErrorCode,
    /// Whether leaves have to be external, and the code if they are not.
    missing_external: Option<ErrorCode>,
    is_key: bool,
}

const KEY: Kind = Kind {
    name: "key",
    invalid: ErrorCode::KeyInvalidFields,
    has_arguments: Some(ErrorCode::KeyFieldsHasArgs),
    has_directive: ErrorCode::KeyDirectiveInFieldsArg,
    missing_external: None,
    is_key: true,
};

const REQUIRES: Kind = Kind {
    name: "requires",
    invalid: ErrorCode::RequiresInvalidFields,
    has_arguments: None,
    has_directive: ErrorCode::RequiresDirectiveInFieldsArg,
    missing_external: Some(ErrorCode::RequiresFieldsMissingExternal),
    is_key: false,
};

const PROVIDES: Kind = Kind {
    name: "provides",
    invalid: ErrorCode::ProvidesInvalidFields,
    has_arguments: Some(ErrorCode::ProvidesFieldsHasArgs),
    has_directive: ErrorCode::ProvidesDirectiveInFieldsArg,
    missing_external: Some(ErrorCode::ProvidesFieldsMissingExternal),
    is_key: false,
};

/// Where a field set stands.
struct Site<'a> {
    kind: &'a Kind,
    on: String,
    text: &'a str,
    location: Option<SourceSpan>,
}

impl Checks<'_> {
    pub(super) fn field_sets(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            for key in &ty.keys {
                self.field_set(&KEY, ty.name.to_string(), &ty.name, &key.fields, key.location);
            }
            for field in ty.fields.values() {
                let on = format!("{}.{}", ty.name, field.name);
                if let Some(requires) = &field.requires {
                    let applied = find_applied(&field.directives, D::Requires);
                    let location = applied.and_then(|a| a.node.location());
                    if ty.kind == TypeKind::Interface {
                        self.fail(
                            ErrorCode::RequiresUnsupportedOnInterface,
                            format!("@requires on \"{on}\": it is not possible on the field of an interface"),
                            location,
                        );
                    }
                    self.field_set(&REQUIRES, on.clone(), &ty.name, requires, location);
                }
                if let Some(provides) = &field.provides {
                    let applied = find_applied(&field.directives, D::Provides);
                    let location = applied.and_then(|a| a.node.location());
                    let target = field.ty.inner_named_type();
                    if ty.kind == TypeKind::Interface {
                        self.fail(
                            ErrorCode::ProvidesUnsupportedOnInterface,
                            format!("@provides on \"{on}\": it is not possible on the field of an interface"),
                            location,
                        );
                    } else if !self.is_composite(target) {
                        self.fail(
                            ErrorCode::ProvidesOnNonObjectField,
                            format!(
                                "@provides on \"{on}\": \"{}\" has no fields that could be provided",
                                field.ty
                            ),
                            location,
                        );
                    } else {
                        self.field_set(&PROVIDES, on, target, provides, location);
                    }
                }
            }
        }
    }

    fn is_composite(&self, name: &str) -> bool {
        self.model.types.get(name).is_some_and(|ty| ty.kind.is_composite())
    }

    fn field_set(
        &mut self,
        kind: &Kind,
        on: String,
        parent: &Name,
        fields: &FieldSet,
        location: Option<SourceSpan>,
    ) {
        let site = Site { kind, on, text: &fields.text, location };
        self.selections(&site, parent, &fields.selections, false);
    }

    fn site_error(&mut self, site: &Site<'_>, code: ErrorCode, why: &str) {
        let message =
            format!("On \"{}\", for @{}(fields: \"{}\"): {why}", site.on, site.kind.name, site.text);
        self.fail(code, message, site.location);
    }

    fn selections(&mut self, site: &Site<'_>, parent: &Name, selections: &[Selection], in_external: bool) {
        for selection in selections {
            match selection {
                Selection::Field { name, aliased, arguments, has_directives, selections } => {
                    if *aliased {
                        self.site_error(site, site.kind.invalid, &format!("\"{name}\" has an alias"));
                        continue;
                    }
                    if *has_directives {
                        self.site_error(
                            site,
                            site.kind.has_directive,
                            &format!("\"{name}\" has a directive"),
                        );
                    }
                    if name == "__typename" {
                        continue;
                    }
                    self.field_selection(site, parent, name, arguments, selections, in_external);
                }
                Selection::Fragment { on, has_directives, selections } => {
                    if *has_directives {
                        self.site_error(site, site.kind.has_directive, "a fragment has a directive");
                    }
                    let target = on.as_ref().unwrap_or(parent);
                    if !self.is_composite(target) {
                        let why = format!("there is no type \"{target}\" with fields");
                        self.site_error(site, site.kind.invalid, &why);
                    } else {
                        self.selections(site, target, selections, in_external);
                    }
                }
            }
        }
    }

    fn field_selection(
        &mut self,
        site: &Site<'_>,
        parent: &Name,
        name: &Name,
        arguments: &[apollo_compiler::Node<apollo_compiler::ast::Argument>],
        selections: &[Selection],
        in_external: bool,
    ) {
        let model = self.model;
        let Some(field) = model.field(parent, name) else {
            let why = format!("type \"{parent}\" has no field \"{name}\"");
            self.site_error(site, site.kind.invalid, &why);
            return;
        };
        let faults = given::faults(model, &format!("{parent}.{name}"), field, arguments);
        for why in &faults {
            self.site_error(site, site.kind.invalid, why);
        }
        if let Some(code) = site.kind.has_arguments
            && !field.arguments.is_empty()
            && faults.is_empty()
        {
            let why = format!("field \"{parent}.{name}\" has arguments, which is not possible here");
            self.site_error(site, code, &why);
        }
        let target = field.ty.inner_named_type();
        let composite = self.is_composite(target);
        if selections.is_empty() == composite {
            let why = if composite {
                format!("\"{parent}.{name}\" is of type \"{}\" and needs subselections", field.ty)
            } else {
                format!("\"{parent}.{name}\" is of type \"{}\" and has no subselections", field.ty)
            };
            self.site_error(site, site.kind.invalid, &why);
            return;
        }
        if site.kind.is_key {
            let kind = self.model.types.get(target).map(|ty| ty.kind);
            let what = match kind {
                _ if field.ty.is_list() => None,
                Some(TypeKind::Interface) => Some("an interface"),
                Some(TypeKind::Union) => Some("a union"),
                _ => None,
            };
            if let Some(what) = what {
                let why = format!("field \"{parent}.{name}\" is {what}, which no key can have");
                self.site_error(site, ErrorCode::KeyFieldsSelectInvalidType, &why);
            }
        }
        if let Some(code) = site.kind.missing_external
            && selections.is_empty()
            && !in_external
            && !field.external
        {
            let why = if field.has(D::External) {
                format!(
                    "field \"{parent}.{name}\" is part of the key of an extension, so this subgraph has it whatever @external says"
                )
            } else {
                format!("field \"{parent}.{name}\" is not @external, so this subgraph has it anyway")
            };
            self.site_error(site, code, &why);
        }
        let in_external = in_external
            || field.external
            || model.implementations(parent).filter_map(|ty| ty.fields.get(name)).any(|field| field.external);
        self.selections(site, target, selections, in_external);
    }
}
