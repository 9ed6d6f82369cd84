//! `quoteLines` of the internal schema.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use platform_commerce::market::{Market, TaxDisplay};
use platform_commerce::money::Decimal;
use platform_commerce::{CurrencyCode, Money, MoneyError, PriceTerms};
use platform_core::id::{CategoryId, CouponId, OfferId, ProductId, UserId, VariantId, VendorId};

use super::quote_lines::{QuoteRequest, WantedDestination, quote_lines};
use super::{Problem, Quote, QuoteError, QuotedLine};
use crate::app::App;
use crate::coupon::rules::Rejection;
use crate::stock::Wanted;
use crate::tax::rate_text;

/// An offer, and how many pieces of it.
#[derive(Debug, InputObject)]
pub struct QuoteLineInput {
    /// The offer that is wanted.
    pub offer_id: OfferId,
    /// 1 to 9999.
    pub quantity: i64,
}

impl From<&QuoteLineInput> for Wanted {
    fn from(line: &QuoteLineInput) -> Self {
        Self { offer: line.offer_id, quantity: line.quantity }
    }
}

/// What prices and texts depend on, as the buyer's market says it.
#[derive(Debug, InputObject)]
pub struct MarketInput {
    /// ISO 3166-1 alpha-2: where the goods are assumed to go as long as no destination is given.
    pub country: String,
    /// What the buyer pays in; an offer without a price in it cannot be bought.
    pub currency: CurrencyCode,
    /// BCP 47 primary tag, lower case, of the lines' names; English where there is no such text.
    pub language: String,
    /// The buyer's group, whose prices count beside those for everybody; null for the public.
    pub customer_group: Option<String>,
    /// Whether unit prices, subtotals and discounts are shown with or without tax.
    #[graphql(default_with = "TaxDisplay::Inclusive")]
    pub tax_display: TaxDisplay,
}

impl From<MarketInput> for Market {
    fn from(input: MarketInput) -> Self {
        let MarketInput { country, currency, language, customer_group, tax_display } = input;
        Self {
            country: country.into(),
            currency,
            language: language.into(),
            customer_group: customer_group.map(Into::into),
            tax_display,
        }
    }
}

/// Where the goods go: decides the tax.
#[derive(Debug, InputObject)]
pub struct DestinationInput {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// State, province or island, by its name or code of ISO 3166-2. Needed where parts of a country are taxed in their own
    /// way and its postal code does not tell.
    pub region: Option<String>,
    /// Parts of some countries are known by it where no region is given.
    pub postal_code: Option<String>,
    /// Whether the buyer is a business whose VAT id is marked valid: then nothing is owed outside of the home country.
    #[graphql(default)]
    pub vat_id_valid: bool,
}

impl From<DestinationInput> for WantedDestination {
    fn from(input: DestinationInput) -> Self {
        let DestinationInput { country, region, postal_code, vat_id_valid } = input;
        Self { country, region, postal_code, vat_id_valid }
    }
}

/// Lines to price, for whom and where to.
#[derive(Debug, InputObject)]
pub struct QuoteLinesInput {
    /// At most 200; an offer at most once.
    pub lines: Vec<QuoteLineInput>,
    /// The coupon to apply, in upper or lower case; none unless given.
    pub coupon_code: Option<String>,
    /// Whose per-user limit of the coupon counts; none for guests.
    pub user_id: Option<UserId>,
    /// The market of the buyer.
    pub market: MarketInput,
    /// Unknown as long as the buyer has named no address.
    pub destination: Option<DestinationInput>,
    /// False lets names and prices come from a cache of at most ten seconds; for showing a cart. Checkout says true.
    #[graphql(default = true)]
    pub fresh: bool,
}

/// Who pays a coupon's discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CouponFunding {
    /// The platform pays the discount; it applies to every vendor's lines.
    Platform,
    /// The vendor pays the discount; it applies to that vendor's lines alone.
    Vendor,
}

/// A coupon that was applied.
#[derive(SimpleObject)]
pub struct QuotedCoupon {
    /// The coupon.
    pub coupon_id: CouponId,
    /// Its code, in upper case.
    pub code: String,
    /// Who pays the discount.
    pub funding: CouponFunding,
    /// The vendor that pays it; null for the platform.
    pub vendor_id: Option<VendorId>,
    /// What it takes off all lines, with or without tax as the market shows prices.
    pub discount: Money,
}

