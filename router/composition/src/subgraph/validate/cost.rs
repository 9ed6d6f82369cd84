//! `@cost` and `@listSize`.

use super::Checks;
use crate::error::ErrorCode;
use crate::links::FederationDirective as D;
use crate::subgraph::model::{Applied, FieldDef, TypeKind, find_applied};

impl Checks<'_> {
    pub(super) fn costs(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            for field in ty.fields.values() {
                let coordinate = format!("{}.{}", ty.name, field.name);
                if ty.kind == TypeKind::Interface
                    && let Some(cost) = find_applied(&field.directives, D::Cost)
                {
                    self.fail(
                        ErrorCode::CostAppliedToInterfaceField,
                        format!("@cost on \"{coordinate}\": the cost is that of the implementations' fields"),
                        cost.node.location(),
                    );
                }
                if let Some(size) = find_applied(&field.directives, D::ListSize) {
                    self.list_size(&coordinate, field, size);
                }
            }
        }
    }

    fn list_size(&mut self, coordinate: &str, field: &FieldDef, size: &Applied) {
        let location = size.node.location();
        let names = |argument: &str| -> Vec<String> {
            size.argument(argument)
                .and_then(|value| value.as_list())
                .unwrap_or_default()
                .iter()
                .filter_map(|name| name.as_str())
                .map(str::to_owned)
                .collect()
        };
        let sized = names("sizedFields");
        if !field.ty.is_list() && sized.is_empty() {
            self.fail(
                ErrorCode::ListSizeAppliedToNonList,
                format!("@listSize on \"{coordinate}\", which is no list and names no `sizedFields`"),
                location,
            );
        }
        if let Some(assumed) = size.argument("assumedSize").and_then(|value| value.to_i32())
            && assumed < 0
        {
            self.fail(
                ErrorCode::ListSizeInvalidAssumedSize,
                format!("@listSize on \"{coordinate}\": `assumedSize` is negative"),
                location,
            );
        }
        for name in names("slicingArguments") {
            let valid = field
                .arguments
                .get(name.as_str())
                .is_some_and(|argument| matches!(argument.ty.to_string().as_str(), "Int" | "Int!"));
            if !valid {
                self.fail(
                    ErrorCode::ListSizeInvalidSlicingArgument,
                    format!("@listSize on \"{coordinate}\": the slicing argument \"{name}\" is no argument of type Int"),
                    location,
                );
            }
        }
        let target = field.ty.inner_named_type();
        for name in sized {
            let sized = self.model.field(target, &name).map(|field| field.ty.is_list());
            match sized {
                Some(true) => {}
                Some(false) => self.fail(
                    ErrorCode::ListSizeAppliedToNonList,
                    format!("@listSize on \"{coordinate}\": the sized field \"{target}.{name}\" is no list"),
                    location,
                ),
                None => self.fail(
                    ErrorCode::ListSizeInvalidSizedField,
                    format!("@listSize on \"{coordinate}\": there is no sized field \"{target}.{name}\""),
                    location,
                ),
            }
        }
    }
}
