//! Adds an offer to a cart, if it can be bought.

use async_graphql::{InputObject, SimpleObject};
use orders_entities::cart_line::{self, LineSnapshot};
use platform_core::id::OfferId;
use platform_database::Violation;
use platform_identity::Caller;
use sea_orm::ActiveValue::Set;

use super::change::{check_quantity, finish, open};
use super::check::problem;
use super::error::CartError;
use super::graphql::Cart;
use super::owner::Owner;
use super::store::{self, CartRows};
use crate::app::App;
use crate::peers::catalog::{CheckedLine, WantedLine, check_lines};
use crate::quote::CartProblem;

/// An offer to add to the caller's cart.
#[derive(InputObject)]
pub struct AddToCartInput {
    /// The offer to add; more of it where it is in the cart already.
    pub offer_id: OfferId,
    /// How many pieces to add: at least 1, and with those in the cart at most 9999.
    #[graphql(default = 1)]
    pub quantity: i32,
}

/// What became of an addition.
#[derive(SimpleObject)]
pub struct AddToCartPayload {
    /// Whether the offer is in the cart now. Not if it is unknown, not for sale, or without a price in the market's
    /// currency: then nothing has changed.
    added: bool,
    /// The caller's cart; null if there is none.
    cart: Option<Cart>,
    /// Why the line cannot be bought as it stands. With INSUFFICIENT_STOCK it is in the cart all the same, for others
    /// may leave some.
    problem: Option<CartProblem>,
}

pub async fn add(app: &App, caller: &Caller, input: AddToCartInput) -> Result<AddToCartPayload, CartError> {
    let owner = Owner::of(caller)?;
    let AddToCartInput { offer_id, quantity } = input;
    check_quantity(quantity)?;
    let checked = check_lines(app.peers(), caller, &[WantedLine { offer_id, quantity }]).await?;
    let checked = checked.into_iter().find(|line| line.offer_id == offer_id);
    let checked = checked.unwrap_or_else(|| CheckedLine::unknown(offer_id));
    if let Some(problem) = problem(&checked, quantity).filter(|problem| problem.code.keeps_out()) {
        let cart = store::find(app.database(), &owner).await?.map(Cart);
        return Ok(AddToCartPayload { added: false, cart, problem: Some((&problem).into()) });
    }
    let rows = put(app, &owner, offer_id, quantity, checked.snapshot.clone()).await?;
    // What was in the cart before counts too.
    let line = rows.lines.iter().find(|line| line.offer_id == offer_id);
    let problem = line.and_then(|line| problem(&checked, line.quantity));
    let problem = problem.as_ref().map(CartProblem::from);
    Ok(AddToCartPayload { added: true, cart: Some(Cart(rows)), problem })
}

/// Puts `quantity` of an offer into the cart; more of one that is there already.
#[tracing::instrument(name = "orders.cart.add", skip_all, fields(offer.id = %offer))]
async fn put(
    app: &App,
    owner: &Owner,
    offer: OfferId,
    quantity: i32,
    snapshot: Option<LineSnapshot>,
) -> Result<CartRows, CartError> {
    let tx = app.begin().await?;
    let cart = open(&tx, app, owner, None).await?;
    let row = cart_line::ActiveModel {
        id: Set(app.next_id()),
        cart_id: Set(cart.id),
        offer_id: Set(offer),
        quantity: Set(quantity),
        claimed: Set(0),
        seen_price_minor: Set(None),
        seen_currency: Set(None),
        created_at: Set(app.now()),
        snapshot: Set(snapshot),
    };
    let added = store::add_line(&tx, row).await;
    // Together with what is there it may be too much, which breaks the CHECK of the table.
    added.map_err(
        |error| if error.is_check_violation() { CartError::InvalidQuantity } else { error.into() },
    )?;
    finish(tx, cart).await
}
