//! Default values: that each is a value of its type, which GraphQL parsers leave unchecked.

use super::Checks;
use crate::error::ErrorCode;
use crate::subgraph::input_value::fits;
use crate::subgraph::model::InputDef;
use crate::values::to_text;

impl Checks<'_> {
    pub(super) fn defaults(&mut self) {
        let model = self.model;
        for ty in model.types.values() {
            for field in ty.fields.values() {
                for argument in field.arguments.values() {
                    let on = format!("{}.{}({}:)", ty.name, field.name, argument.name);
                    self.default(&on, argument);
                }
            }
            for input in ty.inputs.values() {
                self.default(&format!("{}.{}", ty.name, input.name), input);
            }
        }
    }

    fn default(&mut self, on: &str, input: &InputDef) {
        let Some(default) = &input.default else {
            return;
        };
        if !fits(self.model, &input.ty, default) {
            self.fail(
                ErrorCode::InvalidGraphql,
                format!("The default {} of \"{on}\" is no value of type \"{}\"", to_text(default), input.ty),
                input.location,
            );
        }
    }
}
