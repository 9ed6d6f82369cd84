//! What the texts and options of an attribute must satisfy, and how they are stored.

use std::collections::HashSet;

use catalog_entities::attribute::{AttributeKind, AttributeOption, AttributeOptions};
use platform_text::optional_line;

use super::error::AttributeError;
use super::graphql::AttributeOptionInput;
use crate::names::{NameError, check_code, localized_text};

/// The most characters of a unit.
const MAX_UNIT: usize = 20;

pub fn unit(text: Option<&str>) -> Result<Option<String>, AttributeError> {
    Ok(optional_line("unit", text, MAX_UNIT)?)
}

pub fn options(
    kind: AttributeKind,
    inputs: Vec<AttributeOptionInput>,
) -> Result<AttributeOptions, AttributeError> {
    let codes: HashSet<&str> = inputs.iter().map(|option| option.code.as_str()).collect();
    if codes.len() != inputs.len() || inputs.is_empty() == (kind == AttributeKind::Enum) {
        return Err(AttributeError::InvalidOptions);
    }
    let options = inputs.into_iter().map(|option| {
        check_code("options", &option.code)?;
        Ok(AttributeOption { code: option.code, names: localized_text("names", option.names)? })
    });
    Ok(AttributeOptions(options.collect::<Result<_, NameError>>()?))
}
