//! What orders under way are buying of a cart.
//!
//! An order claims the pieces and the coupon that it was made of, until it is confirmed (then they leave the cart) or
//! comes to nothing (then they are free again). While claimed pieces are in a cart no other order is made of it; what is
//! added to it meanwhile stays. Claims follow their lines when carts are merged.
//!
//! Invariants: whoever changes claims has locked the cart first and the order after it; of a line at most its quantity
//! is claimed; a version of a cart makes one order (UNIQUE); an order lets go of its cart with the change of status that
//! decides it, in the transaction that ends its claims on the lines.

use std::collections::HashMap;

use orders_entities::{cart, order};
use platform_core::id::{OfferId, OrderId};
use platform_database::Transaction;

use super::error::CartError;
use super::graphql::wanted;
use super::owner::Owner;
use super::store::{self, CartRows, claims};
use crate::app::App;
use crate::peers::catalog::WantedLine;

/// What became of an order's wish for a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The order may be made, of the cart in this version.
    Made { version: i64 },
    /// An order is being made of it, or was made since it was read.
    Ordered(OrderId),
    /// It does not hold any more what was read.
    Changed,
}

/// Ties what was read of a cart to `order`, in the transaction that makes the order.
pub async fn claim(tx: &Transaction, read: &CartRows, order: OrderId) -> Result<Claim, CartError> {
    let Some(cart) = store::lock_by_id(tx, read.cart.id).await? else { return Ok(Claim::Changed) };
    // Mostly nothing happened since it was read.
    let is_claimed = cart.version == read.cart.version && claims::claim_everything(tx, cart.id).await?;
    if !is_claimed && let Some(refused) = claim_changed(tx, read, &cart).await? {
        return Ok(refused);
    }
    if cart.coupon_code.is_some() {
        claims::claim_coupon(tx, cart.id, order).await?;
    }
    Ok(Claim::Made { version: cart.version })
}

/// Claims what was read of a cart that has changed since, or has a claim on it; otherwise says why not.
async fn claim_changed(
    tx: &Transaction,
    read: &CartRows,
    cart: &cart::Model,
) -> Result<Option<Claim>, CartError> {
    if let Some(order) = claims::claimant(&**tx, cart.id).await? {
        if store::lines(&**tx, cart.id).await?.iter().any(|line| line.claimed > 0) {
            return Ok(Some(Claim::Ordered(order)));
        }
        // All that it is buying was taken out of the cart: what is in it now is something else.
        claims::move_claims(tx, cart.id, None).await?;
    }
    if cart.version != read.cart.version
        && let Some(order) = claims::ordered_since(&**tx, cart.id, read.cart.version).await?
    {
        return Ok(Some(Claim::Ordered(order)));
    }
    // More may have been put in; what is being ordered must be there still.
    let now = store::lines(&**tx, cart.id).await?;
    let now: HashMap<OfferId, i32> = now.iter().map(|line| (line.offer_id, line.quantity)).collect();
    let holds = |line: &WantedLine| now.get(&line.offer_id).is_some_and(|n| *n >= line.quantity);
    let wanted = wanted(read);
    if cart.coupon_code != read.cart.coupon_code || !wanted.iter().all(holds) {
        return Ok(Some(Claim::Changed));
    }
    for line in wanted {
        claims::claim_line(tx, cart.id, line.offer_id, line.quantity).await?;
    }
    Ok(None)
}

/// The order that has this cart: one that is being made of it, or the one that emptied it.
pub async fn ordered_by(app: &App, read: &CartRows) -> Result<Option<OrderId>, CartError> {
    let connection = app.database().read();
    let is_claimed = read.lines.iter().any(|line| line.claimed > 0);
    if is_claimed && let Some(order) = claims::claimant(connection, read.cart.id).await? {
        return Ok(Some(order));
    }
    if !read.lines.is_empty() {
        return Ok(None);
    }
    // Emptied by an order and not touched since.
    Ok(claims::ordered_since(connection, read.cart.id, read.cart.version.saturating_sub(1)).await?)
}

/// Takes what an order has bought out of the cart, in the transaction that confirms the order; returns the order,
/// locked. It has the claim until its status changes. `owner` is asked of orders that were placed before orders knew
/// their cart. `None`: there is no such order.
pub async fn take_bought(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    owner: Option<&Owner>,
    bought: &[WantedLine],
) -> Result<Option<order::Model>, CartError> {
    let Some((order, cart)) = claims::lock_claimed(tx, order).await? else { return Ok(None) };
    match (cart, owner) {
        (Some(cart), _) => take_claimed(tx, app, &order, &cart, bought).await?,
        (None, Some(owner)) if order.cart_id.is_none() => take_unclaimed(tx, app, owner, bought).await?,
        (None, _) => {}
    }
    Ok(Some(order))
}

async fn take_claimed(
    tx: &Transaction,
    app: &App,
    order: &order::Model,
    cart: &cart::Model,
    bought: &[WantedLine],
) -> Result<(), CartError> {
    // Mostly nothing was added to the lines meanwhile.
    if claims::remove_bought(tx, cart.id, bought).await? < bought.len() {
        end_claims(tx, cart, bought, true).await?;
    }
    let coupon = (cart.coupon_order_id == Some(order.id)).then_some(None);
    store::touch(tx, cart.id, app.now(), coupon).await?;
    Ok(())
}

/// Leaves in the cart what an order would have bought, in the transaction that ends the order. It has the claim until
/// its status changes.
pub async fn set_free(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    wanted: &[WantedLine],
) -> Result<(), CartError> {
    let Some((order, Some(cart))) = claims::lock_claimed(tx, order).await? else { return Ok(()) };
    end_claims(tx, &cart, wanted, false).await?;
    store::touch(tx, cart.id, app.now(), None).await?;
    if cart.coupon_order_id == Some(order.id) {
        claims::free_coupon(tx, cart.id).await?;
    }
    Ok(())
}

/// Ends what of the lines an order has claimed, and takes it out of them if it `is_bought`.
async fn end_claims(
    tx: &Transaction,
    cart: &cart::Model,
    lines: &[WantedLine],
    is_bought: bool,
) -> Result<(), CartError> {
    let wanted: HashMap<OfferId, i32> = lines.iter().map(|line| (line.offer_id, line.quantity)).collect();
    for line in store::lines(&**tx, cart.id).await? {
        let ended = wanted.get(&line.offer_id).copied().unwrap_or(0).min(line.claimed);
        if ended > 0 {
            let left = if is_bought { line.quantity.saturating_sub(ended) } else { line.quantity };
            claims::set_line(tx, line.id, left, line.claimed.saturating_sub(ended)).await?;
        }
    }
    Ok(())
}

/// An older release made the order: it claimed nothing, and knows no cart.
async fn take_unclaimed(
    tx: &Transaction,
    app: &App,
    owner: &Owner,
    bought: &[WantedLine],
) -> Result<(), CartError> {
    let Some(cart) = store::lock(tx, owner).await? else { return Ok(()) };
    let bought: HashMap<OfferId, i32> = bought.iter().map(|line| (line.offer_id, line.quantity)).collect();
    for line in store::lines(&**tx, cart.id).await? {
        if let Some(quantity) = bought.get(&line.offer_id) {
            claims::set_line(tx, line.id, line.quantity.saturating_sub(*quantity), line.claimed).await?;
        }
    }
    store::touch(tx, cart.id, app.now(), None).await?;
    Ok(())
}