/// A line that cannot be bought as it is.
#[derive(SimpleObject)]
pub struct LineProblem {
    /// The offer of the line.
    pub offer_id: OfferId,
    /// Why not.
    pub code: Problem,
    /// How many pieces the line asks for.
    pub requested: i64,
    /// How many pieces can be bought now; 0 of what is not sold.
    pub available: i64,
}

/// A line with its price, discount and tax. `unitPrice`, `subtotal` and `discount` are in the terms of the quote's
/// `pricesIncludeTax`, so `subtotal - discount` is `total` with tax and `net` without. The tax of the lines of the same
/// `terms` and `termsRatePpm` is rounded once, half to even to the minor unit, and spread over them; totals are sums of
/// lines.
#[derive(SimpleObject)]
pub struct PricedLine {
    /// The offer of the line.
    pub offer_id: OfferId,
    /// The variant that is offered.
    pub variant_id: VariantId,
    /// The product that the variant is a form of.
    pub product_id: ProductId,
    /// Who offers it, and sells it by this line.
    pub vendor_id: VendorId,
    /// The category that lists the product; null if none does.
    pub category_id: Option<CategoryId>,
    /// Stock-keeping unit of the variant.
    pub sku: String,
    /// Slug of the product, for a link to it.
    pub product_slug: String,
    /// In the market's language.
    pub product_name: String,
    /// The variant's options, such as `M / blue`; empty for a variant without options.
    pub variant_name: String,
    /// A path at the same host, to a picture of the variant or else of the product; null if there is none.
    pub image_url: Option<String>,
    /// How many pieces the line asks for.
    pub quantity: i64,
    /// How many pieces can be bought now, which can be fewer.
    pub available: i64,
    /// Of one piece.
    pub weight_grams: i64,
    /// The price of one as it was entered, whatever is shown and wherever it goes.
    pub listed_price: Money,
    /// The price of one, as on the product's page: rounded by itself.
    pub unit_price: Money,
    /// A former or recommended price of one to show beside `unitPrice`, in the same terms; null if there is none.
    pub compare_at_price: Option<Money>,
    /// Before the discount, rounded by itself.
    pub subtotal: Money,
    /// This line's part of the coupon's discount; not negative.
    pub discount: Money,
    /// The same without tax.
    pub discount_net: Money,
    /// listedPrice × quantity, less the discount as entered: what `net` and `total` are made of, by `terms` and
    /// `termsRatePpm`.
    pub entered: Money,
    /// Without tax, after discount. The basis of commission.
    pub net: Money,
    /// What `total` is more than `net`.
    pub tax: Money,
    /// net + tax: what the buyer pays for the line.
    pub total: Money,
    /// The product's kind of goods, by which tax zones tax it.
    pub tax_class: String,
    /// What is owed, as a fraction: 0.19.
    pub tax_rate: Decimal,
    /// How `entered` became `net` and `total`: it depends on the kind of goods and on where they go.
    pub terms: PriceTerms,
    /// By which `entered` is taken apart, in millionths: the tax rate, or where the tax is taken off, that at home.
    pub terms_rate_ppm: i64,
}

impl PricedLine {
    fn new(line: &QuotedLine, quote: &Quote) -> Result<Self, MoneyError> {
        let language = &quote.market.language;
        let (product, amounts) = (&line.product, &line.amounts);
        let own = product.media.iter().find(|media| media.variant_id == Some(line.variant.row.id));
        Ok(Self {
            offer_id: line.offer.row.id,
            variant_id: line.variant.row.id,
            product_id: product.row.id,
            vendor_id: line.offer.row.vendor_id,
            category_id: product.row.category_id,
            sku: line.variant.row.sku.clone(),
            product_slug: product.row.slug.clone(),
            product_name: product.name(language).to_owned(),
            variant_name: line.variant.name(),
            image_url: own.or_else(|| product.media.first()).map(|media| crate::media::url(&media.file)),
            quantity: line.quantity,
            available: line.available,
            weight_grams: line.variant.row.weight_grams.unwrap_or(product.row.weight_grams),
            listed_price: line.listed_price,
            unit_price: quote.shown(line.unit_price),
            compare_at_price: line.compare_at.map(|amount| quote.shown(amount)),
            subtotal: amounts.subtotal(|amount| quote.shown(amount))?,
            discount: quote.shown(amounts.discount),
            discount_net: amounts.discount.net,
            entered: amounts.entered,
            net: amounts.taxed.net,
            tax: amounts.taxed.tax,
            total: amounts.taxed.gross,
            tax_class: product.row.tax_class.clone(),
            tax_rate: Decimal(rate_text(amounts.treatment.owed_ppm())),
            terms: amounts.treatment.terms,
            terms_rate_ppm: amounts.treatment.rate_ppm,
        })
    }
}

