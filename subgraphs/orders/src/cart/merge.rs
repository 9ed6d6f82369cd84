//! Takes a guest's cart over into a user's.

use async_graphql::{InputObject, SimpleObject};
use platform_identity::Caller;
use platform_server::Peers;

use super::check::LineChecks;
use super::graphql::Cart;
use super::service::{CartError, Carts, MAX_QUANTITY, Merged, Owner};
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

pub async fn merge(
    peers: &Peers,
    carts: &Carts,
    caller: &Caller,
    input: MergeCartInput,
) -> Result<MergeCartPayload, CartError> {
    let user = caller.user.ok_or(CartError::NotSignedIn)?;
    let guest = Owner::guest(&input.guest_id)?;
    let mut problems = Vec::new();
    if let Some(theirs) = carts.find(&guest).await?.filter(|theirs| !theirs.lines.is_empty()) {
        let checks = LineChecks::new(&theirs.lines);
        for line in &theirs.lines {
            problems.extend(checks.problem(peers, caller, line).await?);
        }
    }
    let stays = problems.iter().filter(|problem| problem.code.keeps_out()).map(|problem| problem.offer_id);
    let Merged { cart, too_many } = carts.merge(user, &guest, &stays.collect()).await?;
    problems.extend(too_many.iter().map(over_limit));
    Ok(MergeCartPayload { cart: Cart(cart), problems: problems.iter().map(CartProblem::from).collect() })
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
