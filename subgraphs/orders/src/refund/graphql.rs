//! Refunds of pieces as staff make them and customers see them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use orders_entities::order_refund::{Failure, Model, Status};
use orders_entities::{order_line, order_refund_line};
use platform_commerce::money::MoneyInput;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{OrderId, OrderLineId};
use platform_identity::Scope;
use platform_server::{access, caller, rows};

use super::begin::{Outcome, Refunder, ShortPieces, refund};
use super::error::RefundError;
use super::input::{Pieces, Request, Wanted};
use crate::access::sees_order;
use crate::app::App;
use crate::order::{self, Order, OrderError, OrderLine};
use crate::returned::LinesOfRefund;

/// Pieces of an order, or its shipping, whose price was given back.
pub struct OrderRefund {
    pub refund: Model,
    pub currency: CurrencyCode,
}

/// Pieces of an order, or its shipping, whose price was given back.
#[Object]
impl OrderRefund {
    /// Identifier; that of the payment's refund too.
    async fn id(&self) -> ID {
        self.refund.id.to_graphql()
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.refund.status
    }

    /// Why nothing was given back; null unless the status is FAILED.
    async fn failure(&self) -> Option<Failure> {
        self.refund.failure
    }

    /// The pieces.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<RefundedLine>> {
        let pieces = rows(ctx).of::<LinesOfRefund>(self.refund.id).await?;
        let line = async |pieces: order_refund_line::Model| {
            let read = rows(ctx).by_id::<order_line::Entity>(pieces.line_id).await?;
            Ok(RefundedLine {
                line: OrderLine::new(read.ok_or(RefundError::Lost)?, self.currency),
                quantity: pieces.quantity,
                amount: Money::from_minor(pieces.amount_minor, self.currency),
            })
        };
        try_join_all(pieces.into_iter().map(line)).await
    }

    /// The part of the shipping that is given back, with tax.
    async fn shipping(&self) -> Money {
        Money::from_minor(self.refund.shipping_minor, self.currency)
    }

    /// What the pieces and the shipping cost the buyer, with tax and after discounts: in money and, of an order that
    /// points paid in part, in points.
    async fn amount(&self) -> Money {
        Money::from_minor(self.refund.value_minor, self.currency)
    }

    /// The part of `amount` that goes back in money.
    async fn money(&self) -> Money {
        Money::from_minor(self.refund.money_minor, self.currency)
    }

    /// Points that came back with the money; zero until it is given back.
    async fn points(&self) -> i64 {
        self.refund.points
    }

    /// Why, as staff wrote it for the customer.
    async fn reason(&self) -> &str {
        &self.refund.reason
    }

    /// Whether the pieces went back on the shelf.
    async fn restock(&self) -> bool {
        self.refund.restock
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.refund.created_at
    }
}

/// Pieces of a line in a refund.
#[derive(SimpleObject)]
struct RefundedLine {
    /// The line that they are of.
    line: OrderLine,
    /// How many pieces.
    quantity: i32,
    /// What they cost the buyer, with tax and after discounts. The refunds of all pieces of a line are its `total`.
    amount: Money,
}

/// Pieces of a line to refund.
#[derive(InputObject)]
struct RefundLineInput {
    /// A line of the order; each is named once.
    line_id: OrderLineId,
    /// How many pieces: at least one, and at most what is left of the line.
    quantity: i32,
}

/// Pieces of an order whose price is to be given back.
#[derive(InputObject)]
struct RefundOrderLinesInput {
    /// An order that is PAID, SHIPPED, DELIVERED or COMPLETED.
    order_id: OrderId,
    /// At most 200; may be empty where `shipping` is given.
    lines: Vec<RefundLineInput>,
    /// What to give back of the shipping, with tax and in the order's currency; above zero, and at most what is left.
    shipping: Option<MoneyInput>,
    /// Why, for the customer to read too; at most 500 characters.
    reason: String,
    /// The same key gives the same refund, however often and by whomever of staff it is sent; one that failed too. With
    /// another request it is refused as IDEMPOTENCY_KEY_REUSED. 1 to 200 characters that can be seen.
    idempotency_key: String,
    /// Whether the pieces can be sold again: they go back on the shelf. Otherwise they are gone, also when the rest of the
    /// order is called off.
    restock: bool,
}

impl TryFrom<RefundOrderLinesInput> for Request {
    type Error = RefundError;

    fn try_from(input: RefundOrderLinesInput) -> std::result::Result<Self, RefundError> {
        let pieces = |line: &RefundLineInput| Pieces { line: line.line_id, quantity: line.quantity };
        let shipping = input.shipping.map(Money::try_from).transpose();
        let wanted = Wanted {
            order: input.order_id,
            lines: input.lines.iter().map(pieces).collect(),
            shipping: shipping.map_err(RefundError::InvalidShipping)?,
            reason: input.reason,
            restock: input.restock,
        };
        Self::new(input.idempotency_key, wanted)
    }
}

