//! Column values that several tables share.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A text by language (BCP 47 primary tag). Every one has at least `en`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct LocalizedText(pub BTreeMap<String, String>);

/// State of a reservation of stock and of a use of a coupon.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum HoldStatus {
    /// Kept from others until it is committed or released, or expires.
    Held,
    /// Final: the stock is sold, the use is counted.
    Committed,
    /// Given back, or closed before it was ever held.
    Released,
    /// Given back because nobody committed it in time.
    Expired,
    /// The goods of a committed reservation came back.
    Restocked,
}
