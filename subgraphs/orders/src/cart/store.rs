//! Queries of carts.

pub mod claims;

use orders_entities::{cart, cart_line};
use platform_core::id::{CartId, CartLineId, OfferId, OrderId, UserId};
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::owner::Owner;

/// A cart with its lines.
#[derive(Debug, Clone)]
pub struct CartRows {
    pub cart: cart::Model,
    pub lines: Vec<cart_line::Model>,
}

fn of(owner: &Owner) -> sea_orm::sea_query::SimpleExpr {
    match owner {
        Owner::User(id) => cart::Column::UserId.eq(*id),
        Owner::Guest(id) => cart::Column::GuestId.eq(id.as_str()),
    }
}

/// The owner's cart with its lines, in the order in which they were added.
pub async fn find(database: &Database, owner: &Owner) -> Result<Option<CartRows>, StoreError> {
    let line =
        cart::Entity::belongs_to(cart_line::Entity).from(cart::Column::Id).to(cart_line::Column::CartId);
    let rows = cart::Entity::find()
        .filter(of(owner))
        .join(JoinType::LeftJoin, line.into())
        .select_also(cart_line::Entity)
        .order_by_asc(cart_line::Column::Id)
        .all(database.read())
        .await?;
    let (mut found, mut lines) = (None, Vec::with_capacity(rows.len()));
    for (cart, line) in rows {
        found = Some(cart);
        lines.extend(line);
    }
    Ok(found.map(|cart| CartRows { cart, lines }))
}

/// The owner's cart, locked until the end of `tx`.
pub async fn lock(tx: &Transaction, owner: &Owner) -> Result<Option<cart::Model>, StoreError> {
    Ok(cart::Entity::find().filter(of(owner)).lock_exclusive().one(&**tx).await?)
}

/// The owner's cart with its version counted up and, if given, another coupon; `fresh` becomes the cart of an owner who
/// has none. Locked until the end of `tx`.
pub async fn open(
    tx: &Transaction,
    owner: &Owner,
    fresh: cart::ActiveModel,
    coupon: Option<Option<String>>,
) -> Result<cart::Model, StoreError> {
    use cart::Column;
    let unique = match owner {
        Owner::User(_) => Column::UserId,
        Owner::Guest(_) => Column::GuestId,
    };
    let mut changed = OnConflict::column(unique);
    changed
        .value(Column::Version, Expr::col((cart::Entity, Column::Version)).add(1))
        .value(Column::UpdatedAt, Expr::col(("excluded", Column::UpdatedAt)));
    if let Some(coupon) = coupon {
        changed.value(Column::CouponCode, Expr::value(coupon));
        changed.value(Column::CouponOrderId, Expr::value(None::<OrderId>));
    }
    Ok(cart::Entity::insert(fresh).on_conflict(changed).exec_with_returning(&**tx).await?)
}

pub async fn lines<C: ConnectionTrait>(
    connection: &C,
    cart: CartId,
) -> Result<Vec<cart_line::Model>, StoreError> {
    Ok(LinesOf::select(&[cart]).all(connection).await?)
}

/// The lines of a cart, in the order in which they were added.
pub enum LinesOf {}

impl Group for LinesOf {
    type Entity = cart_line::Entity;
    type Key = CartId;

    const OF: cart_line::Column = cart_line::Column::CartId;
    const ORDER: Option<cart_line::Column> = Some(cart_line::Column::Id);
}

/// The cart of a user, who has one at most.
pub enum CartOf {}

impl Group for CartOf {
    type Entity = cart::Entity;
    type Key = UserId;

    const OF: cart::Column = cart::Column::UserId;
}

/// Adds a line of another cart, in whose place this one is.
pub async fn take_line(tx: &Transaction, row: cart_line::ActiveModel) -> Result<(), StoreError> {
    add_line(tx, row.reset_all()).await
}

