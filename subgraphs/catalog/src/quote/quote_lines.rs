//! Pricing lines for a buyer in a market.

use std::collections::HashSet;

use platform_commerce::Market;
use platform_core::id::{OfferId, UserId};

use super::found::{Taxes, find};
use super::price::{ListedLine, price, taxed};
use super::{Quote, QuoteError};
use crate::app::App;
use crate::coupon::rules::{Rejection, Terms};
use crate::coupon::uses::{find_terms, usable};
use crate::stock::{MAX_LINES, MAX_QUANTITY, Wanted};
use crate::tax::Destination;

/// What is to be priced, and for whom.
pub struct QuoteRequest {
    pub lines: Vec<Wanted>,
    pub coupon: Option<String>,
    pub user: Option<UserId>,
    pub market: Market,
    /// Where the goods go; unknown, the market's country is assumed.
    pub destination: Option<WantedDestination>,
    /// False: names and prices may come from the cache.
    pub fresh: bool,
}

/// Where the goods should go.
#[derive(Debug, Clone)]
pub struct WantedDestination {
    pub country: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub vat_id_valid: bool,
}

impl WantedDestination {
    fn place(&self) -> Destination<'_> {
        Destination {
            country: &self.country,
            region: self.region.as_deref(),
            postal_code: self.postal_code.as_deref(),
            vat_id_valid: self.vat_id_valid,
            is_assumed: false,
        }
    }
}

/// What lines cost, and which of them cannot be bought.
pub async fn quote_lines(app: &App, request: QuoteRequest) -> Result<Quote, QuoteError> {
    let QuoteRequest { lines: wanted, coupon, user, market, destination, fresh } = request;
    let offers: Vec<OfferId> = wanted.iter().map(|line| line.offer).collect();
    if offers.iter().collect::<HashSet<_>>().len() != wanted.len() || wanted.len() > MAX_LINES {
        return Err(QuoteError::InvalidLines);
    }
    if wanted.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
        return Err(QuoteError::InvalidQuantity);
    }
    let assumed = Destination::assumed(&market);
    let place = destination.as_ref().map_or(assumed, WantedDestination::place);
    let found = find(app, &offers, place, &market, fresh).await?;
    let Taxes { taxation, destination_served } = &found.taxes;
    let (mut lines, problems) = match taxation {
        Some(_) => price(&wanted, &found, &market)?,
        None => (Vec::new(), Vec::new()),
    };
    let (coupon, rejection) = match coupon.filter(|_| !lines.is_empty()) {
        Some(code) => match apply(app, &code, user, &market, &mut lines).await? {
            Ok(terms) => (Some(terms), None),
            Err(rejection) => (None, Some(rejection)),
        },
        None => (None, None),
    };
    let (tax_exempt, lines) = match taxation {
        Some(taxation) => (taxation.exempt, taxed(taxation, lines)?),
        None => (false, Vec::new()),
    };
    let destination_served = *destination_served;
    Ok(Quote { market, destination_served, tax_exempt, lines, problems, coupon, rejection })
}

/// Takes a coupon off the lines; why not, if it does not apply.
async fn apply(
    app: &App,
    code: &str,
    user: Option<UserId>,
    market: &Market,
    lines: &mut [ListedLine],
) -> Result<Result<Terms, Rejection>, QuoteError> {
    let Some(terms) = find_terms(app, code).await? else { return Ok(Err(Rejection::Unknown)) };
    if let Err(rejection) = usable(app, &terms, user).await? {
        return Ok(Err(rejection));
    }
    let basis: Vec<_> = lines.iter().map(|line| (line.offer.row.vendor_id, line.entered.subtotal)).collect();
    let parts = match terms.spread(market.currency, &basis)? {
        Ok(parts) => parts,
        Err(rejection) => return Ok(Err(rejection)),
    };
    for (line, discount) in lines.iter_mut().zip(parts) {
        line.entered.discount = discount;
    }
    Ok(Ok(terms))
}
