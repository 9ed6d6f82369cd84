//! Addresses and mail in the internal schema, for subgraphs that know an address only from an order.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::UserId;
use platform_server::caller;
use platform_text::Email;

use super::limit::{self, MailLimitError};
use super::order_code::{self, CodePurpose, Content, OrderMailError, Request};
use super::order_message::{Charges, FollowedParcel, OrderNews, OrderSummary, OrderedLine, PiecesRefunded};
use crate::app::App;
use crate::role;
use crate::store;

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum MailTemplate {
    /// A code by which a guest's order is taken into an account.
    #[graphql(name = "ORDER_CLAIM")]
    Claim,
    /// A code by which a guest's order is called off.
    #[graphql(name = "ORDER_CANCELLATION")]
    Cancellation,
    /// The order is paid.
    #[graphql(name = "ORDER_CONFIRMED")]
    Confirmed,
    /// The last of the order has left its sellers.
    #[graphql(name = "ORDER_SHIPPED")]
    Shipped,
    /// A courier is on the way with a parcel of the order.
    #[graphql(name = "ORDER_OUT_FOR_DELIVERY")]
    OutForDelivery,
    /// A courier has rung in vain with a parcel of the order.
    #[graphql(name = "ORDER_DELIVERY_ATTEMPTED")]
    DeliveryAttempted,
    /// The last of the order has arrived.
    #[graphql(name = "ORDER_DELIVERED")]
    Delivered,
    /// The order was called off.
    #[graphql(name = "ORDER_CANCELLED")]
    Cancelled,
    /// All that was paid for the order was given back.
    #[graphql(name = "ORDER_REFUNDED")]
    Refunded,
    /// A part of what was paid for the order was given back: `refunded`.
    #[graphql(name = "ORDER_PARTLY_REFUNDED")]
    PartlyRefunded,
}

impl MailTemplate {
    /// What a mail of this template says.
    fn content(
        self,
        code: Option<String>,
        order: Option<MailOrderInput>,
        parcels: Vec<MailParcelInput>,
    ) -> std::result::Result<Content, OrderMailError> {
        let with_code = |purpose| {
            let code = code.ok_or(OrderMailError::Missing { field: "code" })?;
            Ok(Content::Code { purpose, code })
        };
        let news = match self {
            Self::Claim => return with_code(CodePurpose::Claim),
            Self::Cancellation => return with_code(CodePurpose::Cancellation),
            Self::Confirmed => OrderNews::Confirmed,
            Self::Shipped => OrderNews::Shipped,
            Self::OutForDelivery => OrderNews::OutForDelivery,
            Self::DeliveryAttempted => OrderNews::DeliveryAttempted,
            Self::Delivered => OrderNews::Delivered,
            Self::Cancelled => OrderNews::Cancelled,
            Self::Refunded => OrderNews::Refunded,
            Self::PartlyRefunded => OrderNews::PartlyRefunded,
        };
        let order = order.ok_or(OrderMailError::Missing { field: "order" })?;
        let parcels = parcels.into_iter().map(Into::into).collect();
        Ok(Content::News { news, order: order.try_into()?, parcels })
    }
}

/// What stands in the mail.
#[derive(InputObject)]
struct MailDataInput {
    /// What a person reads out: `K7QF-2M9X`.
    order_number: String,
    /// Of the templates with a code. Not stored, not logged.
    code: Option<String>,
    /// Of the templates that tell what became of an order.
    order: Option<MailOrderInput>,
    /// How its parcels are followed; the mail lists the first 50.
    #[graphql(default)]
    parcels: Vec<MailParcelInput>,
}

/// By what a parcel is followed.
#[derive(InputObject)]
struct MailParcelInput {
    /// Its tracking number.
    number: String,
    /// The token of its tracking link. Not stored, not logged.
    token: String,
}

impl From<MailParcelInput> for FollowedParcel {
    fn from(input: MailParcelInput) -> Self {
        Self { number: input.number, token: input.token }
    }
}

