//! Addresses and mail in the internal schema, for subgraphs that know an address only from an order.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use platform_core::id::UserId;
use platform_server::caller;
use platform_text::Email;
use sea_orm::EntityTrait;
use users_entities::user;

use super::limit::{self, MailLimitError};
use super::order_code::{self, OrderMail, OrderMailError, Request};
use crate::account;
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
    /// False if it was sent before, or if the address has had too many mails.
    sent: bool,
}

/// Whether one more mail may be asked for.
#[derive(SimpleObject)]
struct CountMailPayload {
    /// False if too many mails were asked for from this network: then none may be sent.
    allowed: bool,
    /// When to try again.
    retry_after_seconds: Option<u64>,
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
        let app = ctx.data_unchecked::<App>();
        let found =
            user::Entity::find_by_id(user).one(app.database().read()).await.map_err(OrderMailError::from)?;
        Ok(found.is_some_and(|user| {
            !account::is_barred(app, &user)
                && user.email_verified_at.is_some()
                && user.email == email.as_str()
        }))
    }
}

#[derive(Default)]
pub struct MailMutation;

#[Object]
impl MailMutation {
    /// Counts a mail that the one whom the service acts for asks for, against the limit of that one's network. Asked
    /// before it is known whether there is anything to send, so that the answer tells nothing of it.
    async fn count_mail(&self, ctx: &Context<'_>) -> Result<CountMailPayload> {
        match limit::take(ctx.data_unchecked::<App>(), caller(ctx)?.network, None).await {
            Ok(()) => Ok(CountMailPayload { allowed: true, retry_after_seconds: None }),
            Err(MailLimitError::TooMany { retry_after }) => {
                Ok(CountMailPayload { allowed: false, retry_after_seconds: Some(retry_after) })
            }
            Err(error) => Err(error.into()),
        }
    }

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
