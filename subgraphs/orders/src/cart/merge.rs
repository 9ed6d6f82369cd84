//! Takes a guest's cart over into a user's.

use async_graphql::{InputObject, SimpleObject};
use platform_identity::Caller;
use platform_server::Peers;

use super::check::LineChecks;
use super::graphql::Cart;
use super::service::{CartError, Carts, Owner};
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
    /// Lines of the guest's cart that cannot be bought as they stand. Those with too little stock were taken over, the
    /// others stay in the guest's cart.
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
    let rows = carts.merge(user, &guest, &stays.collect()).await?;
    Ok(MergeCartPayload { cart: Cart(rows), problems: problems.iter().map(CartProblem::from).collect() })
}
