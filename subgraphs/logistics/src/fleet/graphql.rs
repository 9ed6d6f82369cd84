//! Depots and couriers in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use logistics_entities::{CourierId, DepotId};
use platform_core::id::UserId;
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, cost};

use super::set_courier::set_courier;
use super::set_depot::set_depot;
use super::store;
use super::view::{Courier, Depot};
use crate::app::App;
use crate::geo::GeoPositionInput;

#[derive(Default)]
pub struct FleetQuery;

#[Object]
impl FleetQuery {
    /// All depots, by their names.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage), directive = cost::list::apply(10))]
    async fn depots(&self, ctx: &Context<'_>) -> Result<Option<Vec<Depot>>> {
        let depots = store::depots(ctx.data_unchecked::<App>().database()).await?;
        Ok(Some(depots.into_iter().map(Depot).collect()))
    }

    /// Couriers, the newest first.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn couriers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those of this depot; of all unless given.")] depot_id: Option<DepotId>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Courier>>> {
        let page = Page::<CourierId>::parse(first, after.as_deref())?;
        let found = store::couriers(ctx.data_unchecked::<App>().database(), depot_id, &page).await?;
        Ok(Some(page.connection(found, |row| row.id, Courier)))
    }
}

/// A depot as it shall be.
#[derive(Debug, InputObject)]
pub struct SetDepotInput {
    /// The depot to change; a new one is made unless given.
    pub id: Option<DepotId>,
    /// As staff calls it: one line of at most 100 characters.
    pub name: String,
    /// Where it is.
    pub position: GeoPositionInput,
    /// Name of its time zone in the time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// The hours of the day in which a courier drives, at the depot.
#[derive(Debug, InputObject)]
pub struct CourierShiftInput {
    /// As `HH:MM`.
    pub begins: String,
    /// As `HH:MM`; on the next day where it is before the begin. `24:00` is the end of the day.
    pub ends: String,
}

/// A courier as it shall be.
#[derive(Debug, InputObject)]
pub struct SetCourierInput {
    /// Who signs in as the courier. The role is given by `grantRole`.
    pub user_id: UserId,
    /// As recipients read it: one line of at most 60 characters.
    pub name: String,
    /// From where the courier starts.
    pub depot_id: DepotId,
    /// How many shipments the van takes: 1 to 500.
    pub capacity: i32,
    /// When the courier drives.
    pub shift: CourierShiftInput,
    /// Whether routes are planned for the courier.
    #[graphql(default = true)]
    pub is_active: bool,
}

/// The depot was stored.
#[derive(SimpleObject)]
struct DepotPayload {
    /// The depot as it is now.
    depot: Depot,
}

/// The courier was stored.
#[derive(SimpleObject)]
struct CourierPayload {
    /// The courier as it is now.
    courier: Courier,
}

#[derive(Default)]
pub struct FleetMutation;

#[Object]
impl FleetMutation {
    /// Makes a depot, or writes one anew.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn set_depot(&self, ctx: &Context<'_>, input: SetDepotInput) -> Result<Option<DepotPayload>> {
        let depot = set_depot(ctx.data_unchecked::<App>(), input).await?;
        Ok(Some(DepotPayload { depot: Depot(depot) }))
    }

    /// Makes a user a courier, or writes the courier that the user is anew.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn set_courier(&self, ctx: &Context<'_>, input: SetCourierInput) -> Result<Option<CourierPayload>> {
        let courier = set_courier(ctx.data_unchecked::<App>(), input).await?;
        Ok(Some(CourierPayload { courier: Courier(courier) }))
    }
}
