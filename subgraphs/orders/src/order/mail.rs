//! The mails that tell a buyer what became of an order: paid, shipped, delivered, called off, refunded, refunded in part; one for each, also
//! after a crash.
//!
//! A job names the order and what happened, in the transaction of the change; the address is read when it runs: the
//! order's own, or that of the account. Deliberately absent: mails of checkouts that came to nothing, whose customer sees
//! the answer.

use orders_entities::order::{Model, Status};
use orders_entities::order_line;
use platform_commerce::{CurrencyCode, Market, Money, MoneyError};
use platform_core::id::{OrderId, OrderLineId, ShipmentId};
use platform_jobs::{Job, JobContext, JobError, JobHandler};
use platform_server::PeerError;
use serde::{Deserialize, Serialize};

use super::line::subtotal;
use super::store;
use crate::app::App;
use crate::peers::logistics;
use crate::peers::users::{self, Mail, MailData, MailLine, MailOrder, MailParcel, MailRefund, MailTemplate};

/// What a mail tells of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum News {
    Confirmed,
    Shipped,
    Delivered,
    Cancelled,
    Refunded,
}

impl News {
    /// What of a change of status is told by mail.
    pub(super) const fn of(before: Status, after: Status) -> Option<Self> {
        match (before, after) {
            (_, Status::Paid) => Some(Self::Confirmed),
            (_, Status::Shipped) => Some(Self::Shipped),
            (_, Status::Delivered) => Some(Self::Delivered),
            // Nobody was told of it yet; and who never pays could have a stranger's address mailed for nothing.
            (Status::Pending | Status::AwaitingPayment, Status::Cancelled) => None,
            (_, Status::Cancelled) => Some(Self::Cancelled),
            (_, Status::Refunded) => Some(Self::Refunded),
            (
                _,
                Status::Pending
                | Status::AwaitingPayment
                | Status::Confirmed
                | Status::Completed
                | Status::Failed,
            ) => None,
        }
    }

    const fn template(self) -> MailTemplate {
        match self {
            Self::Confirmed => MailTemplate::OrderConfirmed,
            Self::Shipped => MailTemplate::OrderShipped,
            Self::Delivered => MailTemplate::OrderDelivered,
            Self::Cancelled => MailTemplate::OrderCancelled,
            Self::Refunded => MailTemplate::OrderRefunded,
        }
    }

    /// Part of the mail's key, so it must never change.
    const fn key(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    /// Whether it is news still: who hears that an order was called off need not hear after it that it is paid, and who has
    /// it not that it is on its way.
    const fn is_true_of(self, status: Status) -> bool {
        match self {
            Self::Confirmed => !matches!(status, Status::Cancelled | Status::Refunded),
            Self::Shipped => matches!(status, Status::Shipped),
            Self::Delivered => matches!(status, Status::Delivered | Status::Completed),
            Self::Cancelled | Self::Refunded => true,
        }
    }
}

/// Mails what became of an order.
#[derive(Debug, Serialize, Deserialize)]
pub struct OrderMail {
    pub(super) order: OrderId,
    pub(super) news: News,
    /// Whether it was paid before: then points come back with the money, which may wait. Absent in jobs of the release
    /// before.
    #[serde(default)]
    pub(super) was_paid: bool,
}

impl Job for OrderMail {
    const KIND: &'static str = "orders.order-mail";
    /// A day: what became of an order is told also when the mail server was away overnight.
    const MAX_ATTEMPTS: u32 = 36;
}

/// What is told of a refund beside its amount.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RefundNews {
    /// Points that came back with it.
    pub points: i64,
    /// The pieces whose price it was; none where it was of no particular ones.
    pub pieces: Vec<RefundedPieces>,
    /// The part of the shipping in it, with tax, in minor units.
    pub shipping_minor: i64,
}

/// Pieces of a line that were refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedPieces {
    pub line: OrderLineId,
    pub quantity: i32,
    /// What they cost the buyer, with tax and after discounts, in minor units.
    pub amount_minor: i64,
}

/// Mails that a part of what was paid was given back.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefundMail {
    pub(super) order: OrderId,
    /// What came back this time, in minor units.
    pub(super) amount_minor: i64,
    /// What came back in all, this included: no two refunds of an order come to the same in money and in points.
    pub(super) refunded_minor: i64,
    /// Absent in jobs of the release before.
    #[serde(default)]
    pub(super) points_refunded_minor: i64,
    /// Absent in jobs of the release before.
    #[serde(default)]
    pub(super) news: RefundNews,
}

impl Job for RefundMail {
    const KIND: &'static str = "orders.refund-mail";
    const MAX_ATTEMPTS: u32 = OrderMail::MAX_ATTEMPTS;
}

impl JobHandler<OrderMail> for App {
    async fn run(&self, _: JobContext, job: OrderMail) -> Result<(), JobError> {
        tell(self, job).await
    }
}

impl JobHandler<RefundMail> for App {
    async fn run(&self, _: JobContext, job: RefundMail) -> Result<(), JobError> {
        tell_of_refund(self, job).await
    }
}

/// What a mail says beside the order.
pub(super) struct Told {
    template: MailTemplate,
    /// The end of the mail's key.
    key: String,
    refunded_minor: i64,
    points_returned: i64,
    /// The pieces of a refund and the shipping in it.
    refund: Option<RefundNews>,
    /// Whether it says how the parcels are followed.
    is_followed: bool,
    /// The parcel that it is about; all of them unless one is.
    parcel: Option<ShipmentId>,
}