/// The refund was kept; its status says whether the money is given back.
#[derive(SimpleObject)]
struct RefundOrderLinesPayload {
    /// The refund as it is now.
    refund: OrderRefund,
    /// The order after it.
    order: Order,
}

/// The order is not paid, or it is closed or being called off, or nothing of it was paid in money: nothing of it can be refunded
/// by its pieces.
#[derive(SimpleObject)]
struct OrderNotRefundable {
    /// The order as it is now.
    order: Order,
}

/// A line of which fewer pieces are left than are to be refunded.
#[derive(SimpleObject)]
struct RefundedBefore {
    /// The line.
    line_id: ID,
    /// How many pieces were to be refunded.
    requested: i32,
    /// How many are left: neither refunded nor being refunded.
    refundable: i32,
}

/// Some of the pieces were refunded before; nothing was given back now.
#[derive(SimpleObject)]
struct PiecesRefundedBefore {
    /// The lines that fall short.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    lines: Vec<RefundedBefore>,
}

/// The shipping was refunded before, or less was paid for it; nothing was given back now.
#[derive(SimpleObject)]
struct ShippingRefundedBefore {
    /// What is left of it, with tax.
    refundable: Money,
}

/// It is more than support may give back of one order; nothing was given back now. Somebody with the scope
/// `payments:manage` can refund it.
#[derive(SimpleObject)]
struct RefundLimitReached {
    /// What support may give back of one order, in money and points: a setting of the shop.
    limit: Money,
    /// What is left of it for this order.
    left: Money,
}

/// Outcome of `refundOrderLines`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
enum RefundOrderLinesResult {
    Refund(RefundOrderLinesPayload),
    NotRefundable(OrderNotRefundable),
    Pieces(PiecesRefundedBefore),
    Shipping(ShippingRefundedBefore),
    LimitReached(RefundLimitReached),
}

impl From<Vec<ShortPieces>> for PiecesRefundedBefore {
    fn from(short: Vec<ShortPieces>) -> Self {
        let line = |short: ShortPieces| RefundedBefore {
            line_id: short.line.to_graphql(),
            requested: short.requested,
            refundable: short.left,
        };
        Self { lines: short.into_iter().map(line).collect() }
    }
}

#[derive(Default)]
pub struct RefundMutation;

#[Object]
impl RefundMutation {
    /// Gives back what the buyer paid for some pieces of an order and for its shipping: with tax, after discounts, in money
    /// and, of an order that points paid in part, in points. The refunds of all pieces and of the shipping are what was
    /// paid, to the minor unit; then the order is REFUNDED. Without the scope `payments:manage` no more of one order is given
    /// back than the shop lets its support; `cancelOrder`, of what is not delivered, does not count.
    #[graphql(directive = access::scope::apply(Scope::OrdersManage))]
    async fn refund_order_lines(
        &self,
        ctx: &Context<'_>,
        input: RefundOrderLinesInput,
    ) -> Result<Option<RefundOrderLinesResult>> {
        let (app, caller) = (ctx.data_unchecked::<App>(), caller(ctx)?);
        let found = order::find_order(app.database(), input.order_id).await?;
        found.filter(|order| sees_order(caller, order)).ok_or(RefundError::UnknownOrder)?;
        let request = Request::try_from(input)?;
        let by = Refunder { user: caller.user, is_limited: !caller.has_scope_for_all(Scope::PaymentsManage) };
        Ok(Some(match refund(app, request, by).await? {
            Outcome::Refund(refund) => {
                let order = order::find_order(app.database(), refund.order_id).await?;
                let order = order.ok_or(RefundError::UnknownOrder)?;
                let currency = order.currency.parse().map_err(OrderError::from)?;
                let refund = OrderRefund { refund, currency };
                RefundOrderLinesResult::Refund(RefundOrderLinesPayload { refund, order: Order(order) })
            }
            Outcome::NotRefundable(order) => {
                RefundOrderLinesResult::NotRefundable(OrderNotRefundable { order: Order(order) })
            }
            Outcome::TooManyPieces(short) => RefundOrderLinesResult::Pieces(short.into()),
            Outcome::LimitReached { limit, left } => {
                RefundOrderLinesResult::LimitReached(RefundLimitReached { limit, left })
            }
            Outcome::TooMuchShipping { left } => {
                RefundOrderLinesResult::Shipping(ShippingRefundedBefore { refundable: left })
            }
        }))
    }
}
