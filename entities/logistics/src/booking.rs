//! What an outside carrier was asked to bring: one for each shipment.

use platform_core::id::{ShipmentId, UserId};
use sea_orm::entity::prelude::*;

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    /// The carrier is asked for a label; what it answers is not written down yet.
    #[sea_orm(string_value = "ASKED")]
    Asked,
    /// The carrier has the parcel, or is to have it.
    #[sea_orm(string_value = "BOOKED")]
    Booked,
    /// The label is to be given back: its shipment was called off while the carrier was asked.
    #[sea_orm(string_value = "CANCELLING")]
    Cancelling,
    /// The label was given back.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bookings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shipment_id: ShipmentId,
    /// As the configuration calls it.
    pub carrier: String,
    /// In the carrier's code.
    pub service: String,
    pub status: Status,
    /// The seller who gives it to the carrier; null where a partner's system does.
    pub seller_id: Option<UserId>,
    /// The carrier's id of the parcel, once it has answered.
    pub reference: Option<String>,
    pub tracking_number: Option<String>,
    pub price_minor: Option<i64>,
    pub currency: Option<String>,
    /// When the carrier is asked again: for its answer, or for what happened; null where nothing more is to be asked.
    pub next_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
