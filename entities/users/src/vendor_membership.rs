//! A vendor for which a user acts. The vendor itself lives in another subgraph.

use platform_core::id::{UserId, VendorId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vendor_memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vendor_id: VendorId,
    pub granted_at: DateTimeUtc,
    /// Whether an account of the demo gave it, or one that had its own rights from the demo.
    pub by_demo: bool,
}

impl ActiveModelBehavior for ActiveModel {}
