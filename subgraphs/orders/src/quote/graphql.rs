//! Quotes as clients see them.

use async_graphql::{ID, Object, Result, SimpleObject};
use platform_commerce::Money;

use super::delivery_view::CheckoutDelivery;
use super::rounding::rounding;
use super::service::{Quote, QuoteError};
use crate::destination::DestinationNotServed;
use crate::peers::catalog::{CouponRejectionReason, LineProblem, LineProblemCode, PricedLine};
use crate::stubs::{Offer, Product, Variant};
use crate::vendor_order::Vendor;

/// A line with its price, discount and tax.
pub struct QuoteLine(pub PricedLine);

/// A line of the cart with its price, discount and tax.
#[Object]
impl QuoteLine {
    /// Null where it is gone.
    async fn offer(&self) -> Option<Offer> {
        Some(Offer::new(self.0.offer_id))
    }

    /// Null where it is gone.
    async fn product(&self) -> Option<Product> {
        Some(Product::new(self.0.product_id))
    }

    /// Null where it is gone.
    async fn variant(&self) -> Option<Variant> {
        Some(Variant::new(self.0.variant_id))
    }

    /// Who sells it.
    async fn vendor(&self) -> Vendor {
        Vendor::new(self.0.vendor_id)
    }

    /// Name of the product, in the market's language.
    async fn product_name(&self) -> &str {
        &self.0.product_name
    }

    /// The variant's options, such as `M / blue`; empty for a variant without options.
    async fn variant_name(&self) -> &str {
        &self.0.variant_name
    }

    /// Stock-keeping unit of the variant.
    async fn sku(&self) -> &str {
        &self.0.sku
    }

    /// A path at the same host.
    async fn image_url(&self) -> Option<&str> {
        self.0.image_url.as_deref()
    }

    /// How many pieces the line asks for.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// Of one piece, as on the product's page: with or without tax, as `pricesIncludeTax` says.
    async fn unit_price(&self) -> Money {
        self.0.unit_price
    }

    /// What `subtotal` is more, or, negative, less than `unitPrice` × `quantity`: the tax is rounded once for all pieces
    /// that are taxed alike, and not for each. Mostly zero, and always where prices are shown as they were entered.
    async fn rounding(&self) -> Result<Money> {
        let line = &self.0;
        Ok(rounding(line.unit_price, line.quantity, line.subtotal).map_err(QuoteError::from)?)
    }

    /// Before the discount: `unitPrice` × `quantity` + `rounding`, with or without tax as `pricesIncludeTax` says.
    async fn subtotal(&self) -> Money {
        self.0.subtotal
    }

    /// The line's part of the coupon's discount, with or without tax as `pricesIncludeTax` says; not negative.
    async fn discount(&self) -> Money {
        self.0.discount
    }

    /// The tax in `total`.
    async fn tax(&self) -> Money {
        self.0.tax
    }

    /// With tax, after discount.
    async fn total(&self) -> Money {
        self.0.total
    }
}

/// A line that cannot be bought as it stands.
#[derive(SimpleObject)]
pub struct CartProblem {
    /// The offer of the line.
    offer_id: ID,
    /// Why not.
    code: LineProblemCode,
    /// How many pieces the line asks for.
    requested: i32,
    /// How many can be bought; zero of what is not sold.
    available: i32,
}

impl From<&LineProblem> for CartProblem {
    fn from(problem: &LineProblem) -> Self {
        Self {
            offer_id: problem.offer_id.to_graphql(),
            code: problem.code,
            requested: problem.requested,
            available: problem.available,
        }
    }
}

/// What the cart costs now: lines, promotions, shipping, tax, points. `subtotal`, `discount` and `shipping` are with or
/// without tax as `pricesIncludeTax` says; the tax and all that is to be paid are the same either way. What is shown adds
/// up: the lines' subtotals are `subtotal`; less `discount`, with `shipping`, and with `tax` where prices are without it,
/// that is `total`; less `points` it is `toPay`.
pub struct CheckoutQuote(pub Quote);

/// What the cart costs now: lines, promotions, shipping, tax, points. `subtotal`, `discount` and `shipping` are with or
/// without tax as `pricesIncludeTax` says; the tax and all that is to be paid are the same either way.
#[Object]
impl CheckoutQuote {
    /// The lines that have a price; why others have none is among `problems`.
    #[graphql(directive = platform_server::cost::list::apply(20))]
    async fn lines(&self) -> Vec<QuoteLine> {
        self.0.priced.lines.iter().cloned().map(QuoteLine).collect()
    }

    /// Lines that cannot be bought as they stand; an order would be refused.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn problems(&self) -> Vec<CartProblem> {
        self.0.priced.problems.iter().map(Into::into).collect()
    }

    /// Why the cart's coupon does not apply; null if it does or there is none.
    async fn coupon_rejection(&self) -> Option<CouponRejectionReason> {
        self.0.priced.coupon_rejection
    }

    /// The coupon that was applied.
    async fn coupon_code(&self) -> Option<&str> {
        self.0.priced.coupon.as_ref().map(|c| c.code.as_str())
    }

    /// Set if nothing is sold to where the goods would go: an order would be refused, and the amounts are those of the
    /// market's own country.
    async fn destination_not_served(&self) -> Option<DestinationNotServed> {
        self.0.not_served.clone().map(Into::into)
    }

    /// Whether no tax is owed because the buyer is a business abroad.
    async fn tax_exempt(&self) -> bool {
        self.0.priced.tax_exempt
    }

    /// Whether prices are shown with tax, as the market wants it.
    async fn prices_include_tax(&self) -> bool {
        self.0.priced.prices_include_tax
    }

    /// The lines before the discount.
    async fn subtotal(&self) -> Money {
        self.0.priced.subtotal
    }

    /// What the coupon takes off the lines; not negative.
    async fn discount(&self) -> Money {
        self.0.priced.discount
    }

    /// How it can be delivered, and how it is with what was chosen.
    async fn delivery(&self) -> CheckoutDelivery<'_> {
        CheckoutDelivery(&self.0)
    }

    /// What the parcels cost by the option that counts, one from each vendor.
    async fn shipping(&self) -> Money {
        self.0.shipping_shown()
    }

    /// Of goods and shipping, where the goods would go.
    async fn tax(&self) -> Money {
        self.0.tax
    }

    /// What an order costs: goods after the discount and shipping, with tax.
    async fn total(&self) -> Money {
        self.0.total
    }

    /// Points that are used: as many as were asked for, at most the total and what the caller can spend now. One is worth
    /// one minor unit of the currency.
    async fn points(&self) -> i64 {
        self.0.points
    }

    /// What is left to pay in money.
    async fn to_pay(&self) -> Money {
        self.0.to_pay
    }
}
