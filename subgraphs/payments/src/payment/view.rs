//! `Payment`, and what payments add to `Order`.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use payments_entities::payment::{Entity, Model, Status};
use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId};
use platform_identity::{Caller, Owner, Scope};
use platform_server::{caller, rows};

use super::error::PaymentError;
use super::store::OfOrder;
use crate::app::App;
use crate::gateway::Action;
use crate::refund::{OfPayment, Refund};

/// Whether the caller may see a payment: whose order it is, staff, or a service.
pub fn sees(caller: &Caller, payment: &Model) -> bool {
    let owner = Owner { user: payment.user_id, guest: payment.guest_id.as_deref() };
    caller.may_see(owner, Scope::PaymentsRead)
}

/// One attempt to pay for an order.
pub struct Payment(pub Model);

/// What the customer has to do before a payment can go on.
#[derive(SimpleObject)]
pub struct PaymentAction {
    /// Where to send the customer; relative to the address of this API.
    url: String,
}

/// One attempt to pay for an order. Seen by the buyer and by staff.
#[Object]
impl Payment {
    /// Identifier, by which inputs name the payment; see `Query.payment`.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What it pays for; null where the caller may not see it.
    async fn order(&self) -> Option<Order> {
        Some(Order { id: self.0.order_id.to_graphql() })
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// Name of the gateway that it goes through, even where `paymentGateways` lists it no more.
    async fn gateway(&self) -> &str {
        &self.0.gateway
    }

    /// What the customer pays by it: the order's total without what points pay for.
    async fn amount(&self) -> Result<Money> {
        Ok(self.money(self.0.amount_minor)?)
    }

    /// What was taken: nothing, or all of `amount`.
    async fn captured_amount(&self) -> Result<Money> {
        Ok(self.money(self.0.captured_minor)?)
    }

    /// Refunds made and under way.
    async fn refunded_amount(&self) -> Result<Money> {
        Ok(self.money(self.0.refunded_minor)?)
    }

    /// What the customer has to do, while the status is REQUIRES_ACTION; null where its gateway is not served any more.
    async fn action(&self, ctx: &Context<'_>) -> Result<Option<PaymentAction>> {
        let is_served = ctx.data_unchecked::<App>().gateways().serves(&self.0.gateway);
        if self.0.status != Status::RequiresAction || !is_served {
            return Ok(None);
        }
        let action: Option<Action> =
            self.0.action.clone().map(serde_json::from_value).transpose().map_err(PaymentError::from)?;
        Ok(action.map(|a| PaymentAction { url: a.url }))
    }

    /// Why the gateway declined, as a short code such as `insufficient_funds`; null unless it did.
    async fn decline_code(&self) -> Option<&str> {
        self.0.decline_code.as_deref()
    }

    /// When an action that is still open is given up.
    async fn expires_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.0.expires_at
    }

    /// When the attempt began.
    async fn created_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.created_at
    }

    /// All refunds of this payment, oldest first.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn refunds(&self, ctx: &Context<'_>) -> Result<Vec<Refund>> {
        let refunds = rows(ctx).of::<OfPayment>(self.0.id).await?;
        Ok(refunds.into_iter().map(Refund).collect())
    }
}

impl Payment {
    /// The payment, if the caller may see it.
    pub async fn find_visible(ctx: &Context<'_>, id: PaymentId) -> Result<Option<Self>> {
        let found = rows(ctx).by_id::<Entity>(id).await;
        let caller = caller(ctx)?;
        Ok(found?.filter(|payment| sees(caller, payment)).map(Self))
    }

    fn money(&self, minor: i64) -> Result<Money, PaymentError> {
        Ok(Money::from_minor(minor, self.0.currency.parse()?))
    }
}

/// An order, whose payments live here.
pub struct Order {
    pub id: ID,
}

/// What a customer buys in one checkout, from one or several vendors.
#[Object]
impl Order {
    /// Identifier of the order.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// The attempts to pay for this order that the caller may see, oldest first.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn payments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Payment>>> {
        let caller = caller(ctx)?;
        let Ok(id) = self.id.parse::<OrderId>() else { return Ok(Some(Vec::new())) };
        let payments = rows(ctx).of::<OfOrder>(id).await?;
        Ok(Some(payments.into_iter().filter(|p| sees(caller, p)).map(Payment).collect()))
    }
}
