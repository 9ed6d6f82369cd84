//! Carts as clients see and change them.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use orders_entities::cart_line;
use platform_commerce::Money;
use platform_core::id::{CartLineId, OfferId, UserId};
use platform_server::{access, caller, cost, rows};
use platform_text::{VatId, line};

use super::add::{AddToCartInput, AddToCartPayload, add};
use super::change;
use super::check::{self, LineChecks};
use super::error::CartError;
use super::line::CartLine;
use super::merge::{MergeCartInput, MergeCartPayload, merge};
use super::owner::Owner;
use super::seen_price::{note_prices, seen_price};
use super::store::{self, CartOf, CartRows, LinesOf};
use crate::app::App;
use crate::destination::{Destination, QuoteDestinationInput};
use crate::peers::catalog::{PricedLine, WantedLine};
use crate::peers::logistics::DeliveryChoice;
use crate::quote::{CartProblem, CheckoutQuote, DeliveryChoiceInput, QuoteError, QuoteInput, quote};

/// The most characters of a coupon's code that a cart takes.
const MAX_COUPON_CODE: usize = 64;

/// A cart. Prices are those of the request's market, now.
pub struct Cart(pub CartRows);

/// The price of an offer changed since the customer saw it last, for as many pieces as are in the cart.
#[derive(SimpleObject)]
pub struct PriceChanged {
    /// The offer whose price changed.
    offer_id: ID,
    /// The price of one piece that the customer saw last, with or without tax as `now`.
    before: Money,
    /// The price of one piece now, with or without tax as the market shows prices.
    now: Money,
}

/// Something that the customer should know about the cart.
#[derive(Union)]
pub enum CartNotice {
    PriceChanged(PriceChanged),
    Problem(CartProblem),
}

/// What a customer has picked out to buy. Prices are those of the request's market, now.
#[Object]
impl Cart {
    /// Identifier of the cart.
    async fn id(&self) -> ID {
        self.0.cart.id.to_graphql()
    }

    /// The lines, in the order in which they were added; at most 200.
    #[graphql(directive = cost::list::apply(20))]
    async fn lines(&self) -> Vec<CartLine> {
        let checks = Arc::new(LineChecks::new(&self.0.lines));
        let line = |row: &cart_line::Model| CartLine::new(row.clone(), &checks);
        self.0.lines.iter().map(line).collect()
    }

    /// The coupon on the cart, in upper case; null if there is none. The quote says whether it applies.
    async fn coupon_code(&self) -> Option<&str> {
        self.0.cart.coupon_code.as_deref()
    }

    /// The number of items in all lines.
    async fn total_quantity(&self) -> i64 {
        self.0.lines.iter().map(|l| i64::from(l.quantity)).sum()
    }

    /// Grows with every change of the cart.
    async fn version(&self) -> i64 {
        self.0.cart.version
    }

    /// What the cart costs now, zero where there is nothing in it; prices may be some seconds old. `checkoutQuote` gives
    /// binding ones.
    async fn quote(&self, ctx: &Context<'_>) -> Result<Option<CheckoutQuote>> {
        price(ctx, &self.0, Wishes::default()).await.map(Some)
    }

    /// Prices that changed since they were shown here last, and lines that cannot be bought as they stand. Price changes
    /// are told once; that another quantity has another price is none.
    #[graphql(directive = cost::list::apply(5))]
    async fn notices(&self, ctx: &Context<'_>) -> Result<Option<Vec<CartNotice>>> {
        let CheckoutQuote(quote) = price(ctx, &self.0, Wishes::default()).await?;
        let priced: HashMap<OfferId, &PricedLine> =
            quote.priced.lines.iter().map(|line| (line.offer_id, line)).collect();
        let mut notices: Vec<_> =
            quote.priced.problems.iter().map(|p| CartNotice::Problem(p.into())).collect();
        for line in &self.0.lines {
            if let (Some(seen), Some(priced)) = (seen_price(line), priced.get(&line.offer_id))
                && seen != priced.listed_price
                && seen.currency() == priced.listed_price.currency()
            {
                let offer_id = line.offer_id.to_graphql();
                let before = quote.unit_price_shown(priced, seen).map_err(QuoteError::from)?;
                let now = priced.unit_price;
                notices.push(CartNotice::PriceChanged(PriceChanged { offer_id, before, now }));
            }
        }
        note_prices(ctx.data_unchecked::<App>(), &self.0, &quote.priced.lines).await?;
        Ok(Some(notices))
    }
}

