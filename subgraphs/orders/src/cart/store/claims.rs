//! Queries of what orders under way are buying of carts.

use orders_entities::order::{self, Status};
use orders_entities::{cart, cart_line};
use platform_core::id::{CartId, CartLineId, OfferId, OrderId};
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{lock_by_id, seen_price_of};

/// Rounds against merges that move the claim while it is looked for.
const ATTEMPTS: usize = 5;

/// The order that is being made of a cart.
pub async fn claimant<C: ConnectionTrait>(
    connection: &C,
    cart: CartId,
) -> Result<Option<OrderId>, StoreError> {
    Ok(order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::ClaimedCartId.eq(cart))
        .order_by_asc(order::Column::Id)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await?)
}

/// The last order that took something out of a cart when it had this version, or a later one.
pub async fn ordered_since<C: ConnectionTrait>(
    connection: &C,
    cart: CartId,
    version: i64,
) -> Result<Option<OrderId>, StoreError> {
    Ok(order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::CartId.eq(cart))
        .filter(order::Column::CartVersion.gte(version))
        .filter(order::Column::Status.is_in([Status::Confirmed, Status::Paid, Status::Completed]))
        .order_by_desc(order::Column::CartVersion)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await?)
}

/// Whether the order was made of a cart that it names.
pub async fn knows_its_cart(tx: &Transaction, order: OrderId) -> Result<bool, StoreError> {
    let found = order::Entity::find_by_id(order).one(&**tx).await?;
    Ok(found.is_some_and(|order| order.cart_id.is_some()))
}

/// The cart that an order has a claim on, locked until the end of `tx`.
pub async fn lock_claimed(tx: &Transaction, order: OrderId) -> Result<Option<cart::Model>, StoreError> {
    for _ in 0..ATTEMPTS {
        let Some(id) = claimed_cart(tx, order).await? else { return Ok(None) };
        let cart = lock_by_id(tx, id).await?;
        // A merge may have moved the claim before the lock was ours.
        if cart.is_some() && claimed_cart(tx, order).await? == Some(id) {
            return Ok(cart);
        }
    }
    Err(DbErr::Custom("the cart of an order is merged again and again".to_owned()).into())
}

async fn claimed_cart(tx: &Transaction, order: OrderId) -> Result<Option<CartId>, StoreError> {
    let found: Option<Option<CartId>> = order::Entity::find_by_id(order)
        .select_only()
        .column(order::Column::ClaimedCartId)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(found.flatten())
}

/// Claims all pieces of all lines.
pub async fn claim_everything(tx: &Transaction, cart: CartId) -> Result<(), StoreError> {
    cart_line::Entity::update_many()
        .col_expr(cart_line::Column::Claimed, Expr::col(cart_line::Column::Quantity))
        .filter(cart_line::Column::CartId.eq(cart))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Claims pieces of an offer that nobody has claimed yet.
pub async fn claim_line(
    tx: &Transaction,
    cart: CartId,
    offer: OfferId,
    pieces: i32,
) -> Result<(), StoreError> {
    cart_line::Entity::update_many()
        .col_expr(cart_line::Column::Claimed, Expr::value(pieces))
        .filter(cart_line::Column::CartId.eq(cart))
        .filter(cart_line::Column::OfferId.eq(offer))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes which order uses the coupon.
pub async fn claim_coupon(tx: &Transaction, cart: CartId, order: OrderId) -> Result<(), StoreError> {
    set_coupon_order(tx, cart, Some(order)).await
}

pub async fn free_coupon(tx: &Transaction, cart: CartId) -> Result<(), StoreError> {
    set_coupon_order(tx, cart, None).await
}

async fn set_coupon_order(tx: &Transaction, cart: CartId, order: Option<OrderId>) -> Result<(), StoreError> {
    cart::Entity::update_many()
        .col_expr(cart::Column::CouponOrderId, Expr::value(order))
        .filter(cart::Column::Id.eq(cart))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Sets what is left of a line, and what of it is claimed; nothing left removes it.
pub async fn set_line(
    tx: &Transaction,
    line: CartLineId,
    quantity: i32,
    claimed: i32,
) -> Result<(), StoreError> {
    if quantity <= 0 {
        cart_line::Entity::delete_by_id(line).exec(&**tx).await?;
        return Ok(());
    }
    cart_line::Entity::update_many()
        .col_expr(cart_line::Column::Quantity, Expr::value(quantity))
        .col_expr(cart_line::Column::SeenPriceMinor, seen_price_of(quantity))
        .col_expr(cart_line::Column::Claimed, Expr::value(claimed))
        .filter(cart_line::Column::Id.eq(line))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The order has no claim any more.
pub async fn end_claim(tx: &Transaction, order: OrderId) -> Result<(), StoreError> {
    order::Entity::update_many()
        .col_expr(order::Column::ClaimedCartId, Expr::value(None::<CartId>))
        .filter(order::Column::Id.eq(order))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The claims on a cart are on another from now on, or on none.
pub async fn move_claims(tx: &Transaction, from: CartId, to: Option<CartId>) -> Result<(), StoreError> {
    order::Entity::update_many()
        .col_expr(order::Column::ClaimedCartId, Expr::value(to))
        .filter(order::Column::ClaimedCartId.eq(from))
        .exec(&**tx)
        .await?;
    Ok(())
}
