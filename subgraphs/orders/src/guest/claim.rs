//! Taking a guest's order into an account, and calling it off, by proof of its address.

use orders_entities::order::{Model, Status};
use orders_entities::order_code::Purpose;
use platform_core::id::UserId;
use platform_database::Transaction;
use platform_identity::Caller;
use platform_text::Email;

use super::guess::redeem;
use super::{GuestError, store};
use crate::app::App;
use crate::order;
use crate::peers::{payments, users};

/// What became of a claim.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum Claimed {
    Order(Model),
    /// No guest's order has this number and the caller's verified address.
    NotFound,
    /// The code is wrong, used or expired, or there is no such order.
    CodeInvalid,
}

/// Gives a guest's order to `user`: by a code, or because the order's address is the user's verified one.
#[tracing::instrument(name = "orders.guest.claim", skip_all)]
pub async fn claim(
    app: &App,
    caller: &Caller,
    user: UserId,
    number: &str,
    code: Option<&str>,
) -> Result<Claimed, GuestError> {
    let number = order::parse_number(number);
    let claimed = match code {
        Some(code) => claim_by_code(app, caller, user, number.as_deref(), code).await?,
        None => claim_by_address(app, caller, user, number.as_deref()).await?,
    };
    if let Claimed::Order(order) = &claimed
        && let Err(error) = payments::claim_payments(app.peers(), order.id, user).await
    {
        // The event of the claim, which is kept, says the same.
        tracing::warn!(order.id = %order.id, error = %error, "payments hears of a claim later");
    }
    Ok(claimed)
}

async fn claim_by_code(
    app: &App,
    caller: &Caller,
    user: UserId,
    number: Option<&str>,
    code: &str,
) -> Result<Claimed, GuestError> {
    let tx = app.begin().await?;
    let Some(order) = lock(&tx, number).await?.filter(is_claimable) else {
        return Ok(Claimed::CodeInvalid);
    };
    if !redeem(&tx, app, caller, &order, Purpose::Claim, code).await? {
        tx.commit().await?;
        return Ok(Claimed::CodeInvalid);
    }
    let order = order::claim(&tx, app, order, user).await?;
    tx.commit().await?;
    Ok(Claimed::Order(order))
}

async fn claim_by_address(
    app: &App,
    caller: &Caller,
    user: UserId,
    number: Option<&str>,
) -> Result<Claimed, GuestError> {
    let Some(number) = number else { return Ok(Claimed::NotFound) };
    let Some(found) = order::find_by_number(app.database(), number).await? else {
        return Ok(Claimed::NotFound);
    };
    if caller.owns(found.user_id) {
        return Ok(Claimed::Order(found));
    }
    let Some(email) = found.email.as_deref().filter(|_| is_claimable(&found)) else {
        return Ok(Claimed::NotFound);
    };
    // Asked before the transaction: none is open across a call.
    if !users::owns_email(app.peers(), caller, user, email).await? {
        return Ok(Claimed::NotFound);
    }
    let tx = app.begin().await?;
    let Some(order) = lock(&tx, Some(number)).await?.filter(is_claimable) else {
        return Ok(Claimed::NotFound);
    };
    store::end_all(&tx, order.id, app.now()).await?;
    let order = order::claim(&tx, app, order, user).await?;
    tx.commit().await?;
    Ok(Claimed::Order(order))
}

/// The guest's order that a mailed code lets somebody call off; `None` if the code is not good.
pub async fn cancellable(
    app: &App,
    caller: &Caller,
    number: &str,
    email: &Email,
    code: &str,
) -> Result<Option<Model>, GuestError> {
    let number = order::parse_number(number);
    let tx = app.begin().await?;
    let own = |order: &Model| order.user_id.is_none() && order.email.as_deref() == Some(email.as_str());
    let Some(order) = lock(&tx, number.as_deref()).await?.filter(own) else { return Ok(None) };
    let good = redeem(&tx, app, caller, &order, Purpose::Cancel, code).await?;
    tx.commit().await?;
    Ok(good.then_some(order))
}

async fn lock(tx: &Transaction, number: Option<&str>) -> Result<Option<Model>, GuestError> {
    match number {
        Some(number) => Ok(order::lock_by_number(tx, number).await?),
        None => Ok(None),
    }
}

/// A guest's order, once its payment stands: a payment that is made later would be the guest's still.
fn is_claimable(order: &Model) -> bool {
    order.user_id.is_none() && order.status != Status::Pending
}
