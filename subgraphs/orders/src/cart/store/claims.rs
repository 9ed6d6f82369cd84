//! Queries of what orders under way are buying of carts.

use crate::order::PAID;
use orders_entities::order::{self, Status};
use orders_entities::{cart, cart_line};
use platform_core::id::{CartId, CartLineId, OfferId, OrderId};
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::seen_price_of;
use crate::peers::catalog::WantedLine;

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
        .filter(order::Column::Status.is_in(PAID.into_iter().chain([Status::Confirmed])))
        .order_by_desc(order::Column::CartVersion)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await?)
}

/// An order, and the cart that it has a claim on; the cart is locked until the end of `tx`, and the order after it. `None`:
/// there is no such order.
pub async fn lock_claimed(
    tx: &Transaction,
    id: OrderId,
) -> Result<Option<(order::Model, Option<cart::Model>)>, StoreError> {
    for _ in 0..ATTEMPTS {
        let claimed = order::Entity::find_by_id(id).select_only().column(order::Column::ClaimedCartId);
        let cart = cart::Entity::find()
            .filter(cart::Column::Id.in_subquery(claimed.into_query()))
            .lock_exclusive()
            .one(&**tx)
            .await?;
        let Some(order) = order::Entity::find_by_id(id).lock_exclusive().one(&**tx).await? else {
            return Ok(None);
        };
        // Otherwise a merge has moved the claim before the cart's lock was ours. It moves no more: the order is locked.
        if order.claimed_cart_id == cart.as_ref().map(|cart| cart.id) {
            return Ok(Some((order, cart)));
        }
    }
    Err(DbErr::Custom("the cart of an order is merged again and again".to_owned()).into())
}

/// Removes the lines of which an order buys all there is, and has claimed it; returns how many.
pub async fn remove_bought(
    tx: &Transaction,
    cart: CartId,
    bought: &[WantedLine],
) -> Result<usize, StoreError> {
    if bought.is_empty() {
        return Ok(0);
    }
    let any = bought.iter().fold(Condition::any(), |any, line| {
        any.add(
            cart_line::Column::OfferId
                .eq(line.offer_id)
                .and(cart_line::Column::Quantity.eq(line.quantity))
                .and(cart_line::Column::Claimed.eq(line.quantity)),
        )
    });
    let removed = cart_line::Entity::delete_many()
        .filter(cart_line::Column::CartId.eq(cart))
        .filter(any)
        .exec(&**tx)
        .await?;
    Ok(usize::try_from(removed.rows_affected).unwrap_or(usize::MAX))
}

/// Claims all pieces of all lines of a cart that is locked; false, and nothing, if there are none or an order has a claim on
/// it.
pub async fn claim_everything(tx: &Transaction, cart: CartId) -> Result<bool, StoreError> {
    let claimants = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::ClaimedCartId.eq(cart))
        .into_query();
    let claimed = cart_line::Entity::update_many()
        .col_expr(cart_line::Column::Claimed, Expr::col(cart_line::Column::Quantity))
        .filter(cart_line::Column::CartId.eq(cart))
        .filter(Expr::not_exists(claimants))
        .exec(&**tx)
        .await?;
    Ok(claimed.rows_affected > 0)
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

/// The claims on a cart are on another from now on, or on none.
pub async fn move_claims(tx: &Transaction, from: CartId, to: Option<CartId>) -> Result<(), StoreError> {
    order::Entity::update_many()
        .col_expr(order::Column::ClaimedCartId, Expr::value(to))
        .filter(order::Column::ClaimedCartId.eq(from))
        .exec(&**tx)
        .await?;
    Ok(())
}
