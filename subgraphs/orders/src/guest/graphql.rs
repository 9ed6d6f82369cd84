//! Guests' orders in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use orders_entities::order_code::Purpose;
use platform_server::{access, caller};
use platform_text::Email;

use super::GuestError;
use super::claim::{Claimed, cancellable, claim};
use super::request::{Wanted, request};
use crate::app::App;
use crate::checkout::{CancelOrderPayload, Cancelled, OrderNotCancellable, cancel};
use crate::order::Order;

/// A guest's order to take into an account by a code, which is mailed.
#[derive(InputObject)]
pub struct RequestOrderClaimInput {
    /// The order's number, however it is typed.
    pub number: String,
}

/// A guest's order to take into the caller's account.
#[derive(InputObject)]
pub struct ClaimOrderInput {
    /// The order's number, however it is typed.
    pub number: String,
    /// From the mail that `requestOrderClaim` sends; without one the caller's verified address must be the order's.
    pub code: Option<String>,
}

/// A guest's order to call off by a code, which is mailed.
#[derive(InputObject)]
pub struct RequestOrderCancellationInput {
    /// The order's number, however it is typed.
    pub number: String,
    /// The address that the order was placed with.
    pub email: String,
}

/// A guest's order to call off by a mailed code.
#[derive(InputObject)]
pub struct CancelGuestOrderInput {
    /// The order's number, however it is typed.
    pub number: String,
    /// The address that the order was placed with.
    pub email: String,
    /// From the mail that `requestOrderCancellation` sends.
    pub code: String,
}

/// The same whether or not there is such an order.
#[derive(SimpleObject)]
pub struct OrderCodePayload {
    /// A sentence for the caller.
    message: &'static str,
}

/// The order is in the caller's account.
#[derive(SimpleObject)]
pub struct ClaimOrderPayload {
    /// The order, which is the caller's now.
    order: Order,
}

/// No guest's order has this number and the caller's verified email address. `requestOrderClaim` mails a code to the
/// order's own address.
#[derive(SimpleObject)]
pub struct OrderNotFound {
    /// As the caller gave it.
    number: String,
}

/// The code is wrong, used or expired, or no guest's order is as it was described.
#[derive(SimpleObject)]
pub struct OrderCodeInvalid {
    /// A sentence for the caller.
    message: &'static str,
}

/// Outcome of `claimOrder`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum ClaimOrderResult {
    Claimed(ClaimOrderPayload),
    NotFound(OrderNotFound),
    CodeInvalid(OrderCodeInvalid),
}

/// Outcome of `cancelGuestOrder`.
#[derive(Union)]
pub enum CancelGuestOrderResult {
    Cancelled(CancelOrderPayload),
    NotCancellable(OrderNotCancellable),
    CodeInvalid(OrderCodeInvalid),
}

const MAILED: OrderCodePayload = OrderCodePayload {
    message: "If there is such an order, a mail with a code is on its way to the address it was placed with.",
};
const INVALID: OrderCodeInvalid =
    OrderCodeInvalid { message: "The code is wrong, used or expired. Ask for another." };

#[derive(Default)]
pub struct GuestMutation;

#[Object]
impl GuestMutation {
    /// Mails a code to the address of a guest's order, by which `claimOrder` takes the order into an account; for each order
    /// at most one a minute, five a day for a caller's network, and after ten a day for all the next when none is good any
    /// more. The code is good for half an hour.
    #[graphql(directive = access::authenticated::apply())]
    async fn request_order_claim(
        &self,
        ctx: &Context<'_>,
        input: RequestOrderClaimInput,
    ) -> Result<Option<OrderCodePayload>> {
        let caller = caller(ctx)?;
        caller.user.ok_or(GuestError::NotSignedIn)?;
        let wanted = Wanted { number: &input.number, email: None, purpose: Purpose::Claim };
        request(ctx.data_unchecked::<App>(), caller, wanted).await?;
        Ok(Some(MAILED))
    }

    /// Takes a guest's order into the caller's account, by a mailed code or because the order's address is the caller's
    /// verified one. The guest who placed it sees it no longer.
    #[graphql(directive = access::authenticated::apply())]
    async fn claim_order(
        &self,
        ctx: &Context<'_>,
        input: ClaimOrderInput,
    ) -> Result<Option<ClaimOrderResult>> {
        let caller = caller(ctx)?;
        let user = caller.user.ok_or(GuestError::NotSignedIn)?;
        let app = ctx.data_unchecked::<App>();
        Ok(Some(match claim(app, caller, user, &input.number, input.code.as_deref()).await? {
            Claimed::Order(order) => ClaimOrderResult::Claimed(ClaimOrderPayload { order: Order(order) }),
            Claimed::NotFound => ClaimOrderResult::NotFound(OrderNotFound { number: input.number }),
            Claimed::CodeInvalid => ClaimOrderResult::CodeInvalid(INVALID),
        }))
    }

    /// Mails a code to the address of a guest's order, by which `cancelGuestOrder` calls it off from any device; for each
    /// order at most one a minute, five a day for a caller's network, and after ten a day for all the next when none is good
    /// any more. The code is good for half an hour.
    #[graphql(directive = access::public::apply())]
    async fn request_order_cancellation(
        &self,
        ctx: &Context<'_>,
        input: RequestOrderCancellationInput,
    ) -> Result<Option<OrderCodePayload>> {
        let email = Email::parse("email", &input.email).map_err(GuestError::from)?;
        let wanted = Wanted { number: &input.number, email: Some(&email), purpose: Purpose::Cancel };
        request(ctx.data_unchecked::<App>(), caller(ctx)?, wanted).await?;
        Ok(Some(MAILED))
    }

    /// Calls a guest's order off by a mailed code. What was paid is refunded, what was taken is restocked.
    #[graphql(directive = access::public::apply())]
    async fn cancel_guest_order(
        &self,
        ctx: &Context<'_>,
        input: CancelGuestOrderInput,
    ) -> Result<Option<CancelGuestOrderResult>> {
        let email = Email::parse("email", &input.email).map_err(GuestError::from)?;
        let app = ctx.data_unchecked::<App>();
        let Some(order) = cancellable(app, caller(ctx)?, &input.number, &email, &input.code).await? else {
            return Ok(Some(CancelGuestOrderResult::CodeInvalid(INVALID)));
        };
        Ok(Some(match cancel(app, order, None, false).await? {
            Cancelled::Order(order) => {
                CancelGuestOrderResult::Cancelled(CancelOrderPayload { order: Order(order) })
            }
            Cancelled::NotPossible(order) => {
                CancelGuestOrderResult::NotCancellable(OrderNotCancellable { order: Order(order) })
            }
        }))
    }
}
