//! A delivery as who follows it sees it.

use async_graphql::{Context, Object, Result};
use logistics_entities::shipment::{Model, Status};
use platform_server::{cost, rows};

use crate::shipment::{self, ItemsOf, Shipment, ShipmentItem, TrackingEvent};

/// A delivery as it is followed.
pub struct DeliveryTracking {
    pub row: Model,
    /// Whether it is followed by its tracking link.
    pub is_public: bool,
}

/// A delivery as it is followed: one parcel, and where it is.
#[Object]
impl DeliveryTracking {
    /// Grows with every change of the shipment.
    async fn version(&self) -> i64 {
        self.row.version
    }

    /// What a person reads from the parcel.
    async fn tracking_number(&self) -> &str {
        &self.row.tracking_number
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.row.status
    }

    /// The shipment; null for who follows by the tracking link.
    async fn shipment(&self) -> Option<Shipment> {
        (!self.is_public).then(|| Shipment(self.row.clone()))
    }

    /// What is in it; null for who follows by the tracking link.
    #[graphql(directive = cost::list::apply(5))]
    async fn items(&self, ctx: &Context<'_>) -> Result<Option<Vec<ShipmentItem>>> {
        if self.is_public {
            return Ok(None);
        }
        let items = rows(ctx).of::<ItemsOf>(self.row.id).await?;
        Ok(Some(items.into_iter().map(ShipmentItem).collect()))
    }

    /// What happened to it, by when it happened, oldest first; also what came after `version`, which is told next.
    #[graphql(directive = cost::list::apply(8))]
    async fn events(&self, ctx: &Context<'_>) -> Result<Vec<TrackingEvent>> {
        shipment::events(ctx, self.row.id, self.is_public).await
    }
}