impl Cart {
    /// The cart of a user, if there is one.
    pub async fn of_user(ctx: &Context<'_>, user: UserId) -> Result<Option<Self>> {
        let Some(cart) = rows(ctx).of::<CartOf>(user).await?.pop() else { return Ok(None) };
        let lines = rows(ctx).of::<LinesOf>(cart.id).await?;
        Ok(Some(Self(CartRows { cart, lines })))
    }
}

/// What a caller wants to know the price with.
#[derive(Default)]
struct Wishes {
    points: i64,
    destination: Option<Destination>,
    delivery: Option<DeliveryChoice>,
    vat_id: Option<VatId>,
    fresh: bool,
}

/// Prices a cart for the caller.
async fn price(ctx: &Context<'_>, rows: &CartRows, wishes: Wishes) -> Result<CheckoutQuote> {
    let lines = wanted(rows);
    let input = QuoteInput {
        lines: &lines,
        coupon_code: rows.cart.coupon_code.as_deref(),
        points: wishes.points,
        destination: wishes.destination,
        delivery: wishes.delivery.as_ref(),
        vat_id: wishes.vat_id.as_ref(),
        fresh: wishes.fresh,
    };
    let (app, caller) = (ctx.data_unchecked::<App>(), caller(ctx)?);
    Ok(CheckoutQuote(quote(app, caller, input).await?.with_points_at_hand(app, caller).await?))
}

/// The lines as catalog wants them.
pub fn wanted(rows: &CartRows) -> Vec<WantedLine> {
    rows.lines.iter().map(check::wanted).collect()
}

fn owner<'a>(ctx: &Context<'a>) -> Result<(&'a App, Owner)> {
    Ok((ctx.data_unchecked::<App>(), Owner::of(caller(ctx)?)?))
}

#[derive(Default)]
pub struct CartQuery;

#[Object]
impl CartQuery {
    /// The caller's cart; null if there is none yet.
    #[graphql(directive = access::public::apply())]
    async fn cart(&self, ctx: &Context<'_>) -> Result<Option<Cart>> {
        let Ok(owner) = Owner::of(caller(ctx)?) else { return Ok(None) };
        Ok(store::find(ctx.data_unchecked::<App>().database(), &owner).await?.map(Cart))
    }

