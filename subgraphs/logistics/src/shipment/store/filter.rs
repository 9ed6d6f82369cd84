//! Shipments as staff looks for them.

use chrono::{DateTime, Utc};
use logistics_entities::shipment::{Column, Entity, Model, Status};
use logistics_entities::{delivery, service, stop};
use platform_core::id::{DeliveryZoneId, ShipmentId};
use platform_core::page::Page;
use platform_database::{Database, StoreError};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::shipment::list::Filter;

/// The newest first; one more than asked for, to know whether more follow.
pub async fn filtered(
    database: &Database,
    filter: &Filter,
    page: &Page<ShipmentId>,
) -> Result<Vec<Model>, StoreError> {
    let statuses = filter.statuses.clone().map(|statuses| Column::Status.is_in(statuses));
    let condition = Condition::all()
        .add_option(statuses)
        .add_option(filter.vendor.map(|vendor| Column::VendorId.eq(vendor)))
        .add_option(filter.order.map(|order| Column::OrderId.eq(order)))
        .add_option(filter.courier.map(|courier| Column::CourierUserId.eq(courier)))
        .add_option(filter.zone.map(|zone| delivered(service_of_zone(zone))))
        .add_option(filter.service.map(|service| delivered(delivery::Column::ServiceId.eq(service))))
        .add_option(filter.slot.map(|begin| delivered(delivery::Column::SlotBeginsAt.eq(begin))))
        .add_option(filter.late.map(|(is_late, now)| either(is_late, late(now))))
        .add_option(filter.unassigned.map(|is_unassigned| either(is_unassigned, unassigned())))
        .add_option(page.after.map(|after| Column::Id.lt(after)));
    let rows = Entity::find().filter(condition).order_by_desc(Column::Id);
    Ok(rows.limit(page.first.saturating_add(1)).all(database.replica()).await?)
}

/// Those whose delivery is such.
fn delivered(such: SimpleExpr) -> SimpleExpr {
    let orders = delivery::Entity::find().select_only().column(delivery::Column::OrderId).filter(such);
    Column::OrderId.in_subquery(orders.into_query())
}

fn service_of_zone(zone: DeliveryZoneId) -> SimpleExpr {
    let of_zone = service::Entity::find().select_only().column(service::Column::Id);
    let of_zone = of_zone.filter(service::Column::ZoneId.eq(zone)).into_query();
    delivery::Column::ServiceId.in_subquery(of_zone)
}

/// Those that should have arrived before a moment, and may arrive still.
fn late(now: DateTime<Utc>) -> Condition {
    const OVER: [Status; 4] = [Status::Delivered, Status::Returned, Status::Lost, Status::Cancelled];
    Condition::all().add(Column::Status.is_not_in(OVER)).add(delivered(delivery::Column::ArrivesBy.lt(now)))
}

/// Those that were handed over to the own couriers, and are on no route to be driven.
fn unassigned() -> Condition {
    const WAITING: [Status; 3] = [Status::HandedOver, Status::InTransit, Status::Attempted];
    let on_route = stop::Entity::find().select_only().column(stop::Column::ShipmentId);
    let on_route = on_route.filter(stop::Column::Status.eq(stop::Status::Pending)).into_query();
    Condition::all()
        .add(Column::Status.is_in(WAITING))
        .add(Column::Carrier.is_null())
        .add(Column::Id.not_in_subquery(on_route))
}

/// Such, or all others.
fn either(is_such: bool, such: Condition) -> Condition {
    if is_such { such } else { such.not() }
}
