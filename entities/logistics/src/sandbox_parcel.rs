//! A parcel in the books of the sandbox's carrier.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_parcels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: String,
    /// Set by who buys the label, so that it is bought once.
    #[sea_orm(unique)]
    pub key: String,
    pub service: String,
    pub tracking_number: String,
    /// From whom to whom it goes, as JSON (`sandbox::wire::Order`).
    pub document: Json,
    pub cancelled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
