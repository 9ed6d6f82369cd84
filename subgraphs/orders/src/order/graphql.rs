//! Orders as clients see them.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use orders_entities::order::{Entity, Model, Status};
use orders_entities::{order_event, order_line};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::OrderId;
use platform_server::{access, caller, rows};
use platform_text::Email;

use super::error::OrderError;
use super::line;
use super::number;
use super::store::{self, HistoryOf, LinesOf, PartsOf};
use crate::access::{is_blind_to_customer, sees_order};
use crate::app::App;
use crate::refund::{OrderRefund, RefundsOfOrder};
use crate::stubs::{Offer, Product, Variant};
use crate::user::User;
use crate::vendor_order::{Vendor, VendorOrder};
use platform_commerce::PostalAddress;

/// An order.
pub struct Order(pub Model);

/// A line of an order, as it was when the order was placed.
pub struct OrderLine {
    line: order_line::Model,
    currency: CurrencyCode,
    /// Whether the order shows prices with tax; `None` where the order is not read yet.
    prices_include_tax: Option<bool>,
}

impl OrderLine {
    /// A line whose order is not read yet.
    pub const fn new(line: order_line::Model, currency: CurrencyCode) -> Self {
        Self { line, currency, prices_include_tax: None }
    }

    async fn prices_include_tax(&self, ctx: &Context<'_>) -> Result<bool> {
        if let Some(known) = self.prices_include_tax {
            return Ok(known);
        }
        let order = rows(ctx).by_id::<Entity>(self.line.order_id).await?;
        Ok(order.is_none_or(|order| order.prices_include_tax))
    }
}

/// A line of an order, as it was when the order was placed.
#[Object]
impl OrderLine {
    /// Identifier of the line.
    async fn id(&self) -> ID {
        self.line.id.to_graphql()
    }

    /// The product as it is now; null where buyers cannot see it any more. `productName`, `sku`, `imageUrl` and
    /// `productSlug` are what was bought.
    async fn product(&self) -> Option<Product> {
        Some(Product::new(self.line.product_id))
    }

    /// As it is now; null where buyers cannot see it any more.
    async fn variant(&self) -> Option<Variant> {
        Some(Variant::new(self.line.variant_id))
    }

    /// As it is now, also one that is paused; null where buyers cannot see it any more.
    async fn offer(&self) -> Option<Offer> {
        Some(Offer::new(self.line.offer_id))
    }

    /// Who sells it.
    async fn vendor(&self) -> Vendor {
        Vendor::new(self.line.vendor_id)
    }

    /// Name of the product when it was bought, in the language of the buyer's market.
    async fn product_name(&self) -> &str {
        &self.line.product_name
    }

    /// The variant's options, such as `M / blue`.
    async fn variant_name(&self) -> &str {
        &self.line.variant_name
    }

    /// Stock-keeping unit of the variant when it was bought.
    async fn sku(&self) -> &str {
        &self.line.sku
    }

    /// A path at the same host, to the picture when it was bought; null if there was none.
    async fn image_url(&self) -> Option<&str> {
        self.line.image_url.as_deref()
    }

    /// By which the product was found when it was bought; null in orders that are older than this field.
    async fn product_slug(&self) -> Option<&str> {
        self.line.product_slug.as_deref()
    }

    /// How many pieces were bought.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// The price of one piece, with or without tax as the order's `pricesIncludeTax` says.
    async fn unit_price(&self) -> Money {
        Money::from_minor(self.line.unit_price_minor, self.currency)
    }

    /// What `subtotal` is more, or, negative, less than `unitPrice` × `quantity`: the tax is rounded once for all pieces
    /// that are taxed alike, and not for each. Mostly zero, and always where prices are shown as they were entered.
    async fn rounding(&self, ctx: &Context<'_>) -> Result<Money> {
        let with_tax = self.prices_include_tax(ctx).await?;
        Ok(line::rounding(&self.line, with_tax, self.currency).map_err(OrderError::from)?)
    }

    /// Before the discount: `unitPrice` × `quantity` + `rounding`, with or without tax as the order's `pricesIncludeTax`
    /// says.
    async fn subtotal(&self, ctx: &Context<'_>) -> Result<Money> {
        let with_tax = self.prices_include_tax(ctx).await?;
        Ok(line::subtotal(&self.line, with_tax, self.currency).map_err(OrderError::from)?)
    }

    /// The line's part of the coupon's discount, with or without tax as the order's `pricesIncludeTax` says; not
    /// negative.
    async fn discount(&self) -> Money {
        Money::from_minor(self.line.discount_minor, self.currency)
    }

