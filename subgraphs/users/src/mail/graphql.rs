//! Addresses and mail in the internal schema, for subgraphs that know an address only from an order.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use platform_core::id::UserId;
use platform_text::Email;
use sea_orm::EntityTrait;
use users_entities::user;

use super::order_code::{self, OrderMail, OrderMailError, Request};
use crate::app::App;

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum MailTemplate {
    /// A code by which a guest's order is taken into an account.
    OrderClaim,
    /// A code by which a guest's order is called off.
    OrderCancellation,
}

/// What stands in the mail.
#[derive(InputObject)]
struct MailDataInput {
    order_number: String,
    /// Not stored, not logged.
    code: String,
}

#[derive(InputObject)]
struct SendMailInput {
    /// Sent again with the same key, the mail goes out once.
    key: String,
    template: MailTemplate,
    /// An email address; not stored, not logged.
    to: String,
    /// BCP 47 primary tag; English if the mail is not written in it.
    language: String,
    data: MailDataInput,
}

#[derive(SimpleObject)]
struct SendMailPayload {
    /// False if it was sent before.
    sent: bool,
}

#[derive(Default)]
pub struct OwnershipQuery;

#[Object]
impl OwnershipQuery {
    /// Whether `email` is the verified address of this user, whose account is not blocked.
    async fn owns_email(&self, ctx: &Context<'_>, user_id: ID, email: String) -> Result<bool> {
        let (Ok(user), Ok(email)) = (user_id.parse::<UserId>(), Email::parse("email", &email)) else {
            return Ok(false);
        };
        let database = ctx.data_unchecked::<App>().database().read();
        let found = user::Entity::find_by_id(user).one(database).await.map_err(OrderMailError::from)?;
        Ok(found.is_some_and(|user| {
            user.status == user::Status::Active
                && user.email_verified_at.is_some()
                && user.email == email.as_str()
        }))
    }
}

#[derive(Default)]
pub struct MailMutation;

#[Object]
impl MailMutation {
    /// Sends a mail to an address that needs no account.
    async fn send_mail(&self, ctx: &Context<'_>, input: SendMailInput) -> Result<SendMailPayload> {
        let kind = match input.template {
            MailTemplate::OrderClaim => OrderMail::Claim,
            MailTemplate::OrderCancellation => OrderMail::Cancellation,
        };
        let request = Request {
            key: &input.key,
            kind,
            to: &input.to,
            language: &input.language,
            order_number: &input.data.order_number,
            code: &input.data.code,
        };
        let sent = order_code::send(ctx.data_unchecked::<App>(), request).await?;
        Ok(SendMailPayload { sent })
    }
}