    /// What the caller's cart costs now, read afresh; null where there is nothing in it, or no cart. `points` are those that the caller wants to
    /// pay with; of more than the caller can spend, those that can be spent count. With the destination, and the VAT id
    /// of a business, it is what an order there costs; without one the market's country is assumed.
    #[graphql(directive = access::public::apply(), directive = cost::of::apply(200))]
    async fn checkout_quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Points to pay with; not negative, and zero for guests.")] points: i64,
        #[graphql(desc = "Where the goods would go; the market's country unless given.")] destination: Option<
            QuoteDestinationInput,
        >,
        #[graphql(
            desc = "How it shall be delivered; by the first option that needs nothing more chosen unless given."
        )]
        delivery: Option<DeliveryChoiceInput>,
        #[graphql(
            desc = "VAT id of a business, with its country's prefix. It counts if it is the caller's, marked valid, and of the destination's country."
        )]
        vat_id: Option<String>,
    ) -> Result<Option<CheckoutQuote>> {
        let (app, owner) = owner(ctx)?;
        let destination: Option<Destination> =
            destination.map(TryInto::try_into).transpose().map_err(QuoteError::from)?;
        let vat_id = vat_id.map(|id| VatId::parse("vatId", &id)).transpose().map_err(QuoteError::from)?;
        let delivery = delivery.map(TryInto::try_into).transpose().map_err(QuoteError::from)?;
        match store::find(app.database(), &owner).await? {
            Some(rows) if !rows.lines.is_empty() => {
                let wishes = Wishes { points, destination, delivery, vat_id, fresh: true };
                price(ctx, &rows, wishes).await.map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// A line of the caller's cart, and how many pieces it is to ask for.
#[derive(InputObject)]
pub struct UpdateCartLineInput {
    /// A line of the caller's cart.
    pub line_id: CartLineId,
    /// At most 9999; zero removes the line.
    pub quantity: i32,
}

/// A line to take out of the caller's cart.
#[derive(InputObject)]
pub struct RemoveFromCartInput {
    /// A line of the caller's cart.
    pub line_id: CartLineId,
}

/// A coupon to put on the caller's cart, in place of one that is there.
#[derive(InputObject)]
pub struct ApplyCouponInput {
    /// In either case, of at most 64 characters.
    pub code: String,
}

/// The cart after a change.
#[derive(SimpleObject)]
pub struct CartPayload {
    /// The caller's cart as it is now.
    cart: Cart,
}

impl From<CartRows> for CartPayload {
    fn from(rows: CartRows) -> Self {
        Self { cart: Cart(rows) }
    }
}

#[derive(Default)]
pub struct CartMutation;

#[Object]
impl CartMutation {
    /// Adds an offer to the caller's cart, if it can be bought; guests name theirs by the header X-Souk-Guest.
    #[graphql(directive = access::public::apply())]
    async fn add_to_cart(
        &self,
        ctx: &Context<'_>,
        input: AddToCartInput,
    ) -> Result<Option<AddToCartPayload>> {
        Ok(Some(add(ctx.data_unchecked::<App>(), caller(ctx)?, input).await?))
    }

    /// Sets how many pieces a line of the caller's cart asks for, whether there are as many or not: the line's
    /// `problem` says so.
    #[graphql(directive = access::public::apply())]
    async fn update_cart_line(
        &self,
        ctx: &Context<'_>,
        input: UpdateCartLineInput,
    ) -> Result<Option<CartPayload>> {
        let (app, owner) = owner(ctx)?;
        Ok(Some(change::set_quantity(app, &owner, input.line_id, input.quantity).await?.into()))
    }

    /// Takes a line out of the caller's cart.
    #[graphql(directive = access::public::apply())]
    async fn remove_from_cart(
        &self,
        ctx: &Context<'_>,
        input: RemoveFromCartInput,
    ) -> Result<Option<CartPayload>> {
        let (app, owner) = owner(ctx)?;
        Ok(Some(change::set_quantity(app, &owner, input.line_id, 0).await?.into()))
    }

    /// Takes all lines and the coupon out of the caller's cart.
    #[graphql(directive = access::public::apply())]
    async fn clear_cart(&self, ctx: &Context<'_>) -> Result<Option<CartPayload>> {
        let (app, owner) = owner(ctx)?;
        Ok(Some(change::clear(app, &owner).await?.into()))
    }

    /// Puts a coupon on the cart. Whether it applies is said by the quote's `couponRejection`.
    #[graphql(directive = access::public::apply())]
    async fn apply_coupon(&self, ctx: &Context<'_>, input: ApplyCouponInput) -> Result<Option<CartPayload>> {
        let (app, owner) = owner(ctx)?;
        let code = line("code", &input.code, MAX_COUPON_CODE).map_err(CartError::from)?.to_uppercase();
        Ok(Some(change::set_coupon(app, &owner, Some(code)).await?.into()))
    }

    /// Takes the coupon off the caller's cart, if there is one.
    #[graphql(directive = access::public::apply())]
    async fn remove_coupon(&self, ctx: &Context<'_>) -> Result<Option<CartPayload>> {
        let (app, owner) = owner(ctx)?;
        Ok(Some(change::set_coupon(app, &owner, None).await?.into()))
    }

    /// Takes a guest's cart over into the caller's, after signing in; what cannot be bought any more stays behind.
    #[graphql(directive = access::authenticated::apply())]
    async fn merge_cart(&self, ctx: &Context<'_>, input: MergeCartInput) -> Result<Option<MergeCartPayload>> {
        Ok(Some(merge(ctx.data_unchecked::<App>(), caller(ctx)?, input).await?))
    }
}