    /// The tax in `total`.
    async fn tax(&self) -> Money {
        Money::from_minor(self.line.tax_minor, self.currency)
    }

    /// With tax, after discount.
    async fn total(&self) -> Money {
        Money::from_minor(self.line.total_minor, self.currency)
    }

    /// How many of the pieces were refunded by `refundOrderLines`, or are being refunded.
    async fn refunded_quantity(&self) -> i32 {
        self.line.refunded_quantity
    }
}

/// A change of an order's status, or of what was given back of its money.
pub struct OrderStatusChange(order_event::Model);

/// A change of an order's status, or of what was given back of its money.
#[Object]
impl OrderStatusChange {
    /// Where the order stands from then on.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// A code such as OUT_OF_STOCK; PARTIALLY_REFUNDED where a part of the money was given back and the status stayed.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it changed.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

/// What a customer buys in one checkout, from one or several vendors.
#[Object]
impl Order {
    /// Identifier of the order.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What a person reads out: `K7QF-2M9X`.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// Where it stands.
    async fn status(&self) -> Status {
        self.0.status
    }

    /// Why the order was cancelled, failed or was refunded, as a code such as OUT_OF_STOCK; null of others.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The buyer; null for a guest's order.
    async fn buyer(&self) -> Option<User> {
        self.0.user_id.map(User::new)
    }

    /// The address that a guest placed it with, also once it is in an account; null for an order that was placed from an
    /// account, and for staff and partners without the scope `customers:read`.
    async fn guest_email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let is_blind = is_blind_to_customer(caller(ctx)?, &self.0);
        Ok(self.0.email.as_deref().filter(|_| !is_blind))
    }

    /// What was bought, from all vendors.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<OrderLine>> {
        let currency = self.currency_code()?;
        let lines = rows(ctx).of::<LinesOf>(self.0.id).await?;
        let prices_include_tax = Some(self.0.prices_include_tax);
        Ok(lines.into_iter().map(|line| OrderLine { line, currency, prices_include_tax }).collect())
    }

    /// The order split by vendor.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn vendor_orders(&self, ctx: &Context<'_>) -> Result<Vec<VendorOrder>> {
        let parts = rows(ctx).of::<PartsOf>(self.0.id).await?;
        Ok(parts.into_iter().map(VendorOrder).collect())
    }

    /// Where the order goes; null for staff and partners without the scope `customers:read`.
    async fn shipping_address(&self, ctx: &Context<'_>) -> Result<Option<PostalAddress>> {
        if is_blind_to_customer(caller(ctx)?, &self.0) {
            return Ok(None);
        }
        Ok(serde_json::from_value(self.0.shipping_address.clone()).map_err(OrderError::from)?)
    }

    /// The coupon that was used, in upper case; null if there was none.
    async fn coupon_code(&self) -> Option<&str> {
        self.0.coupon_code.as_deref()
    }

    /// Whether `subtotal`, `discount` and `shipping`, and the lines' prices, are with tax.
    async fn prices_include_tax(&self) -> bool {
        self.0.prices_include_tax
    }

    /// Of all lines before the discount. Less `discount`, with `shipping`, and with `tax` where prices are without it, it
    /// is `total`.
    async fn subtotal(&self) -> Result<Money> {
        Ok(self.money(self.0.subtotal_minor)?)
    }

    /// What the coupon took off the lines, with or without tax as `pricesIncludeTax` says; not negative.
    async fn discount(&self) -> Result<Money> {
        Ok(self.money(self.0.discount_minor)?)
    }

    /// What the parcels cost, with or without tax as `pricesIncludeTax` says. That of `vendorOrders` is with tax.
    async fn shipping(&self) -> Result<Money> {
        Ok(self.money(self.0.shipping_minor)?)
    }

    /// Of goods and shipping.
    async fn tax(&self) -> Result<Money> {
        Ok(self.money(self.0.tax_minor)?)
    }

    /// The part of `tax` that is shipping's; null for orders from before shipping was taxed.
    async fn shipping_tax(&self) -> Result<Option<Money>> {
        Ok(self.0.shipping_tax_minor.map(|minor| self.money(minor)).transpose()?)
    }

    /// The VAT id of the business that ordered, for the invoice.
    async fn vat_id(&self) -> Option<&str> {
        self.0.vat_id.as_deref()
    }

    /// Whether no tax is owed because a business abroad ordered.
    async fn tax_exempt(&self) -> bool {
        self.0.tax_exempt.unwrap_or(false)
    }

    /// What the buyer pays: goods after the discount and shipping, with tax.
    async fn total(&self) -> Result<Money> {
        Ok(self.money(self.0.total_minor)?)
    }

    /// The part of the total that is paid in points.
    async fn points(&self) -> i64 {
        self.0.points_minor
    }

    /// What was given back of it so far, in money.
    async fn refunded(&self) -> Result<Money> {
        Ok(self.money(self.0.refunded_minor)?)
    }

    /// Refunds of some of its pieces or its shipping, oldest first, also such as failed. Money that was given back of no
    /// particular pieces is in `refunded` alone.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    async fn line_refunds(&self, ctx: &Context<'_>) -> Result<Vec<OrderRefund>> {
        let currency = self.currency_code()?;
        let refunds = rows(ctx).of::<RefundsOfOrder>(self.0.id).await?;
        Ok(refunds.into_iter().map(|refund| OrderRefund { refund, currency }).collect())
    }

    /// Where the customer completes the payment, while the status is AWAITING_PAYMENT; relative to this API. Where its
    /// gateway was taken out of service a moment ago it leads nowhere: `payments { action }` is null then, and the order
    /// is called off within a minute.
    async fn payment_action_url(&self) -> Option<&str> {
        self.0.payment_action_url.as_deref()
    }

    /// Grows with every change of the order.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime<Utc> {
        self.0.placed_at
    }

    /// Every change of the status, oldest first.
    #[graphql(directive = platform_server::cost::list::apply(8))]
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<OrderStatusChange>> {
        let events = rows(ctx).of::<HistoryOf>(self.0.id).await?;
        Ok(events.into_iter().map(OrderStatusChange).collect())
    }
}

