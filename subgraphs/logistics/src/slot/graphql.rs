//! Slots in the schema.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use platform_core::id::DeliveryServiceId;
use platform_core::moment;
use platform_identity::Scope;
use platform_server::{access, cost};

use super::error::SlotError;
use super::list::{Listed, list};
use super::name::SlotName;
use super::usage::{SlotUse, usage};
use crate::address::{Address, DeliveryAddressInput};
use crate::app::App;
use crate::zone::DeliveryService;

/// A slot in which something is delivered.
#[derive(SimpleObject)]
pub struct DeliveryHours {
    /// Identifier of the slot.
    pub id: SlotName,
    /// When they begin.
    pub begins: DateTime<Utc>,
    /// When they end.
    pub ends: DateTime<Utc>,
}

/// Hours of a day in which a service delivers to so many orders.
pub struct DeliverySlot(Listed);

/// Hours of a day in which a service delivers to so many orders.
#[Object]
impl DeliverySlot {
    /// Identifier, by which a checkout names the slot.
    async fn id(&self) -> SlotName {
        self.0.slot.name
    }

    /// When it begins.
    async fn begins(&self) -> DateTime<Utc> {
        self.0.slot.begins_at()
    }

    /// When it ends.
    async fn ends(&self) -> DateTime<Utc> {
        self.0.slot.ends_at
    }

    /// Until when it can be chosen.
    async fn closes(&self) -> DateTime<Utc> {
        self.0.slot.closes_at
    }

    /// Whether it has a place left; a checkout that has chosen it holds one for some minutes.
    async fn is_available(&self) -> bool {
        self.0.left > 0
    }

    /// How many places are left.
    async fn places_left(&self) -> i64 {
        self.0.left
    }

    /// The time zone of its service, by its name in the time zone database: its hours are round there.
    async fn time_zone(&self) -> &str {
        self.0.service.time_zone.name()
    }

    /// Who delivers in it, and what that costs.
    async fn service(&self) -> DeliveryService {
        DeliveryService(Arc::clone(&self.0.service))
    }
}

/// Hours of a day in which a service delivers, and how many of its places are taken.
#[derive(SimpleObject)]
struct DeliverySlotUse {
    /// Identifier of the slot.
    id: SlotName,
    /// When it begins.
    begins: DateTime<Utc>,
    /// When it ends.
    ends: DateTime<Utc>,
    /// How many places it has.
    capacity: i64,
    /// How many of them are held by checkouts or are orders'.
    taken: i64,
}

impl From<SlotUse> for DeliverySlotUse {
    fn from(SlotUse { name, ends_at, capacity, taken }: SlotUse) -> Self {
        Self { id: name, begins: name.begins_at, ends: ends_at, capacity, taken }
    }
}

#[derive(Default)]
pub struct SlotQuery;

#[Object]
impl SlotQuery {
    /// The slots that can be chosen for an address, by their begins, full ones among them. At most 500, of the next 30 days.
    #[graphql(directive = access::public::apply(), directive = cost::list::apply(30))]
    async fn delivery_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where it shall be delivered.")] address: DeliveryAddressInput,
        #[graphql(desc = "From when on they begin.")] from: DateTime<Utc>,
        #[graphql(desc = "Until when they begin, at most 14 days later.")] to: DateTime<Utc>,
    ) -> Result<Option<Vec<DeliverySlot>>> {
        let address = Address::try_from(address).map_err(SlotError::from)?;
        check_span(from, to)?;
        let listed = list(ctx.data_unchecked::<App>(), &address, from, to).await?;
        Ok(Some(listed.into_iter().map(DeliverySlot).collect()))
    }

    /// How much of the slots of a service is taken, by their begins: past ones, and such as it has no windows for any more, among
    /// them. At most 500.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage), directive = cost::list::apply(30))]
    async fn delivery_slot_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A service of the kind SLOT.")] service_id: DeliveryServiceId,
        #[graphql(desc = "From when on they begin.")] from: DateTime<Utc>,
        #[graphql(desc = "Until when they begin, at most 14 days later.")] to: DateTime<Utc>,
    ) -> Result<Option<Vec<DeliverySlotUse>>> {
        check_span(from, to)?;
        let used = usage(ctx.data_unchecked::<App>(), service_id, from, to).await?;
        Ok(Some(used.into_iter().map(Into::into).collect()))
    }
}

fn check_span(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), SlotError> {
    moment::check("from", from)?;
    moment::check("to", to)?;
    Ok(())
}
