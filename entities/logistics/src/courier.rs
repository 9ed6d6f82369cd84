//! Who brings shipments from a depot to their recipients.

use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

use crate::{CourierId, DepotId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "couriers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CourierId,
    /// Who signs in as the courier.
    #[sea_orm(unique)]
    pub user_id: UserId,
    /// As recipients read it.
    pub name: String,
    pub depot_id: DepotId,
    /// How many shipments the van takes.
    pub capacity: i32,
    /// In minutes of the day at the depot.
    pub shift_begins: i32,
    /// In minutes of the day at the depot: after `shift_begins`, and at most 1,440.
    pub shift_ends: i32,
    /// Whether routes are planned for the courier.
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