impl Told {
    /// What says how a parcel is followed, and nothing of money.
    pub(super) fn of_parcel(template: MailTemplate, key: String, parcel: ShipmentId) -> Self {
        Self {
            template,
            key,
            refunded_minor: 0,
            points_returned: 0,
            refund: None,
            is_followed: true,
            parcel: Some(parcel),
        }
    }
}

async fn tell(app: &App, job: OrderMail) -> Result<(), JobError> {
    let OrderMail { order: id, news, was_paid } = job;
    let found = store::find(app.database(), id).await?;
    let Some(order) = found.filter(|order| news.is_true_of(order.status)) else { return Ok(()) };
    let told = Told {
        template: news.template(),
        key: news.key().to_owned(),
        refunded_minor: order.refunded_minor,
        points_returned: match news {
            News::Confirmed | News::Shipped | News::Delivered => 0,
            News::Cancelled | News::Refunded if was_paid && order.payment_id.is_some() => {
                order.points_refunded_minor
            }
            // They were set free by themselves.
            News::Cancelled | News::Refunded => order.points_minor,
        },
        refund: None,
        is_followed: news == News::Shipped,
        parcel: None,
    };
    send(app, &order, told).await
}

async fn tell_of_refund(app: &App, job: RefundMail) -> Result<(), JobError> {
    let Some(order) = store::find(app.database(), job.order).await? else { return Ok(()) };
    let told = Told {
        template: MailTemplate::OrderPartlyRefunded,
        key: match job.amount_minor {
            0 => format!("refunded:{}:{}", job.refunded_minor, job.points_refunded_minor),
            _ => format!("refunded:{}", job.refunded_minor),
        },
        refunded_minor: job.amount_minor,
        points_returned: job.news.points,
        refund: Some(job.news).filter(|news| !news.pieces.is_empty() || news.shipping_minor > 0),
        is_followed: false,
        parcel: None,
    };
    send(app, &order, told).await
}

pub(super) async fn send(app: &App, order: &Model, told: Told) -> Result<(), JobError> {
    let Some(to) = address(app, order).await? else { return Ok(()) };
    let lines = store::lines(app.database().read(), order.id).await?;
    let parcels = parcels(app, order.id, &told).await?;
    let market: Market = serde_json::from_value(order.market.clone())?;
    let mail = Mail {
        key: format!("orders.order:{}:{}", order.id, told.key),
        template: told.template,
        to,
        language: market.language.to_string(),
        data: MailData {
            order_number: order.number.clone(),
            code: None,
            order: Some(summary(order, &lines, &told, order.currency.parse()?)?),
            parcels,
        },
    };
    Ok(users::send_mail(app.peers(), mail).await?)
}

/// The parcels that a mail says how to follow.
async fn parcels(app: &App, order: OrderId, told: &Told) -> Result<Vec<MailParcel>, PeerError> {
    if !told.is_followed {
        return Ok(Vec::new());
    }
    let links = logistics::tracking_links(app.peers(), order).await?.into_iter();
    let links = links.filter(|link| told.parcel.is_none_or(|parcel| parcel == link.shipment_id));
    Ok(links.map(|link| MailParcel { number: link.number, token: link.token }).collect())
}

/// Where the buyer gets mail; `None` for an account that is gone or blocked.
async fn address(app: &App, order: &Model) -> Result<Option<String>, PeerError> {
    match (&order.email, order.user_id) {
        (Some(email), _) => Ok(Some(email.clone())),
        (None, Some(user)) => users::address_of(app.peers(), user).await,
        (None, None) => Ok(None),
    }
}

/// The order as its mail tells it: lines − discount + shipping (+ tax where prices exclude it) are the total. A line is
/// told with its subtotal, and without the price of one piece.
fn summary(
    order: &Model,
    lines: &[order_line::Model],
    told: &Told,
    currency: CurrencyCode,
) -> Result<MailOrder, MoneyError> {
    let money = |minor| Money::from_minor(minor, currency);
    let line = |line: &order_line::Model| {
        let total = subtotal(line, order.prices_include_tax, currency)?;
        Ok(MailLine { quantity: line.quantity, name: name(line), total })
    };
    Ok(MailOrder {
        lines: lines.iter().map(line).collect::<Result<_, MoneyError>>()?,
        discount: Some(money(order.discount_minor)),
        shipping: Some(money(order.shipping_minor)),
        tax: (!order.prices_include_tax).then(|| money(order.tax_minor)),
        total: money(order.total_minor),
        points: order.points_minor,
        refunded: money(told.refunded_minor),
        points_returned: told.points_returned,
        is_guests: order.user_id.is_none(),
        refund: told.refund.as_ref().map(|news| pieces(news, lines, currency)),
    })
}

/// What a line is called in a mail.
fn name(line: &order_line::Model) -> String {
    let parts = [line.product_name.as_str(), line.variant_name.as_str()];
    let named: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    named.join(", ")
}

/// The pieces of a refund as its mail names them.
fn pieces(news: &RefundNews, lines: &[order_line::Model], currency: CurrencyCode) -> MailRefund {
    let money = |minor| Money::from_minor(minor, currency);
    let line = |pieces: &RefundedPieces| {
        let line = lines.iter().find(|line| line.id == pieces.line)?;
        Some(MailLine { quantity: pieces.quantity, name: name(line), total: money(pieces.amount_minor) })
    };
    MailRefund {
        lines: news.pieces.iter().filter_map(line).collect(),
        shipping: Some(news.shipping_minor).filter(|minor| *minor > 0).map(money),
    }
}