impl Order {
    fn currency_code(&self) -> Result<CurrencyCode, OrderError> {
        Ok(self.0.currency.parse()?)
    }

    fn money(&self, minor: i64) -> Result<Money, OrderError> {
        Ok(Money::from_minor(minor, self.currency_code()?))
    }
}

/// The lines of an order that are one vendor's.
pub async fn vendor_lines(
    ctx: &Context<'_>,
    part: &orders_entities::vendor_order::Model,
) -> Result<Vec<OrderLine>> {
    let currency = part.currency.parse().map_err(OrderError::from)?;
    let lines = rows(ctx).of::<LinesOf>(part.order_id).await?;
    let own = lines.into_iter().filter(|l| l.vendor_order_id == part.id);
    Ok(own.map(|line| OrderLine::new(line, currency)).collect())
}

#[derive(Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// An order of the caller's by id or number, or any for staff; null for strangers.
    #[graphql(directive = access::public::apply())]
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Order.id`; either this or `number` is given.")] id: Option<ID>,
        #[graphql(desc = "As in `Order.number`, however it is typed; either this or `id` is given.")]
        number: Option<String>,
    ) -> Result<Option<Order>> {
        let database = ctx.data_unchecked::<App>().database();
        let found = match (id, number) {
            (Some(id), None) => match id.parse() {
                Ok(id) => store::find(database, id).await,
                Err(_) => Ok(None),
            },
            (None, Some(number)) => match number::parse(&number) {
                Some(number) => store::find_by_number(database, &number).await,
                None => Ok(None),
            },
            _ => return Err(OrderError::IdOrNumber.into()),
        };
        let caller = caller(ctx)?;
        Ok(found?.filter(|o| sees_order(caller, o)).map(Order))
    }

    /// A guest's order, by its number and the email address that it was placed with; null if there is none, also once
    /// it is in an account.
    #[graphql(directive = access::public::apply())]
    async fn guest_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's number, however it is typed.")] number: String,
        #[graphql(desc = "The address that the order was placed with.")] email: String,
    ) -> Result<Option<Order>> {
        let email = Email::parse("email", &email).map_err(OrderError::from)?;
        let Some(number) = number::parse(&number) else { return Ok(None) };
        let database = ctx.data_unchecked::<App>().database();
        let found = store::find_by_number(database, &number).await?;
        Ok(found.filter(|o| o.user_id.is_none() && o.email.as_deref() == Some(email.as_str())).map(Order))
    }

    #[graphql(entity)]
    async fn find_order_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Order>> {
        let Ok(id) = id.parse::<OrderId>() else { return Ok(None) };
        let order = rows(ctx).by_id::<Entity>(id).await?;
        let caller = caller(ctx)?;
        Ok(order.filter(|o| sees_order(caller, o)).map(Order))
    }
}
