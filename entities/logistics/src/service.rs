//! A way in which parcels are delivered in a zone, with what it costs.

use async_graphql::Enum;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use sea_orm::entity::prelude::*;

/// How a service delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "DeliveryKind")]
pub enum Kind {
    /// To the door, some days after the order.
    #[sea_orm(string_value = "STANDARD")]
    Standard,
    /// To the door, on the day of the order where it is placed before the cut-off time.
    #[sea_orm(string_value = "SAME_DAY")]
    SameDay,
    /// To the door, in the hours that the buyer chooses.
    #[sea_orm(string_value = "SLOT")]
    Slot,
    /// To a point where the buyer fetches it.
    #[sea_orm(string_value = "PICK_UP")]
    PickUp,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_services")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryServiceId,
    pub zone_id: DeliveryZoneId,
    /// Where it stands among those of its zone.
    pub position: i32,
    pub name: String,
    pub kind: Kind,
    /// What it costs by currency, as JSON (`zone::Rate`).
    pub rates: Json,
    /// The hours in which it delivers, as JSON (`zone::Window`).
    pub windows: Json,
    /// The days of the week on which it delivers: a bit for each, Monday the lowest.
    pub weekdays: i32,
    /// Until which minute of the day an order counts for that day.
    pub cut_off: i32,
    /// In days of delivery after the day that an order counts for.
    pub min_days: i32,
    /// In days of delivery after the day that an order counts for.
    pub max_days: i32,
    /// How long before it begins a slot can be chosen, in minutes.
    pub closes_before: i32,
    /// Whether it belongs to its zone still; orders and slots name those that do not.
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
