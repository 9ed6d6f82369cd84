//! Queries of orders.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use orders_entities::{order, order_event, order_line, vendor_order};
use platform_core::id::{OrderId, ProductId, UserId, VendorId, VendorOrderId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction, was_inserted};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

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

/// Whose orders a list shows.
#[derive(Debug, Clone, Copy)]
pub enum OrdersOf {
    User(UserId),
    Everybody,
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

/// Orders of `whom`, newest first, after the key of `page`; one more than asked for, to know whether more follow.
/// Attempts that nobody could pay for are none.
pub async fn page(
    database: &Database,
    whom: OrdersOf,
    page: &Page<OrderId>,
) -> Result<Vec<order::Model>, StoreError> {
    let mut query = order::Entity::find()
        .filter(became_one())
        .order_by_desc(order::Column::Id)
        .limit(page.first.saturating_add(1));
    if let OrdersOf::User(user) = whom {
        query = query.filter(order::Column::UserId.eq(user));
    }
    if let Some(after) = page.after {
        query = query.filter(order::Column::Id.lt(after));
    }
    Ok(query.all(database.replica()).await?)
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

/// A vendor's part of an order, if it is or was the vendor's business.
pub async fn find_for_vendor(
    database: &Database,
    id: VendorOrderId,
) -> Result<Option<vendor_order::Model>, StoreError> {
    Ok(vendor_order::Entity::find_by_id(id)
        .filter(Expr::exists(was_confirmed()))
        .one(database.read())
        .await?)
}

/// A vendor's parts of orders, newest first, one more than asked for. What is not paid for yet, or never was, is not
/// the vendor's business.
pub async fn vendor_page(
    database: &Database,
    vendor: VendorId,
    page: &Page<VendorOrderId>,
) -> Result<Vec<vendor_order::Model>, StoreError> {
    let mut query = vendor_order::Entity::find()
        .filter(vendor_order::Column::VendorId.eq(vendor))
        .filter(vendor_order::Column::Status.ne(vendor_order::Status::Pending))
        .filter(Expr::exists(was_confirmed()))
        .order_by_desc(vendor_order::Column::Id)
        .limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        query = query.filter(vendor_order::Column::Id.lt(after));
    }
    Ok(query.all(database.replica()).await?)
}

pub async fn history(database: &Database, id: OrderId) -> Result<Vec<order_event::Model>, StoreError> {
    Ok(order_event::Entity::find()
        .filter(order_event::Column::OrderId.eq(id))
        .order_by_asc(order_event::Column::Version)
        .all(database.read())
        .await?)
}

/// The lines of an order, in their order.
pub async fn lines<C: ConnectionTrait>(
    connection: &C,
    order: OrderId,
) -> Result<Vec<order_line::Model>, StoreError> {
    Ok(order_line::Entity::find()
        .filter(order_line::Column::OrderId.eq(order))
        .order_by_asc(order_line::Column::Position)
        .all(connection)
        .await?)
}

pub async fn vendor_orders(tx: &Transaction, order: OrderId) -> Result<Vec<vendor_order::Model>, StoreError> {
    Ok(vendor_order::Entity::find().filter(vendor_order::Column::OrderId.eq(order)).all(&**tx).await?)
}

pub async fn set_vendor_orders(
    tx: &Transaction,
    order: OrderId,
    status: vendor_order::Status,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    use vendor_order::Column;
    vendor_order::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::OrderId.eq(order))
        // What was delivered stays delivered.
        .filter(Column::Status.ne(vendor_order::Status::Delivered))
        .exec(&**tx)
        .await?;
    Ok(())
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

/// Orders by id.
pub struct OrderById(pub Database);

impl Loader<OrderId> for OrderById {
    type Value = order::Model;
    type Error = StoreError;

    async fn load(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, order::Model>, StoreError> {
        let rows = order::Entity::find()
            .filter(order::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.read())
            .await?;
        Ok(rows.into_iter().map(|o| (o.id, o)).collect())
    }
}

/// Lines and vendors' parts of orders.
pub struct LinesOfOrders(pub Database);

impl Loader<OrderId> for LinesOfOrders {
    type Value = (Vec<order_line::Model>, Vec<vendor_order::Model>);
    type Error = StoreError;

    async fn load(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, Self::Value>, StoreError> {
        let lines = order_line::Entity::find()
            .filter(order_line::Column::OrderId.is_in(ids.iter().copied()))
            .order_by_asc(order_line::Column::Position)
            .all(self.0.read());
        let parts = vendor_order::Entity::find()
            .filter(vendor_order::Column::OrderId.is_in(ids.iter().copied()))
            .order_by_asc(vendor_order::Column::Id)
            .all(self.0.read());
        let (lines, parts) = futures::try_join!(lines, parts)?;
        let mut by_order = HashMap::<OrderId, Self::Value>::new();
        for line in lines {
            by_order.entry(line.order_id).or_default().0.push(line);
        }
        for part in parts {
            by_order.entry(part.order_id).or_default().1.push(part);
        }
        Ok(by_order)
    }
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
        .filter(order::Column::Status.is_in([order::Status::Paid, order::Status::Completed]))
        .filter(order_line::Column::ProductId.eq(product))
        .one(database.read())
        .await?;
    Ok(found.is_some())
}
