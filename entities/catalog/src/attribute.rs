//! A typed property that products can have, such as a colour or a power in watts.

use platform_core::id::AttributeId;
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::LocalizedText;

/// Type of an attribute's values.
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
pub enum AttributeKind {
    /// One line of text, of at most 200 characters.
    Text,
    /// A number, which filters choose by range.
    Number,
    /// True or false.
    Boolean,
    /// One of the attribute's options.
    Enum,
}

/// A value that an enum attribute can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeOption {
    pub code: String,
    pub names: LocalizedText,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct AttributeOptions(pub Vec<AttributeOption>);

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attribute")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttributeId,
    #[sea_orm(unique)]
    pub code: String,
    pub kind: AttributeKind,
    pub unit: Option<String>,
    pub filterable: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub names: LocalizedText,
    /// The values of an enum attribute, in their order; empty for the other kinds.
    #[sea_orm(column_type = "JsonBinary")]
    pub options: AttributeOptions,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