/// What lines cost, before shipping and points.
#[Object]
impl Quote {
    /// The currency of all amounts: the market's.
    #[graphql(name = "currency")]
    async fn graphql_currency(&self) -> CurrencyCode {
        self.market.currency
    }

    /// Whether the goods are sold to where they should go: the market lists the country and a tax zone covers the
    /// address. If not, the amounts are as if they went to the market's country.
    async fn destination_served(&self) -> bool {
        self.destination_served
    }

    /// Whether no tax is owed because the buyer is a business abroad.
    async fn tax_exempt(&self) -> bool {
        self.tax_exempt
    }

    /// Whether unit prices, subtotals and discounts are shown with tax, as the market wants it.
    async fn prices_include_tax(&self) -> bool {
        self.market.tax_display == TaxDisplay::Inclusive
    }

    /// The lines that have a price, in the order of the input; none where the market's country is not sold to.
    async fn lines(&self) -> Result<Vec<PricedLine>> {
        let lines = self.lines.iter().map(|line| PricedLine::new(line, self));
        Ok(lines.collect::<Result<_, MoneyError>>().map_err(QuoteError::from)?)
    }

    /// Lines that cannot be bought as they are, in the order of the input.
    async fn problems(&self) -> Vec<LineProblem> {
        self.problems
            .iter()
            .map(|problem| LineProblem {
                offer_id: problem.wanted.offer,
                code: problem.problem,
                requested: problem.wanted.quantity,
                available: problem.available,
            })
            .collect()
    }

    /// The coupon that was applied.
    async fn coupon(&self) -> Result<Option<QuotedCoupon>> {
        let Some(terms) = &self.coupon else { return Ok(None) };
        Ok(Some(QuotedCoupon {
            coupon_id: terms.id,
            code: terms.code.clone(),
            funding: if terms.vendor.is_some() { CouponFunding::Vendor } else { CouponFunding::Platform },
            vendor_id: terms.vendor,
            discount: self.sum(|amounts| self.shown(amounts.discount)).map_err(QuoteError::from)?,
        }))
    }

    /// Why the coupon is not applied; null if it is, if none was asked for, and where no line has a price.
    async fn coupon_rejection(&self) -> Option<Rejection> {
        self.rejection
    }

    /// Before the discount, with or without tax as the market shows prices.
    async fn subtotal(&self) -> Result<Money> {
        let paid = self.sum(|amounts| self.shown(amounts.taxed)).map_err(QuoteError::from)?;
        let discount = self.sum(|amounts| self.shown(amounts.discount)).map_err(QuoteError::from)?;
        Ok(paid.checked_add(discount).map_err(QuoteError::from)?)
    }

    /// What the coupon takes off, with or without tax as the market shows prices; not negative.
    async fn discount(&self) -> Result<Money> {
        Ok(self.sum(|amounts| self.shown(amounts.discount)).map_err(QuoteError::from)?)
    }

    /// Without tax, after the discount.
    async fn net(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.taxed.net).map_err(QuoteError::from)?)
    }

    /// What `total` is more than `net`.
    async fn tax(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.taxed.tax).map_err(QuoteError::from)?)
    }

    /// What the buyer pays for all lines: net + tax.
    async fn total(&self) -> Result<Money> {
        Ok(self.sum(|amounts| amounts.taxed.gross).map_err(QuoteError::from)?)
    }
}

#[derive(Default)]
pub struct QuoteQuery;

#[Object]
impl QuoteQuery {
    /// Prices, taxes and discounts of lines in a market. Reads the database unless `fresh` is false.
    async fn quote_lines(&self, ctx: &Context<'_>, input: QuoteLinesInput) -> Result<Arc<Quote>> {
        let request = QuoteRequest {
            lines: input.lines.iter().map(Wanted::from).collect(),
            coupon: input.coupon_code,
            user: input.user_id,
            market: input.market.into(),
            destination: input.destination.map(Into::into),
            fresh: input.fresh,
        };
        Ok(Arc::new(quote_lines(ctx.data_unchecked::<App>(), request).await?))
    }
}
