//! Where the federation directives may stand, and what they may not stand beside.

use super::Checks;
use crate::error::ErrorCode;
use crate::links::{FederationDirective as D, Version};
use crate::subgraph::model::{Applied, FieldDef, TypeDef, TypeKind, all_applied, find_applied};

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
                    self.external_field(&coordinate, field);
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
    fn shareable_twice(&mut self, directives: &[Applied], on: &str) {
        let mut seen = Vec::new();
        for applied in all_applied(directives, D::Shareable) {
            if seen.contains(&&applied.origin) {
                self.fail(
                    ErrorCode::InvalidShareableUsage,
                    format!("@shareable is applied twice to one declaration of \"{on}\""),
                    applied.node.location(),
                );
            }
            seen.push(&applied.origin);
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

    fn external_field(&mut self, coordinate: &str, field: &FieldDef) {
        if !field.external {
            return;
        }
        if !field.selected {
            self.fail(
                ErrorCode::ExternalUnused,
                format!("Field \"{coordinate}\" is @external, but no @key, @requires, @provides, @fromContext or interface uses it"),
                field.location,
            );
        }
        if let Some(applied) = find_applied(&field.directives, D::Provides) {
            self.fail(
                ErrorCode::ExternalCollisionWithAnotherDirective,
                format!("@provides on \"{coordinate}\", which is @external and not resolved here"),
                applied.node.location(),
            );
        }
    }
}
