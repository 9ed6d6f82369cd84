//! What a slot is called, whether it has a row or not.

use std::fmt;
use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Utc};
use platform_core::id::DeliveryServiceId;

/// A slot by its service and its begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SlotName {
    pub service: DeliveryServiceId,
    pub begins_at: DateTime<Utc>,
}

/// The text names no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the id of a slot; use one that `deliverySlots` returned")]
pub struct InvalidSlotName;

const SEPARATOR: char = '~';

impl fmt::Display for SlotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.service, self.begins_at.timestamp())
    }
}

impl FromStr for SlotName {
    type Err = InvalidSlotName;

    fn from_str(text: &str) -> Result<Self, InvalidSlotName> {
        let (service, begin) = text.split_once(SEPARATOR).ok_or(InvalidSlotName)?;
        let seconds = begin.parse().map_err(|_| InvalidSlotName)?;
        Ok(Self {
            service: service.parse().map_err(|_| InvalidSlotName)?,
            begins_at: DateTime::from_timestamp(seconds, 0).ok_or(InvalidSlotName)?,
        })
    }
}

#[Scalar(name = "ID")]
impl ScalarType for SlotName {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => {
                text.parse().map_err(|error: InvalidSlotName| InputValueError::custom(error.to_string()))
            }
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}