/// Adds to the line of an offer, or makes it; its snapshot becomes the newer one. What one costs in the new quantity was
/// not seen yet.
pub async fn add_line(tx: &Transaction, row: cart_line::ActiveModel) -> Result<(), StoreError> {
    use cart_line::Column;
    cart_line::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Column::CartId, Column::OfferId])
                .value(
                    Column::Quantity,
                    Expr::col((cart_line::Entity, Column::Quantity))
                        .add(Expr::col(("excluded", Column::Quantity))),
                )
                .value(
                    Column::Claimed,
                    Expr::col((cart_line::Entity, Column::Claimed))
                        .add(Expr::col(("excluded", Column::Claimed))),
                )
                .value(Column::SeenPriceMinor, Expr::value(None::<i64>))
                .value(
                    Column::Snapshot,
                    Func::coalesce([
                        Expr::col(("excluded", Column::Snapshot)),
                        Expr::col((cart_line::Entity, Column::Snapshot)),
                    ]),
                )
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Sets the quantity of a line; false if the cart has no such line. What is claimed of it is at most all of it.
pub async fn set_quantity(
    tx: &Transaction,
    cart: CartId,
    line: CartLineId,
    quantity: i32,
) -> Result<bool, StoreError> {
    let changed = cart_line::Entity::update_many()
        .col_expr(cart_line::Column::Quantity, Expr::value(quantity))
        .col_expr(cart_line::Column::SeenPriceMinor, seen_price_of(quantity))
        .col_expr(
            cart_line::Column::Claimed,
            Expr::case(Expr::col(cart_line::Column::Claimed).gt(quantity), quantity)
                .finally(Expr::col(cart_line::Column::Claimed))
                .into(),
        )
        .filter(cart_line::Column::Id.eq(line))
        .filter(cart_line::Column::CartId.eq(cart))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// The price that the customer saw, of a line that gets `quantity`: that of another quantity says nothing of it.
fn seen_price_of(quantity: i32) -> sea_orm::sea_query::SimpleExpr {
    use cart_line::Column;
    Expr::case(Expr::col(Column::Quantity).eq(quantity), Expr::col(Column::SeenPriceMinor))
        .finally(Expr::value(None::<i64>))
        .into()
}

/// Removes a line; false if the cart has no such line.
pub async fn remove_line(tx: &Transaction, cart: CartId, line: CartLineId) -> Result<bool, StoreError> {
    let removed = cart_line::Entity::delete_many()
        .filter(cart_line::Column::Id.eq(line))
        .filter(cart_line::Column::CartId.eq(cart))
        .exec(&**tx)
        .await?;
    Ok(removed.rows_affected > 0)
}

pub async fn clear(tx: &Transaction, cart: CartId) -> Result<(), StoreError> {
    cart_line::Entity::delete_many().filter(cart_line::Column::CartId.eq(cart)).exec(&**tx).await?;
    Ok(())
}

/// Removes the lines of offers that went elsewhere.
pub async fn remove_offers(tx: &Transaction, cart: CartId, offers: &[OfferId]) -> Result<(), StoreError> {
    cart_line::Entity::delete_many()
        .filter(cart_line::Column::CartId.eq(cart))
        .filter(cart_line::Column::OfferId.is_in(offers.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Counts the cart's version up, with a coupon to set. `None`: there is no such cart.
pub async fn touch(
    tx: &Transaction,
    cart: CartId,
    now: chrono::DateTime<chrono::Utc>,
    coupon: Option<Option<String>>,
) -> Result<Option<cart::Model>, StoreError> {
    use cart::Column;
    let mut update = cart::Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now));
    if let Some(coupon) = coupon {
        update = update
            .col_expr(Column::CouponCode, Expr::value(coupon))
            .col_expr(Column::CouponOrderId, Expr::value(None::<OrderId>));
    }
    let touched = update.filter(Column::Id.eq(cart)).exec_with_returning(&**tx).await?;
    Ok(touched.into_iter().next())
}

pub async fn delete(tx: &Transaction, cart: CartId) -> Result<(), StoreError> {
    cart::Entity::delete_by_id(cart).exec(&**tx).await?;
    Ok(())
}

/// Writes down the prices that the customer sees now.
pub async fn set_seen_price(
    tx: &Transaction,
    line: CartLineId,
    minor: i64,
    currency: &str,
) -> Result<(), StoreError> {
    use cart_line::Column;
    cart_line::Entity::update_many()
        .set(cart_line::ActiveModel {
            seen_price_minor: Set(Some(minor)),
            seen_currency: Set(Some(currency.to_owned())),
            ..Default::default()
        })
        .filter(Column::Id.eq(line))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The cart, locked until the end of `tx`.
pub async fn lock_by_id(tx: &Transaction, id: CartId) -> Result<Option<cart::Model>, StoreError> {
    Ok(cart::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}
