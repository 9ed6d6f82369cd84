//! Queries of shipments, what is in them, and what happened to them.

mod filter;

use logistics_entities::shipment::{Column, Entity, Model};
use logistics_entities::{shipment_item, tracking_event};
use platform_core::id::{OrderId, ShipmentId, VendorOrderId};
use platform_database::{Database, StoreError, Transaction};
use platform_server::{Group, List};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use super::list::OfVendor;

pub use filter::filtered;

/// The shipments of an order, by their numbers.
pub enum ShipmentsOfOrder {}

impl Group for ShipmentsOfOrder {
    type Entity = Entity;
    type Key = OrderId;

    const OF: Column = Column::OrderId;
    const ORDER: Option<Column> = Some(Column::Number);
}

/// The shipments of a vendor's part of an order, by their numbers.
pub enum ShipmentsOfPart {}

impl Group for ShipmentsOfPart {
    type Entity = Entity;
    type Key = VendorOrderId;

    const OF: Column = Column::VendorOrderId;
    const ORDER: Option<Column> = Some(Column::Number);
}

/// A vendor's shipments.
pub enum ShipmentsOfVendor {}

impl List for ShipmentsOfVendor {
    type Entity = Entity;
    type Key = OfVendor;
    type Id = ShipmentId;

    const ID: Column = Column::Id;

    fn select(wanted: &OfVendor) -> Select<Entity> {
        let statuses = wanted.statuses.clone();
        Entity::find()
            .filter(Column::VendorId.eq(wanted.vendor))
            .filter(Condition::all().add_option(statuses.map(|statuses| Column::Status.is_in(statuses))))
    }
}

/// What is in a shipment, in the order of its lines.
pub enum ItemsOf {}

impl Group for ItemsOf {
    type Entity = shipment_item::Entity;
    type Key = ShipmentId;

    const OF: shipment_item::Column = shipment_item::Column::ShipmentId;
    const ORDER: Option<shipment_item::Column> = Some(shipment_item::Column::Position);

    /// What was refunded before it left is not in it.
    fn rows() -> Select<shipment_item::Entity> {
        shipment_item::Entity::find().filter(shipment_item::Column::Quantity.gt(0))
    }
}

/// What happened to a shipment, oldest first.
pub enum EventsOf {}

impl Group for EventsOf {
    type Entity = tracking_event::Entity;
    type Key = ShipmentId;

    const OF: tracking_event::Column = tracking_event::Column::ShipmentId;
    const ORDER: Option<tracking_event::Column> = Some(tracking_event::Column::Version);
}

pub async fn find(database: &Database, id: ShipmentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// The shipment with this tracking number, as it is stored.
pub async fn find_by_number(database: &Database, number: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::TrackingNumber.eq(number)).one(database.read()).await?)
}

/// The shipment whose tracking link has this token.
pub async fn find_by_token(database: &Database, token: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::TrackingToken.eq(token)).one(database.read()).await?)
}

/// The shipments of an order, by their numbers.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Vec<Model>, StoreError> {
    Ok(ShipmentsOfOrder::select(&[order]).all(database.read()).await?)
}

/// The shipment, locked until the end of `tx`.
pub async fn lock(tx: &Transaction, id: ShipmentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The shipments of an order, by their numbers, locked until the end of `tx`.
pub async fn lock_of_order(tx: &Transaction, order: OrderId) -> Result<Vec<Model>, StoreError> {
    Ok(ShipmentsOfOrder::select(&[order]).lock_exclusive().all(&**tx).await?)
}

/// These shipments, locked until the end of `tx` in the order of their orders and numbers, in which everybody locks them.
pub async fn lock_all(tx: &Transaction, ids: &[ShipmentId]) -> Result<Vec<Model>, StoreError> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    let rows = rows.order_by_asc(Column::OrderId).order_by_asc(Column::Number);
    Ok(rows.lock_exclusive().all(&**tx).await?)
}

/// Everything that is in a shipment, or was until it was refunded.
pub async fn items(
    connection: &impl ConnectionTrait,
    shipment: ShipmentId,
) -> Result<Vec<shipment_item::Model>, StoreError> {
    Ok(shipment_item::Entity::find()
        .filter(shipment_item::Column::ShipmentId.eq(shipment))
        .order_by_asc(shipment_item::Column::Position)
        .all(connection)
        .await?)
}

/// Keeps new shipments with all their rows.
pub async fn insert(
    tx: &Transaction,
    shipments: &[Model],
    items: &[shipment_item::Model],
    events: &[tracking_event::Model],
) -> Result<(), StoreError> {
    let rows = shipments.iter().map(|row| row.clone().into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    let rows = items.iter().map(|row| row.clone().into_active_model().reset_all());
    shipment_item::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    let rows = events.iter().map(|row| row.clone().into_active_model().reset_all());
    tracking_event::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes a shipment as it is now.
pub async fn update(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn insert_event(tx: &Transaction, event: tracking_event::Model) -> Result<(), StoreError> {
    let row = event.into_active_model().reset_all();
    tracking_event::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes how many pieces of a line are in a shipment.
pub async fn set_quantity(tx: &Transaction, item: &shipment_item::Model) -> Result<(), StoreError> {
    shipment_item::Entity::update_many()
        .col_expr(shipment_item::Column::Quantity, Expr::value(item.quantity))
        .filter(shipment_item::Column::ShipmentId.eq(item.shipment_id))
        .filter(shipment_item::Column::LineId.eq(item.line_id))
        .exec(&**tx)
        .await?;
    Ok(())
}
