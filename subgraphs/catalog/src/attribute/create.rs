//! Making an attribute.

use std::collections::HashSet;

use catalog_entities::attribute::{self, AttributeKind, AttributeOption, AttributeOptions};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Violation};
use platform_text::{TextError, optional_line};

use super::graphql::{AttributeOptionInput, CreateAttributeInput};
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::names::{NameError, check_code, localized_text};

/// The most characters of a unit.
const MAX_UNIT: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("an ENUM attribute needs options with different codes; other kinds have none")]
    InvalidOptions,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for AttributeError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::Text(_) | Self::InvalidOptions => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::InvalidOptions => Some("options"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(AttributeError);

/// The code that another attribute has.
pub struct CodeTaken(pub String);

/// Makes an attribute that products can have values of.
pub async fn create(
    app: &App,
    input: CreateAttributeInput,
) -> Result<Result<attribute::Model, CodeTaken>, AttributeError> {
    check_code("code", &input.code)?;
    let row = attribute::Model {
        id: app.next_id(),
        kind: input.kind,
        unit: optional_line("unit", input.unit.as_deref(), MAX_UNIT)?,
        filterable: input.filterable,
        names: localized_text(input.names)?,
        options: options(input.kind, input.options)?,
        code: input.code,
    };
    let tx = app.begin().await?;
    match store::insert(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Ok(row))
}

fn options(
    kind: AttributeKind,
    inputs: Vec<AttributeOptionInput>,
) -> Result<AttributeOptions, AttributeError> {
    let codes: HashSet<&str> = inputs.iter().map(|option| option.code.as_str()).collect();
    if codes.len() != inputs.len() || inputs.is_empty() == (kind == AttributeKind::Enum) {
        return Err(AttributeError::InvalidOptions);
    }
    let options = inputs.into_iter().map(|option| {
        check_code("options", &option.code)?;
        Ok(AttributeOption { code: option.code, names: localized_text(option.names)? })
    });
    Ok(AttributeOptions(options.collect::<Result<_, NameError>>()?))
}
