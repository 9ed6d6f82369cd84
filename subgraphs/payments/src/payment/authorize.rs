//! Holds the money of an order.
//!
//! Whoever asks has picked the payment's id, and the gateway is asked under that id: what it answers and the payment are
//! written down together, and nothing before. Whoever dies in between asks again, and the gateway gives the same charge;
//! whoever gives the payment up instead finds the charge by that id ([`super::give_up`]). A key has one payment: where
//! another request has written it down meanwhile, that stands.
//!
//! A request without an id, as earlier releases sent it, is written down before its gateway is asked: nobody else could
//! tell the charge's key.

use payments_entities::payment::{ActiveModel, Model, Status};
use platform_core::failpoint;
use platform_core::fingerprint::fingerprint;
use platform_core::id::PaymentId;
use sea_orm::ActiveValue::Set;

use super::error::PaymentError;
use super::give_back::void;
use super::record::{Answer, close_open, expire_later, record, tell};
use super::request::{AuthorizeInput, Means};
use super::status::{self, Event};
use super::{row, store};
use crate::app::App;
use crate::gateway::{AuthorizeRequest, Charge, GatewayError};
use crate::method;

/// The decline code of a token that its gateway does not know.
const UNKNOWN_TOKEN: &str = "unknown_token";

/// A gateway and its token.
struct Charged {
    gateway: String,
    token: String,
}

/// Holds the money of an order. The same key gives the same payment, as it stands now.
#[tracing::instrument(name = "payments.authorize", skip_all, fields(order.id = %input.order_id))]
pub async fn authorize(app: &App, input: AuthorizeInput) -> Result<Model, PaymentError> {
    input.means.check()?;
    if let Some(known) = store::find_by_key(app.database(), &input.idempotency_key).await? {
        return authorize_known(app, known, &input).await;
    }
    match input.id {
        Some(id) => authorize_as(app, id, &input).await,
        None => authorize_unnamed(app, &input).await,
    }
}

/// The payment of a key that is known.
async fn authorize_known(app: &App, known: Model, input: &AuthorizeInput) -> Result<Model, PaymentError> {
    if store::is_unmade(&known) {
        return Ok(known);
    }
    if !input.is_same_as(&known.request_hash)? {
        return Err(PaymentError::KeyReused);
    }
    match known.status {
        Status::Created => go_on(app, known.id, input).await,
        _ => Ok(known),
    }
}

/// Asks the gateway, then writes down the payment as it answers.
async fn authorize_as(app: &App, id: PaymentId, input: &AuthorizeInput) -> Result<Model, PaymentError> {
    let charged = charged(app, input).await?;
    let mut row = unanswered(app, id, input, &charged)?;
    let charge = ask(app, id, input, &charged).await?;
    failpoint::hit("payments.authorize.answered");
    let answer = match &charge {
        Some(charge) => Answer::of(charge.state.clone())?,
        None => Answer::declined(UNKNOWN_TOKEN.to_owned()),
    };
    row.status = Set(status::apply(Status::Created, answer.event)?);
    row.gateway_reference = Set(charge.as_ref().map(|charge| charge.reference.clone()));
    row.action = Set(answer.action);
    row.decline_code = Set(answer.decline_code);

    let tx = app.begin().await?;
    if let Some(payment) = store::insert_unless_known(&*tx, row).await? {
        if status::is_deferred(payment.status) {
            expire_later(app, &tx, &payment).await?;
        }
        tell(app, &tx, &payment, false).await?;
        tx.commit().await?;
        return Ok(payment);
    }
    tx.rollback().await?;
    let known = store::find_by_key(app.database(), &input.idempotency_key).await?;
    let known = known.ok_or(PaymentError::NotFound)?;
    // Given up while the gateway worked on it, or asked for under another id at the same time: this charge is nobody's.
    if let Some(charge) = charge.filter(|charge| charge.may_hold())
        && (store::is_unmade(&known) || known.id != id)
    {
        void(app.gateways().get(&charged.gateway)?.as_ref(), id, &charge.reference).await?;
    }
    authorize_known(app, known, input).await
}

/// Writes down what is put to the gateway, then asks it.
async fn authorize_unnamed(app: &App, input: &AuthorizeInput) -> Result<Model, PaymentError> {
    let charged = charged(app, input).await?;
    let row = unanswered(app, app.next_id(), input, &charged)?;
    match store::insert_unless_known(app.database().write(), row).await? {
        Some(payment) => go_on(app, payment.id, input).await,
        None => {
            let known = store::find_by_key(app.database(), &input.idempotency_key).await?;
            authorize_known(app, known.ok_or(PaymentError::NotFound)?, input).await
        }
    }
}

/// Puts a payment to its gateway that is written down already.
async fn go_on(app: &App, id: PaymentId, input: &AuthorizeInput) -> Result<Model, PaymentError> {
    let charged = charged(app, input).await?;
    match ask(app, id, input, &charged).await? {
        Some(charge) => record(app, id, charge).await,
        None => close_open(app, id, Event::Declined, Some(UNKNOWN_TOKEN)).await,
    }
}

/// The charge that the gateway makes or has made of a payment. `None`: it does not know the token; nothing came about,
/// and nothing will.
async fn ask(
    app: &App,
    id: PaymentId,
    input: &AuthorizeInput,
    charged: &Charged,
) -> Result<Option<Charge>, PaymentError> {
    let request = AuthorizeRequest {
        amount: input.amount,
        token: charged.token.clone(),
        idempotency_key: id.to_string(),
    };
    match app.gateways().get(&charged.gateway)?.authorize(request).await {
        Ok(charge) => Ok(Some(charge)),
        Err(GatewayError::UnknownToken) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the gateway is asked with.
async fn charged(app: &App, input: &AuthorizeInput) -> Result<Charged, PaymentError> {
    match &input.means {
        Means::Token { gateway, token } => Ok(Charged { gateway: gateway.clone(), token: token.clone() }),
        Means::Saved(id) => {
            let user = input.user_id.ok_or(PaymentError::UnknownMethod)?;
            let method = method::find_of(app.database(), user, *id).await?;
            let method = method.ok_or(PaymentError::UnknownMethod)?;
            Ok(Charged { gateway: method.gateway, token: method.token })
        }
    }
}

/// A payment that its gateway has not answered to.
fn unanswered(
    app: &App,
    id: PaymentId,
    input: &AuthorizeInput,
    charged: &Charged,
) -> Result<ActiveModel, PaymentError> {
    if input.amount.minor() <= 0 {
        return Err(PaymentError::NothingToPay);
    }
    input.split.check(input.amount)?;
    app.gateways().get(&charged.gateway)?;
    Ok(ActiveModel {
        user_id: Set(input.user_id),
        guest_id: Set(input.guest_id.clone()),
        request_hash: Set(fingerprint(input)?),
        gateway: Set(charged.gateway.clone()),
        status: Set(Status::Created),
        split: Set(serde_json::to_value(&input.split)?),
        expires_at: Set(Some(input.expires_at)),
        ..row::new(app, id, input.order_id, &input.idempotency_key, input.amount)
    })
}
