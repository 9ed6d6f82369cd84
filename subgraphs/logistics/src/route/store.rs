//! Queries of routes and their stops.

use chrono::{DateTime, Utc};
use logistics_entities::route::{Column, Entity, Model, Status};
use logistics_entities::{CourierId, RouteId, StopId, courier, delivery, depot, shipment, stop};
use platform_core::id::{OrderId, ShipmentId, UserId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::list::Filter;

/// Of routes that are not ended.
const OPEN: [Status; 3] = [Status::Planned, Status::Accepted, Status::Started];
/// Of shipments that wait at a depot, or come back to it.
const WAITING: [shipment::Status; 3] =
    [shipment::Status::HandedOver, shipment::Status::InTransit, shipment::Status::Attempted];

/// The stops of a route, by their numbers.
pub enum StopsOf {}

impl Group for StopsOf {
    type Entity = stop::Entity;
    type Key = RouteId;

    const OF: stop::Column = stop::Column::RouteId;
    const ORDER: Option<stop::Column> = Some(stop::Column::Number);
}

/// The stops at which a shipment was to be delivered, the first first.
pub enum StopsOfShipment {}

impl Group for StopsOfShipment {
    type Entity = stop::Entity;
    type Key = ShipmentId;

    const OF: stop::Column = stop::Column::ShipmentId;
    const ORDER: Option<stop::Column> = Some(stop::Column::Id);
}

pub async fn find(database: &Database, id: RouteId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// The route, locked until the end of `tx`.
pub async fn lock(tx: &Transaction, id: RouteId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The open route of a courier.
pub async fn open_of(database: &Database, user: UserId) -> Result<Option<Model>, StoreError> {
    let open = Entity::find().filter(Column::UserId.eq(user)).filter(Column::Status.is_in(OPEN));
    Ok(open.one(database.read()).await?)
}

/// Routes that were to begin before a moment and are not accepted, or before another and are not started; and those that are
/// not started of couriers who are active no more. The most of a round.
pub async fn idle(
    database: &Database,
    to_accept: DateTime<Utc>,
    to_start: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    const MOST: u64 = 100;
    let late = |status: Status, since: DateTime<Utc>| {
        Condition::all().add(Column::Status.eq(status)).add(Column::StartsAt.lt(since))
    };
    let resting = courier::Entity::find()
        .select_only()
        .column(courier::Column::Id)
        .filter(courier::Column::IsActive.eq(false))
        .into_query();
    let of_resting = Condition::all()
        .add(Column::Status.is_in([Status::Planned, Status::Accepted]))
        .add(Column::CourierId.in_subquery(resting));
    let idle = Condition::any()
        .add(late(Status::Planned, to_accept))
        .add(late(Status::Accepted, to_start))
        .add(of_resting);
    Ok(Entity::find().filter(idle).order_by_asc(Column::Id).limit(MOST).all(database.read()).await?)
}

/// Routes whose van is not at the depot: they are open, or it is on its way back.
fn away(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::Status.is_in(OPEN)).add(Column::BackAt.gt(now))
}

/// Those of the couriers who have an open route, or are on the way back from one.
pub async fn busy(
    connection: &impl ConnectionTrait,
    couriers: &[CourierId],
    now: DateTime<Utc>,
) -> Result<Vec<CourierId>, StoreError> {
    let away = Entity::find().filter(Column::CourierId.is_in(couriers.iter().copied())).filter(away(now));
    Ok(away.select_only().column(Column::CourierId).into_tuple().all(connection).await?)
}

/// The newest first; one more than asked for, to know whether more follow.
pub async fn filtered(
    database: &Database,
    filter: &Filter,
    page: &Page<RouteId>,
) -> Result<Vec<Model>, StoreError> {
    let statuses = filter.statuses.clone().map(|statuses| Column::Status.is_in(statuses));
    let condition = Condition::all()
        .add_option(statuses)
        .add_option(filter.courier.map(|courier| Column::CourierId.eq(courier)))
        .add_option(filter.user.map(|user| Column::UserId.eq(user)))
        .add_option(page.after.map(|after| Column::Id.lt(after)));
    let rows = Entity::find().filter(condition).order_by_desc(Column::Id);
    Ok(rows.limit(page.first.saturating_add(1)).all(database.replica()).await?)
}

/// The stops of a route, by their numbers.
pub async fn stops(
    connection: &impl ConnectionTrait,
    route: RouteId,
) -> Result<Vec<stop::Model>, StoreError> {
    Ok(StopsOf::select(&[route]).all(connection).await?)
}

/// The stop at which a shipment is to be delivered.
pub async fn pending_stop(
    database: &Database,
    shipment: ShipmentId,
) -> Result<Option<stop::Model>, StoreError> {
    let pending = stop::Entity::find()
        .filter(stop::Column::ShipmentId.eq(shipment))
        .filter(stop::Column::Status.eq(stop::Status::Pending));
    Ok(pending.one(database.read()).await?)
}

/// The stop of a shipment that was planned last.
pub async fn last_stop(database: &Database, shipment: ShipmentId) -> Result<Option<stop::Model>, StoreError> {
    let all = stop::Entity::find().filter(stop::Column::ShipmentId.eq(shipment));
    Ok(all.order_by_desc(stop::Column::Id).one(database.read()).await?)
}

/// Who drives a route, and from where it begins.
pub async fn courier_and_depot(
    database: &Database,
    route: &Model,
) -> Result<(Option<courier::Model>, Option<depot::Model>), StoreError> {
    let courier = courier::Entity::find_by_id(route.courier_id).one(database.read()).await?;
    let depot = depot::Entity::find_by_id(route.depot_id).one(database.read()).await?;
    Ok((courier, depot))
}

/// Shipments that wait at a depot for one of the own couriers, all or those of some ids; those that wait longest first. What
/// is in a van, on its way out or back, does not wait.
pub async fn waiting(
    database: &Database,
    among: Option<&[ShipmentId]>,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<shipment::Model>, StoreError> {
    let of_route = Expr::col((Entity, Column::Id)).equals((stop::Entity, stop::Column::RouteId));
    let in_van = Query::select()
        .expr(Expr::val(1))
        .from(stop::Entity)
        .inner_join(Entity, of_route)
        .and_where(
            Expr::col((stop::Entity, stop::Column::ShipmentId))
                .equals((shipment::Entity, shipment::Column::Id)),
        )
        .cond_where(away(now))
        .to_owned();
    let chosen = among.map(|ids| shipment::Column::Id.is_in(ids.iter().copied()));
    let rows = shipment::Entity::find()
        .filter(shipment::Column::Status.is_in(WAITING))
        .filter(shipment::Column::Carrier.is_null())
        .filter(Condition::all().not().add(Expr::exists(in_van)))
        .filter(Condition::all().add_option(chosen))
        .order_by_asc(shipment::Column::Id);
    Ok(rows.limit(limit).all(database.read()).await?)
}

/// Those of the shipments that are in a van, on its way out or back.
pub async fn in_vans(
    connection: &impl ConnectionTrait,
    shipments: &[ShipmentId],
    now: DateTime<Utc>,
) -> Result<Vec<ShipmentId>, StoreError> {
    let away = Entity::find().select_only().column(Column::Id).filter(away(now)).into_query();
    let stops = stop::Entity::find()
        .filter(stop::Column::ShipmentId.is_in(shipments.iter().copied()))
        .filter(stop::Column::RouteId.in_subquery(away));
    Ok(stops.select_only().column(stop::Column::ShipmentId).into_tuple().all(connection).await?)
}

/// Those of the shipments of which a courier said that going there again is of no use.
pub async fn of_no_use(database: &Database, shipments: &[ShipmentId]) -> Result<Vec<ShipmentId>, StoreError> {
    let stops = stop::Entity::find()
        .filter(stop::Column::ShipmentId.is_in(shipments.iter().copied()))
        .filter(stop::Column::Reason.is_in([stop::Reason::Refused, stop::Reason::WrongAddress]));
    Ok(stops.select_only().column(stop::Column::ShipmentId).into_tuple().all(database.read()).await?)
}

/// Whether a shipment that is locked still waits for a courier.
pub fn still_waits(row: &shipment::Model) -> bool {
    WAITING.contains(&row.status) && row.carrier.is_none()
}

/// The deliveries of orders.
pub async fn deliveries(
    database: &Database,
    orders: Vec<OrderId>,
) -> Result<Vec<delivery::Model>, StoreError> {
    let rows = delivery::Entity::find().filter(delivery::Column::OrderId.is_in(orders));
    Ok(rows.all(database.read()).await?)
}

/// Writes down where a delivery goes, or that nobody knows.
pub async fn set_place(database: &Database, key: &str, place: Option<(i32, i32)>) -> Result<(), StoreError> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::IsLocated, Expr::value(true))
        .col_expr(delivery::Column::Latitude, Expr::value(place.map(|(latitude, _)| latitude)))
        .col_expr(delivery::Column::Longitude, Expr::value(place.map(|(_, longitude)| longitude)))
        .filter(delivery::Column::Key.eq(key))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Keeps a new route with its stops.
pub async fn insert(tx: &Transaction, route: &Model, stops: &[stop::Model]) -> Result<(), StoreError> {
    let row = route.clone().into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(&**tx).await?;
    let rows = stops.iter().map(|row| row.clone().into_active_model().reset_all());
    stop::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes a route as it is now, but for where its van is.
pub async fn update(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(row.status))
        .col_expr(Column::StartedAt, Expr::value(row.started_at))
        .col_expr(Column::EndedAt, Expr::value(row.ended_at))
        .col_expr(Column::BackAt, Expr::value(row.back_at))
        .col_expr(Column::Version, Expr::value(row.version))
        .col_expr(Column::UpdatedAt, Expr::value(row.updated_at))
        .filter(Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Writes how a stop has ended.
pub async fn end_stop(tx: &Transaction, row: &stop::Model) -> Result<(), StoreError> {
    stop::Entity::update_many()
        .col_expr(stop::Column::Status, Expr::value(row.status))
        .col_expr(stop::Column::Reason, Expr::value(row.reason))
        .col_expr(stop::Column::Proof, Expr::value(row.proof))
        .col_expr(stop::Column::ReceivedBy, Expr::value(row.received_by.clone()))
        .col_expr(stop::Column::Photo, Expr::value(row.photo.clone()))
        .col_expr(stop::Column::EndedAt, Expr::value(row.ended_at))
        .filter(stop::Column::Id.eq(row.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Nobody goes any more to the stops of a route that are pending.
pub async fn drop_pending(tx: &Transaction, route: &Model) -> Result<(), StoreError> {
    stop::Entity::update_many()
        .col_expr(stop::Column::Status, Expr::value(stop::Status::Dropped))
        .col_expr(stop::Column::EndedAt, Expr::value(route.updated_at))
        .filter(stop::Column::RouteId.eq(route.id))
        .filter(stop::Column::Status.eq(stop::Status::Pending))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Stops with photos that ended before a moment, the oldest first.
pub async fn photos_before(
    database: &Database,
    moment: DateTime<Utc>,
    most: u64,
) -> Result<Vec<stop::Model>, StoreError> {
    let old = stop::Entity::find()
        .filter(stop::Column::Photo.is_not_null())
        .filter(stop::Column::EndedAt.lt(moment))
        .order_by_asc(stop::Column::EndedAt);
    Ok(old.limit(most).all(database.read()).await?)
}

/// Writes down that the photos of stops are gone.
pub async fn forget_photos(database: &Database, stops: &[StopId]) -> Result<(), StoreError> {
    if stops.is_empty() {
        return Ok(());
    }
    stop::Entity::update_many()
        .col_expr(stop::Column::Photo, Expr::value(None::<String>))
        .filter(stop::Column::Id.is_in(stops.iter().copied()))
        .exec(database.write())
        .await?;
    Ok(())
}
