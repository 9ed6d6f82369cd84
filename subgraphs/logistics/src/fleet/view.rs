//! Depots and couriers as clients see them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use logistics_entities::{courier, depot};
use platform_server::rows;

use crate::geo::GeoPosition;
use crate::local_time::written;
use crate::stubs::User;

/// From where couriers bring shipments to their recipients.
pub struct Depot(pub depot::Model);

/// From where couriers bring shipments to their recipients.
#[Object]
impl Depot {
    /// Identifier, by which inputs name the depot.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// As staff calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is.
    async fn position(&self) -> Option<GeoPosition> {
        GeoPosition::stored(self.0.latitude, self.0.longitude)
    }

    /// Name of its time zone in the time zone database.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }
}

/// The hours of the day in which a courier drives, at the depot.
#[derive(SimpleObject)]
pub struct CourierShift {
    /// As `HH:MM`.
    begins: String,
    /// As `HH:MM`; `24:00` is the end of the day.
    ends: String,
}

/// Who brings shipments from a depot to their recipients.
pub struct Courier(pub courier::Model);

/// Who brings shipments from a depot to their recipients.
#[Object]
impl Courier {
    /// Identifier, by which inputs name the courier.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// The account by which the courier signs in.
    async fn user(&self) -> Option<User> {
        Some(User::new(self.0.user_id))
    }

    /// As recipients read it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// From where the courier starts.
    async fn depot(&self, ctx: &Context<'_>) -> Result<Option<Depot>> {
        Ok(rows(ctx).by_id::<depot::Entity>(self.0.depot_id).await?.map(Depot))
    }

    /// How many shipments the van takes.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// When the courier drives.
    async fn shift(&self) -> CourierShift {
        CourierShift { begins: written(self.0.shift_begins), ends: written(self.0.shift_ends) }
    }

    /// Whether routes are planned for the courier: not after one that was given out and not driven.
    async fn is_active(&self) -> bool {
        self.0.is_active
    }
}
