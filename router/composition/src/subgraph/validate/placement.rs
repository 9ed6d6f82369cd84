//! Where the federation directives may stand, and what they may not stand beside.

use super::Checks;
use crate::error::ErrorCode;
use crate::links::{FederationDirective as D, Version};
use crate::subgraph::model::{FieldDef, TypeDef, TypeKind, all_applied, find_applied};

/// Directives that are merged, and so mean nothing on a field that another subgraph resolves.
const MERGED: [D; 7] =
    [D::Tag, D::Inaccessible, D::Authenticated, D::RequiresScopes, D::Policy, D::Cost, D::ListSize];

impl Checks<'_> {
    pub(super) fn placement(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            self.interface_type(ty);
            self.guarded_interface(ty);
            self.shareable_twice(&ty.directives, &ty.name);
            for field in ty.fields.values() {
                let coordinate = format!("{}.{}", ty.name, field.name);
                self.shareable_twice(&field.directives, &coordinate);
                if ty.kind == TypeKind::Interface {
                    self.interface_field(&coordinate, field);
                } else {
                    self.external_field(&coordinate, ty, field);
                    self.overriding_field(&coordinate, field);
                }
            }
        }
    }

    fn interface_type(&mut self, ty: &TypeDef) {
        if ty.kind != TypeKind::Interface || self.model.version >= Some(Version::new(2, 3)) {
            return;
        }
        if let Some(key) = find_applied(&ty.directives, D::Key) {
            self.fail(
                ErrorCode::KeyUnsupportedOnInterface,
                format!("@key on interface \"{}\" needs Federation v2.3", ty.name),
                key.node.location(),
            );
        }
    }

    /// An interface's demand follows from its implementations.
    fn guarded_interface(&mut self, ty: &TypeDef) {
        let interface = ty.kind == TypeKind::Interface;
        if !(interface || ty.interface_object) {
            return;
        }
        for directive in [D::Authenticated, D::RequiresScopes, D::Policy] {
            let fields = ty.fields.values().filter(|_| interface).map(|field| {
                let coordinate = format!("{}.{}", ty.name, field.name);
                (coordinate, &field.directives)
            });
            let elements = std::iter::once((ty.name.to_string(), &ty.directives)).chain(fields);
            for (coordinate, directives) in elements {
                if let Some(applied) = find_applied(directives, directive) {
                    self.fail(
                        ErrorCode::AuthRequirementsAppliedOnInterface,
                        format!(
                            "@{} on \"{coordinate}\": an interface demands what its implementations demand",
                            directive.name()
                        ),
                        applied.node.location(),
                    );
                }
            }
        }
    }

    /// Since v2.2 the directive repeats, to stand on an extension beside the definition, and no more.
    fn shareable_twice(&mut self, directives: &[crate::subgraph::model::Applied], on: &str) {
        for in_extension in [false, true] {
            let mut applied =
                all_applied(directives, D::Shareable).filter(|a| a.in_extension == in_extension);
            if applied.next().is_some()
                && !in_extension
                && let Some(second) = applied.next()
            {
                self.fail(
                    ErrorCode::InvalidShareableUsage,
                    format!("@shareable is applied twice to one declaration of \"{on}\""),
                    second.node.location(),
                );
            }
        }
    }

    fn interface_field(&mut self, coordinate: &str, field: &FieldDef) {
        for (directive, code) in [
            (D::External, ErrorCode::ExternalOnInterface),
            (D::Shareable, ErrorCode::InvalidShareableUsage),
            (D::Override, ErrorCode::OverrideOnInterface),
        ] {
            if let Some(applied) = find_applied(&field.directives, directive) {
                self.fail(
                    code,
                    format!(
                        "@{} on \"{coordinate}\": it is not possible on the field of an interface",
                        directive.name()
                    ),
                    applied.node.location(),
                );
            }
        }
    }

    fn external_field(&mut self, coordinate: &str, ty: &TypeDef, field: &FieldDef) {
        if !field.external {
            return;
        }
        if !field.selected {
            self.fail(
                ErrorCode::ExternalUnused,
                format!("Field \"{coordinate}\" is @external, but no @key, @requires, @provides or interface uses it"),
                field.location,
            );
        }
        if !field.has(D::External) {
            return;
        }
        for directive in MERGED {
            if let Some(applied) = find_applied(&field.directives, directive) {
                self.fail(
                    ErrorCode::MergedDirectiveApplicationOnExternal,
                    format!(
                        "@{} has no meaning on \"{coordinate}\" of type \"{}\", which is @external",
                        directive.name(),
                        ty.name
                    ),
                    applied.node.location(),
                );
            }
        }
    }

    fn overriding_field(&mut self, coordinate: &str, field: &FieldDef) {
        let Some(applied) = find_applied(&field.directives, D::Override) else {
            return;
        };
        let Some(label) = field.override_from.as_ref().and_then(|o| o.label.as_ref()) else {
            return;
        };
        if !is_label(label) {
            self.fail(
                ErrorCode::OverrideLabelInvalid,
                format!("\"{label}\" is no label for the @override of \"{coordinate}\": a label is a letter and then letters, digits and _ - : . /, or percent(n) with n from 0 to 100"),
                applied.node.location(),
            );
        }
    }
}

fn is_label(label: &str) -> bool {
    if let Some(number) = label.strip_prefix("percent(").and_then(|rest| rest.strip_suffix(')')) {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.chars().all(|c| c.is_ascii_digit())
        };
        return digits(whole, 3)
            && digits(fraction, 8)
            && number.parse::<f64>().is_ok_and(|percent| percent <= 100.0);
    }
    label.starts_with(|c: char| c.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || "_-:./".contains(c))
}
