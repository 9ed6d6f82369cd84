//! Changes what is in a cart: one transaction, which counts the cart's version up.

use orders_entities::cart;
use platform_core::id::CartLineId;
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;

use super::error::CartError;
use super::owner::Owner;
use super::store::{self, CartRows};
use crate::app::App;

/// The most lines of one cart; catalog prices at most this many at once.
pub const MAX_LINES: usize = 200;
/// The most of one offer in a cart.
pub const MAX_QUANTITY: i32 = 9_999;

/// Sets the quantity of a line; zero removes it.
pub async fn set_quantity(
    app: &App,
    owner: &Owner,
    line: CartLineId,
    quantity: i32,
) -> Result<CartRows, CartError> {
    if quantity != 0 && check_quantity(quantity).is_err() {
        return Err(CartError::InvalidNewQuantity);
    }
    let tx = app.begin().await?;
    let cart = store::lock(&tx, owner).await?.ok_or(CartError::NoSuchLine)?;
    let found = match quantity {
        0 => store::remove_line(&tx, cart.id, line).await?,
        _ => store::set_quantity(&tx, cart.id, line, quantity).await?,
    };
    if !found {
        return Err(CartError::NoSuchLine);
    }
    let cart = store::touch(&tx, cart.id, app.now(), None).await?.ok_or(CartError::NoSuchLine)?;
    finish(tx, cart).await
}

/// Takes all lines and the coupon out.
pub async fn clear(app: &App, owner: &Owner) -> Result<CartRows, CartError> {
    let tx = app.begin().await?;
    let cart = open(&tx, app, owner, Some(None)).await?;
    store::clear(&tx, cart.id).await?;
    finish(tx, cart).await
}

/// Sets or removes the cart's coupon; whether it applies is said by each quote.
pub async fn set_coupon(app: &App, owner: &Owner, code: Option<String>) -> Result<CartRows, CartError> {
    let tx = app.begin().await?;
    let cart = open(&tx, app, owner, Some(code)).await?;
    finish(tx, cart).await
}

/// The owner's cart, made if need be, with its version counted up and, if given, another coupon; locked until the end of
/// `tx`.
pub(super) async fn open(
    tx: &Transaction,
    app: &App,
    owner: &Owner,
    coupon: Option<Option<String>>,
) -> Result<cart::Model, CartError> {
    let now = app.now();
    let (user_id, guest_id) = match owner {
        Owner::User(id) => (Some(*id), None),
        Owner::Guest(id) => (None, Some(id.clone())),
    };
    let fresh = cart::ActiveModel {
        id: Set(app.next_id()),
        user_id: Set(user_id),
        guest_id: Set(guest_id),
        coupon_code: Set(coupon.clone().flatten()),
        coupon_order_id: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Ok(store::open(tx, owner, fresh, coupon).await?)
}

/// Commits a changed cart, unless it has grown too long.
pub(super) async fn finish(tx: Transaction, cart: cart::Model) -> Result<CartRows, CartError> {
    let lines = store::lines(&*tx, cart.id).await?;
    if lines.len() > MAX_LINES {
        return Err(CartError::TooManyLines);
    }
    tx.commit().await?;
    Ok(CartRows { cart, lines })
}

pub(super) fn check_quantity(quantity: i32) -> Result<(), CartError> {
    if (1..=MAX_QUANTITY).contains(&quantity) { Ok(()) } else { Err(CartError::InvalidQuantity) }
}
