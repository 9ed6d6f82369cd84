//! Queries of orders.

mod list;

use std::collections::HashMap;

use orders_entities::{
    order, order_event, order_line, order_refund, order_refund_line, parcel, vendor_order,
};
use platform_core::id::{OrderId, OrderLineId, ProductId, ShipmentId, UserId, VendorOrderId};
use platform_database::{Database, StoreError, Transaction, was_inserted};
use platform_server::{Group, List};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::list::PartsFilter;
use super::status;

pub use list::{counts, filtered};

pub async fn find(database: &Database, id: OrderId) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find_by_id(id).one(database.read()).await?)
}

pub async fn find_by_number(database: &Database, number: &str) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find().filter(order::Column::Number.eq(number)).one(database.read()).await?)
}

pub async fn find_by_key(database: &Database, key: &str) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find().filter(order::Column::IdempotencyKey.eq(key)).one(database.read()).await?)
}

/// The order, locked until the end of `tx`.
pub async fn lock(tx: &Transaction, id: OrderId) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Keeps a new order; false if its key is taken.
pub async fn insert_unless_known(tx: &Transaction, row: order::ActiveModel) -> Result<bool, StoreError> {
    let inserted = order::Entity::insert(row)
        .on_conflict_do_nothing_on([order::Column::IdempotencyKey])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

pub async fn insert_vendor_orders(
    tx: &Transaction,
    rows: Vec<vendor_order::ActiveModel>,
) -> Result<(), StoreError> {
    vendor_order::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn insert_lines(tx: &Transaction, rows: Vec<order_line::ActiveModel>) -> Result<(), StoreError> {
    order_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn insert_history(tx: &Transaction, rows: Vec<order_event::ActiveModel>) -> Result<(), StoreError> {
    order_event::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes into an order's history what made the version at which it stands.
pub async fn note(
    tx: &Transaction,
    order: &order::Model,
    reason: &str,
    actor: Option<UserId>,
) -> Result<(), StoreError> {
    let row = order_event::ActiveModel {
        order_id: Set(order.id),
        version: Set(order.version),
        status: Set(order.status),
        reason: Set(Some(reason.to_owned())),
        actor_id: Set(actor),
        at: Set(order.updated_at),
    };
    insert_history(tx, vec![row]).await
}

/// Writes what is set of an order.
pub async fn update(tx: &Transaction, changed: order::ActiveModel) -> Result<order::Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

/// Whether there is no order, not even an attempt.
pub async fn is_empty(database: &Database) -> Result<bool, StoreError> {
    Ok(order::Entity::find().one(database.read()).await?.is_none())
}

/// A vendor's part of an order.
pub async fn find_part(
    database: &Database,
    id: VendorOrderId,
) -> Result<Option<vendor_order::Model>, StoreError> {
    Ok(vendor_order::Entity::find_by_id(id).one(database.read()).await?)
}

/// What became an order for its buyer: not an attempt that nobody could pay for, which `placeOrder` refused in its own
/// answer.
fn became_one() -> Condition {
    Condition::any()
        .add(order::Column::Status.ne(order::Status::Failed))
        .add(order::Column::Reason.is_null())
        .add(order::Column::Reason.ne("PAYMENT_MEANS_REJECTED"))
}

/// An order, unless it is an attempt that lists leave out.
pub async fn find_listed(database: &Database, id: OrderId) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find_by_id(id).filter(became_one()).one(database.read()).await?)
}

/// A user's orders, without attempts that nobody could pay for.
pub enum OrdersOf {}

impl List for OrdersOf {
    type Entity = order::Entity;
    type Key = UserId;
    type Id = OrderId;

    const ID: order::Column = order::Column::Id;

    fn select(user: &UserId) -> Select<order::Entity> {
        order::Entity::find().filter(order::Column::UserId.eq(*user)).filter(became_one())
    }
}

/// Whether the order of a vendor's part was ever confirmed: only then is it, or was it, the vendor's business.
fn was_confirmed() -> sea_orm::sea_query::SelectStatement {
    sea_orm::sea_query::Query::select()
        .expr(Expr::val(1))
        .from(order_event::Entity)
        .and_where(
            Expr::col((order_event::Entity, order_event::Column::OrderId))
                .equals((vendor_order::Entity, vendor_order::Column::OrderId)),
        )
        .and_where(Expr::col((order_event::Entity, order_event::Column::Status)).eq(order::Status::Confirmed))
        .take()
}

/// Orders of which all that was paid in money was given back and that stand as paid or delivered, by id after `after`.
pub async fn refunded_and_not_settled(
    database: &Database,
    after: OrderId,
    limit: u64,
) -> Result<Vec<OrderId>, StoreError> {
    // In the words of the index `orders_paid_and_refunded`, which a database does not recognise in bound values.
    let refunded = "status IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND refunded_minor > 0 \
                    AND refunded_minor >= total_minor - points_minor AND total_minor > points_minor";
    Ok(order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(Expr::cust(refunded))
        .filter(order::Column::Id.gt(after))
        .order_by_asc(order::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(database.read())
        .await?)
}

/// A vendor's part of an order by its id, if it is or was the vendor's business.
pub enum VendorsPart {}

impl Group for VendorsPart {
    type Entity = vendor_order::Entity;
    type Key = VendorOrderId;

    const OF: vendor_order::Column = vendor_order::Column::Id;

    fn rows() -> Select<vendor_order::Entity> {
        vendor_order::Entity::find().filter(Expr::exists(was_confirmed()))
    }
}

/// A vendor's parts of orders. What is not paid for yet, or never was, is not the vendor's business.
pub enum PartsOfVendor {}

impl List for PartsOfVendor {
    type Entity = vendor_order::Entity;
    type Key = PartsFilter;
    type Id = VendorOrderId;

    const ID: vendor_order::Column = vendor_order::Column::Id;

    fn select(parts: &PartsFilter) -> Select<vendor_order::Entity> {
        let statuses = parts.statuses.clone();
        vendor_order::Entity::find()
            .filter(vendor_order::Column::VendorId.eq(parts.vendor))
            .filter(vendor_order::Column::Status.ne(vendor_order::Status::Pending))
            .filter(list::within(parts.placed, vendor_order::Column::PlacedAt))
            .filter(Condition::all().add_option(statuses.map(|s| vendor_order::Column::Status.is_in(s))))
            .filter(Expr::exists(was_confirmed()))
    }
}

/// The history of an order, oldest first.
pub enum HistoryOf {}

impl Group for HistoryOf {
    type Entity = order_event::Entity;
    type Key = OrderId;

    const OF: order_event::Column = order_event::Column::OrderId;
    const ORDER: Option<order_event::Column> = Some(order_event::Column::Version);
}

/// The lines of an order, in their order.
pub enum LinesOf {}

impl Group for LinesOf {
    type Entity = order_line::Entity;
    type Key = OrderId;

    const OF: order_line::Column = order_line::Column::OrderId;
    const ORDER: Option<order_line::Column> = Some(order_line::Column::Position);
}

/// The vendors' parts of an order, oldest first.
pub enum PartsOf {}

impl Group for PartsOf {
    type Entity = vendor_order::Entity;
    type Key = OrderId;

    const OF: vendor_order::Column = vendor_order::Column::OrderId;
    const ORDER: Option<vendor_order::Column> = Some(vendor_order::Column::Id);
}

/// The lines of an order, in their order.
pub async fn lines<C: ConnectionTrait>(
    connection: &C,
    order: OrderId,
) -> Result<Vec<order_line::Model>, StoreError> {
    Ok(LinesOf::select(&[order]).all(connection).await?)
}

pub async fn vendor_orders(tx: &Transaction, order: OrderId) -> Result<Vec<vendor_order::Model>, StoreError> {
    Ok(vendor_order::Entity::find().filter(vendor_order::Column::OrderId.eq(order)).all(&**tx).await?)
}

/// Gives the vendors' parts of an order a status, and returns those that were given it.
pub async fn set_vendor_orders(
    tx: &Transaction,
    order: OrderId,
    status: vendor_order::Status,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<vendor_order::Model>, StoreError> {
    use vendor_order::Column;
    Ok(vendor_order::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::OrderId.eq(order))
        // What has left stands where its parcels are.
        .filter(Column::Status.is_in([vendor_order::Status::Pending, vendor_order::Status::Open]))
        .exec_with_returning(&**tx)
        .await?)
}

/// Calls those of the vendors' parts off that are still to be sent.
pub async fn close_parts(
    tx: &Transaction,
    parts: &[VendorOrderId],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool, StoreError> {
    use vendor_order::Column;
    if parts.is_empty() {
        return Ok(false);
    }
    let closed = vendor_order::Entity::update_many()
        .col_expr(Column::Status, Expr::value(vendor_order::Status::Cancelled))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.is_in(parts.iter().copied()))
        .filter(Column::Status.eq(vendor_order::Status::Open))
        .exec(&**tx)
        .await?;
    Ok(closed.rows_affected > 0)
}

/// The money that refunds of pieces and shipping gave back, or are about to.
pub async fn refunded_by_pieces(tx: &Transaction, order: OrderId) -> Result<i64, StoreError> {
    use order_refund::{Column, Status};
    let of_order = order_refund::Entity::find().filter(Column::OrderId.eq(order));
    let amounts: Vec<i64> = of_order
        .filter(Column::Status.ne(Status::Failed))
        .select_only()
        .column(Column::MoneyMinor)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(amounts.iter().sum())
}

/// Whether pieces of an order are not refunded.
pub async fn has_pieces_left(tx: &Transaction, order: OrderId) -> Result<bool, StoreError> {
    use order_line::Column;
    let left = order_line::Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Expr::col(Column::RefundedQuantity).lt(Expr::col(Column::Quantity)))
        .one(&**tx)
        .await?;
    Ok(left.is_some())
}

/// How many pieces of each line refunds give back that are under way.
pub async fn pieces_under_way(
    tx: &Transaction,
    order: OrderId,
) -> Result<HashMap<OrderLineId, i32>, StoreError> {
    use order_refund::{Column, Status};
    let open = Query::select()
        .column(Column::Id)
        .from(order_refund::Entity)
        .and_where(Column::OrderId.eq(order))
        .and_where(Column::Status.eq(Status::Pending))
        .take();
    let rows = order_refund_line::Entity::find()
        .filter(order_refund_line::Column::RefundId.in_subquery(open))
        .all(&**tx)
        .await?;
    let mut pieces = HashMap::new();
    for row in rows {
        *pieces.entry(row.line_id).or_insert(0) += row.quantity;
    }
    Ok(pieces)
}

/// The order with this number, locked until the end of `tx`.
pub async fn lock_by_number(tx: &Transaction, number: &str) -> Result<Option<order::Model>, StoreError> {
    Ok(order::Entity::find().filter(order::Column::Number.eq(number)).lock_exclusive().one(&**tx).await?)
}

/// Makes the vendors' parts of an order a user's.
pub async fn give_vendor_orders(tx: &Transaction, order: OrderId, user: UserId) -> Result<(), StoreError> {
    vendor_order::Entity::update_many()
        .col_expr(vendor_order::Column::UserId, Expr::value(user))
        .filter(vendor_order::Column::OrderId.eq(order))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether the user has a paid order of the product.
pub async fn has_bought(database: &Database, user: UserId, product: ProductId) -> Result<bool, StoreError> {
    let found = order_line::Entity::find()
        .join(
            JoinType::InnerJoin,
            order_line::Entity::belongs_to(order::Entity)
                .from(order_line::Column::OrderId)
                .to(order::Column::Id)
                .into(),
        )
        .filter(order::Column::UserId.eq(user))
        .filter(order::Column::Status.is_in(status::PAID))
        .filter(order_line::Column::ProductId.eq(product))
        .one(database.read())
        .await?;
    Ok(found.is_some())
}

/// Writes down where a parcel is, unless that is out of date; whether it was written.
pub async fn put_parcel(tx: &Transaction, row: parcel::Model) -> Result<bool, StoreError> {
    use parcel::Column;
    let later = Expr::col((parcel::Entity, Column::Version)).lt(row.version);
    let known = OnConflict::column(Column::Id)
        .update_columns([Column::Status, Column::Version])
        .action_and_where(later)
        .to_owned();
    let insert = parcel::Entity::insert(row.into_active_model().reset_all()).on_conflict(known);
    Ok(insert.exec_without_returning(&**tx).await? > 0)
}

/// A parcel, by its shipment.
pub async fn parcel(database: &Database, id: ShipmentId) -> Result<Option<parcel::Model>, StoreError> {
    Ok(parcel::Entity::find_by_id(id).one(database.read()).await?)
}

/// The parcels of an order.
pub async fn parcels(tx: &Transaction, order: OrderId) -> Result<Vec<parcel::Model>, StoreError> {
    Ok(parcel::Entity::find().filter(parcel::Column::OrderId.eq(order)).all(&**tx).await?)
}

/// Gives a vendor's part another status, as where its parcels are says.
pub async fn set_part(
    tx: &Transaction,
    part: VendorOrderId,
    status: vendor_order::Status,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    use vendor_order::Column;
    vendor_order::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(part))
        .exec(&**tx)
        .await?;
    Ok(())
}
