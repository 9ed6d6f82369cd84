//! What the types of answers are made of: how enums are read as enums of the one who asks.

use std::fmt::Display;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A newer release of the other subgraph answered something that this one has no name for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is a `{0}` that this release does not know")]
pub struct Unrecognised(pub &'static str);

/// Reads an `Answered` and takes it as another type.
pub fn known<'de, D, Answered, Taken>(deserializer: D) -> Result<Taken, D::Error>
where
    D: Deserializer<'de>,
    Answered: Deserialize<'de>,
    Taken: TryFrom<Answered, Error: Display>,
{
    Taken::try_from(Answered::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Like [`known`], of what may be null.
pub fn known_or_null<'de, D, Answered, Taken>(deserializer: D) -> Result<Option<Taken>, D::Error>
where
    D: Deserializer<'de>,
    Answered: Deserialize<'de>,
    Taken: TryFrom<Answered, Error: Display>,
{
    let answered = Option::<Answered>::deserialize(deserializer)?;
    answered.map(Taken::try_from).transpose().map_err(D::Error::custom)
}

/// What the scalar `DateTime` is in an answer.
pub type Moment = chrono::DateTime<chrono::Utc>;
