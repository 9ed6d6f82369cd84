//! Lists of shipments as staff and vendors read them.

use async_graphql::{Context, InputObject, Result};
use chrono::{DateTime, Utc};
use logistics_entities::shipment::Status;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId, OrderId, ShipmentId, UserId, VendorId};
use platform_core::moment;
use platform_core::page::{Connection, Page};
use platform_server::rows;
use sea_orm::Iterable;

use super::error::ShipmentError;
use super::store::{self, ShipmentsOfVendor};
use super::view::Shipment;
use crate::app::App;

/// Which shipments; every field that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these, each once.
    pub statuses: Option<Vec<Status>>,
    pub vendor: Option<VendorId>,
    pub order: Option<OrderId>,
    pub courier: Option<UserId>,
    pub zone: Option<DeliveryZoneId>,
    pub service: Option<DeliveryServiceId>,
    /// In the slot that begins then.
    pub slot: Option<DateTime<Utc>>,
    /// Whether it should have arrived before this moment.
    pub late: Option<(bool, DateTime<Utc>)>,
    pub unassigned: Option<bool>,
}

/// Which of a vendor's shipments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OfVendor {
    pub vendor: VendorId,
    /// Any of these, each once.
    pub statuses: Option<Vec<Status>>,
}

/// Which shipments; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct ShipmentFilter {
    /// Those that stand at any of these.
    pub statuses: Option<Vec<Status>>,
    /// Those of this vendor.
    pub vendor_id: Option<VendorId>,
    /// Those of this order.
    pub order_id: Option<OrderId>,
    /// Those that this user has on a route as a courier, or had last.
    pub courier_user_id: Option<UserId>,
    /// Those that a service of this zone delivers.
    pub zone_id: Option<DeliveryZoneId>,
    /// Those that this service delivers.
    pub service_id: Option<DeliveryServiceId>,
    /// Those in a slot that begins then.
    pub slot_begins: Option<DateTime<Utc>>,
    /// Those that should have arrived by now, as it was agreed, and have not; or all others.
    pub is_late: Option<bool>,
    /// Those that were handed over to the own couriers and are on no route; or all others.
    pub is_unassigned: Option<bool>,
}

/// Which of a vendor's shipments; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct VendorShipmentFilter {
    /// Those that stand at any of these.
    pub statuses: Option<Vec<Status>>,
}

fn each_once(wanted: Option<Vec<Status>>) -> Option<Vec<Status>> {
    wanted.map(|wanted| Status::iter().filter(|status| wanted.contains(status)).collect())
}

/// A page of the shipments of all vendors, the newest first.
pub async fn shipments(
    ctx: &Context<'_>,
    filter: Option<ShipmentFilter>,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<Connection<Shipment>> {
    let page = Page::<ShipmentId>::parse(first, after)?;
    let wanted = filter.unwrap_or_default();
    let app = ctx.data_unchecked::<App>();
    let slot = wanted.slot_begins.map(|at| moment::check("slotBegins", at));
    let slot = slot.transpose().map_err(ShipmentError::from)?;
    let filter = Filter {
        statuses: each_once(wanted.statuses),
        vendor: wanted.vendor_id,
        order: wanted.order_id,
        courier: wanted.courier_user_id,
        zone: wanted.zone_id,
        service: wanted.service_id,
        slot,
        late: wanted.is_late.map(|is_late| (is_late, app.now())),
        unassigned: wanted.is_unassigned,
    };
    let found = store::filtered(app.database(), &filter, &page).await?;
    Ok(page.connection(found, |row| row.id, Shipment))
}

/// A page of a vendor's shipments, the newest first.
pub async fn shipments_of_vendor(
    ctx: &Context<'_>,
    vendor: VendorId,
    filter: Option<VendorShipmentFilter>,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<Connection<Shipment>> {
    let page = Page::<ShipmentId>::parse(first, after)?;
    let statuses = each_once(filter.unwrap_or_default().statuses);
    let found = rows(ctx).page::<ShipmentsOfVendor>(OfVendor { vendor, statuses }, &page).await?;
    Ok(page.connection(found, |row| row.id, Shipment))
}
