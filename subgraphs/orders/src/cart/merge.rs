//! Takes a guest's cart over into a user's.

use std::collections::{HashMap, HashSet};

use async_graphql::{InputObject, SimpleObject};
use orders_entities::cart_line;
use platform_core::id::{OfferId, UserId};
use platform_identity::Caller;
use sea_orm::ActiveValue::Set;

use super::change::{MAX_QUANTITY, finish, open};
use super::check::LineChecks;
use super::error::CartError;
use super::graphql::Cart;
use super::owner::Owner;
use super::store::{self, CartRows, claims};
use crate::app::App;
use crate::peers::catalog::{LineProblem, LineProblemCode, WantedLine};
use crate::quote::CartProblem;

/// A guest's cart to take over into the caller's.
#[derive(InputObject)]
pub struct MergeCartInput {
    /// The guest id whose cart is taken over.
    pub guest_id: String,
}

/// What became of a guest's cart.
#[derive(SimpleObject)]
pub struct MergeCartPayload {
    /// The caller's cart as it is now.
    cart: Cart,
    /// Lines of the guest's cart that cannot be bought as they stand, or were not taken over whole. Those with too little
    /// stock were taken over; of those with QUANTITY_LIMIT, of which both carts together hold `requested` pieces, as many
    /// as made 9999, and the rest stays in the guest's cart; the others stay there.
    #[graphql(directive = platform_server::cost::list::apply(20))]
    problems: Vec<CartProblem>,
}

/// A user's cart after a guest's was taken over.
struct Merged {
    cart: CartRows,
    /// Offers that both carts together hold too many pieces of, with how many: those that did not fit are in the guest's.
    too_many: Vec<WantedLine>,
}

pub async fn merge(app: &App, caller: &Caller, input: MergeCartInput) -> Result<MergeCartPayload, CartError> {
    let user = caller.user.ok_or(CartError::NotSignedIn)?;
    let guest = Owner::guest(&input.guest_id)?;
    let mut problems = Vec::new();
    if let Some(theirs) = store::find(app.database(), &guest).await?.filter(|theirs| !theirs.lines.is_empty())
    {
        let checks = LineChecks::new(&theirs.lines);
        for line in &theirs.lines {
            problems.extend(checks.problem(app, caller, line).await?);
        }
    }
    let stays = problems.iter().filter(|problem| problem.code.keeps_out()).map(|problem| problem.offer_id);
    let Merged { cart, too_many } = take_over(app, user, &guest, &stays.collect()).await?;
    problems.extend(too_many.iter().map(over_limit));
    Ok(MergeCartPayload { cart: Cart(cart), problems: problems.iter().map(CartProblem::from).collect() })
}

/// Moves a guest's cart into the user's: quantities add up, the user's own coupon stays. The guest's is gone after,
/// unless something is to stay in it: `stays` names the offers that cannot be bought, and pieces stay that do not fit
/// into the user's. An order that is being made of it takes what it buys out of the user's.
#[tracing::instrument(name = "orders.cart.merge", skip_all)]
async fn take_over(
    app: &App,
    user: UserId,
    theirs: &Owner,
    stays: &HashSet<OfferId>,
) -> Result<Merged, CartError> {
    let mine = Owner::User(user);
    let tx = app.begin().await?;
    let mut cart = open(&tx, app, &mine, None).await?;
    let mut too_many = Vec::new();
    if let Some(other) = store::lock(&tx, theirs).await? {
        let have: HashMap<OfferId, i32> =
            store::lines(&*tx, cart.id).await?.into_iter().map(|l| (l.offer_id, l.quantity)).collect();
        let (left, moved): (Vec<_>, Vec<_>) = store::lines(&*tx, other.id)
            .await?
            .into_iter()
            .partition(|line| stays.contains(&line.offer_id) && line.claimed == 0);
        let mut taken = Vec::with_capacity(moved.len());
        for line in moved {
            let present = have.get(&line.offer_id).copied().unwrap_or(0);
            let quantity = line.quantity.min(MAX_QUANTITY.saturating_sub(present));
            let rest = line.quantity.saturating_sub(quantity);
            if rest > 0 {
                let both = present.saturating_add(line.quantity);
                too_many.push(WantedLine { offer_id: line.offer_id, quantity: both });
                // What is being bought of the line goes where the order looks for it.
                claims::set_line(&tx, line.id, rest, 0).await?;
            } else {
                taken.push(line.offer_id);
            }
            if quantity > 0 {
                let row = cart_line::ActiveModel {
                    id: Set(app.next_id()),
                    cart_id: Set(cart.id),
                    quantity: Set(quantity),
                    claimed: Set(line.claimed.min(quantity)),
                    ..line.into()
                };
                store::take_line(&tx, row).await?;
            }
        }
        claims::move_claims(&tx, other.id, Some(cart.id)).await?;
        if left.is_empty() && too_many.is_empty() {
            store::delete(&tx, other.id).await?;
        } else {
            store::remove_offers(&tx, other.id, &taken).await?;
            store::touch(&tx, other.id, app.now(), Some(None)).await?;
        }
        if cart.coupon_code.is_none() && other.coupon_code.is_some() {
            cart = open(&tx, app, &mine, Some(other.coupon_code)).await?;
            if let Some(order) = other.coupon_order_id {
                claims::claim_coupon(&tx, cart.id, order).await?;
            }
        }
    }
    Ok(Merged { cart: finish(tx, cart).await?, too_many })
}

/// A line of which both carts together hold more than one of them may.
const fn over_limit(both: &WantedLine) -> LineProblem {
    LineProblem {
        offer_id: both.offer_id,
        code: LineProblemCode::QuantityLimit,
        requested: both.quantity,
        available: MAX_QUANTITY,
    }
}