/// An order as a mail tells it.
#[derive(InputObject)]
struct MailOrderInput {
    /// What was bought; the mail lists the first 50, and says how many more there are.
    lines: Vec<MailOrderLineInput>,
    /// Of the lines, with or without tax as they are.
    discount: Option<MoneyInput>,
    /// With or without tax as the lines are.
    shipping: Option<MoneyInput>,
    /// Of lines and shipping, where they are without it.
    tax: Option<MoneyInput>,
    /// With tax and shipping.
    total: MoneyInput,
    /// Points that paid a part of the total, each worth a minor unit.
    #[graphql(default)]
    points: i64,
    /// What was given back in money, of a part that was refunded what came back this time; told by mails of a cancelled or
    /// refunded order.
    refunded: MoneyInput,
    /// Points that were given back.
    #[graphql(default)]
    points_returned: i64,
    /// Whether it is found by its number and address alone.
    is_guests: bool,
    /// What came back this time, where a part of it was refunded piece by piece: then the mail names that in place of the
    /// order's lines.
    refund: Option<MailRefundInput>,
}

/// What a refund of some pieces gave back.
#[derive(InputObject)]
struct MailRefundInput {
    /// The pieces, at what they cost the buyer, with tax and after discounts; may be empty where shipping came back.
    lines: Vec<MailOrderLineInput>,
    /// The part of the shipping, with tax; null where none came back.
    shipping: Option<MoneyInput>,
}

/// A line of an order as a mail tells it, or pieces of one.
#[derive(InputObject)]
struct MailOrderLineInput {
    /// How many pieces were bought, or are refunded.
    quantity: i32,
    /// As a seller wrote it; no part of it becomes a link.
    name: String,
    /// Of an order before discounts; of a refund what they cost the buyer.
    total: MoneyInput,
}

fn lines(lines: Vec<MailOrderLineInput>) -> std::result::Result<Vec<OrderedLine>, OrderMailError> {
    let line = |line: MailOrderLineInput| {
        let total = Money::try_from(line.total)?;
        Ok(OrderedLine { quantity: line.quantity, name: line.name, total })
    };
    lines.into_iter().map(line).collect()
}

impl TryFrom<MailRefundInput> for PiecesRefunded {
    type Error = OrderMailError;

    fn try_from(input: MailRefundInput) -> std::result::Result<Self, OrderMailError> {
        let shipping = input.shipping.map(Money::try_from).transpose()?;
        Ok(Self { lines: lines(input.lines)?, shipping })
    }
}

impl TryFrom<MailOrderInput> for OrderSummary {
    type Error = OrderMailError;

    fn try_from(input: MailOrderInput) -> std::result::Result<Self, OrderMailError> {
        Ok(Self {
            lines: lines(input.lines)?,
            refund: input.refund.map(PiecesRefunded::try_from).transpose()?,
            charges: Charges {
                discount: input.discount.map(Money::try_from).transpose()?,
                shipping: input.shipping.map(Money::try_from).transpose()?,
                tax: input.tax.map(Money::try_from).transpose()?,
            },
            total: input.total.try_into()?,
            points: input.points,
            points_returned: input.points_returned,
            refunded: input.refunded.try_into()?,
            is_guests: input.is_guests,
        })
    }
}

/// A mail about an order.
#[derive(InputObject)]
struct SendMailInput {
    /// Sent again with the same key, the mail goes out once.
    key: String,
    /// What it says.
    template: MailTemplate,
    /// An email address; not stored, not logged.
    to: String,
    /// BCP 47 primary tag; English if the mail is not written in it.
    language: String,
    /// What stands in it.
    data: MailDataInput,
}

/// The mail was sent, or is not to be sent.
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
    /// When to try again; null if one may be asked for.
    retry_after_seconds: Option<u64>,
}

#[derive(Default)]
pub struct OwnershipQuery;

#[Object]
impl OwnershipQuery {
    /// Whether `email` is the verified address of this user, whose account is not blocked.
    async fn owns_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose address it has to be.")] user_id: ID,
        #[graphql(desc = "The address to compare with.")] email: String,
    ) -> Result<bool> {
        let (Ok(user), Ok(email)) = (user_id.parse::<UserId>(), Email::parse("email", &email)) else {
            return Ok(false);
        };
        let app = ctx.data_unchecked::<App>();
        let found = store::user::find(app.database().read(), user).await?;
        Ok(found.is_some_and(|user| {
            !role::is_barred(app, &user) && user.email_verified_at.is_some() && user.email == email.as_str()
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
        let MailDataInput { order_number, code, order, parcels } = input.data;
        let content = input.template.content(code, order, parcels)?;
        let request = Request {
            key: &input.key,
            to: &input.to,
            language: &input.language,
            order_number: &order_number,
            content,
        };
        let sent = order_code::send(ctx.data_unchecked::<App>(), request).await?;
        Ok(SendMailPayload { sent })
    }
}
