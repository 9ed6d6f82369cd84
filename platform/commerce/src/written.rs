//! Money as GraphQL writes it, `{ amount currency }`, for `#[serde(with = "platform_commerce::written")]`: in what is asked
//! of another subgraph and in its answers. [`optional`] is for what may be null.
//!
//! By itself [`Money`] is serialised in minor units, as events and stored values have it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::money::{CurrencyCode, Money};

#[derive(Serialize, Deserialize)]
struct Written {
    /// In major units.
    amount: String,
    currency: CurrencyCode,
}

impl From<&Money> for Written {
    fn from(money: &Money) -> Self {
        Self { amount: money.to_decimal(), currency: money.currency() }
    }
}

impl Written {
    fn read<E: Error>(self) -> Result<Money, E> {
        Money::parse(&self.amount, self.currency).map_err(E::custom)
    }
}

pub fn serialize<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    Written::from(money).serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    Written::deserialize(deserializer)?.read()
}

/// The same of what may be null.
pub mod optional {
    use super::{Deserialize, Deserializer, Money, Serialize, Serializer, Written};

    pub fn serialize<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
        money.as_ref().map(Written::from).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
        Option::<Written>::deserialize(deserializer)?.map(Written::read).transpose()
    }
}
