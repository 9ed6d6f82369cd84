//! From wanted lines to quoted ones: first the price, then, once the coupon is taken off, the tax.

use std::sync::Arc;

use platform_commerce::{Market, Money, MoneyError};

use super::amounts::{self, Entered};
use super::found::Found;
use super::{LineProblem, Problem, QuotedLine};
use crate::product::data::{OfferData, ProductData, VariantData};
use crate::stock::Wanted;
use crate::tax::Taxation;

/// A line that has a price and no tax yet.
pub struct ListedLine {
    product: Arc<ProductData>,
    variant: Arc<VariantData>,
    pub offer: Arc<OfferData>,
    quantity: i64,
    available: i64,
    listed_price: Money,
    compare_at: Option<Money>,
    pub entered: Entered,
}

/// Prices what can be priced, without discount and tax yet.
pub fn price(
    wanted: &[Wanted],
    found: &Found,
    market: &Market,
) -> Result<(Vec<ListedLine>, Vec<LineProblem>), MoneyError> {
    let (mut lines, mut problems) = (Vec::with_capacity(wanted.len()), Vec::new());
    for wanted in wanted {
        let available = found.available.get(&wanted.offer).copied().unwrap_or_default();
        let mut problem = |problem: Problem| {
            let available = if problem.keeps_out() { 0 } else { available };
            problems.push(LineProblem { wanted: *wanted, problem, available });
        };
        let product = found.products.get(&wanted.offer);
        let known = product.and_then(|product| Some((product, product.find_offer(wanted.offer)?)));
        let Some((product, (variant, offer))) = known else {
            problem(Problem::UnknownOffer);
            continue;
        };
        if !product.sells(variant, offer) {
            problem(Problem::NotForSale);
            continue;
        }
        let Some(listed) = offer.price(market, wanted.quantity) else {
            problem(Problem::NoPrice);
            continue;
        };
        if available < wanted.quantity {
            problem(Problem::InsufficientStock);
        }
        let subtotal = listed.amount.checked_mul(wanted.quantity)?;
        lines.push(ListedLine {
            product: Arc::clone(product),
            variant: Arc::clone(variant),
            offer: Arc::clone(offer),
            quantity: wanted.quantity,
            available,
            listed_price: listed.amount,
            compare_at: listed.compare_at,
            entered: Entered { subtotal, discount: Money::zero(market.currency) },
        });
    }
    Ok((lines, problems))
}

/// Lines with their taxes.
pub fn taxed(taxation: &Taxation, lines: Vec<ListedLine>) -> Result<Vec<QuotedLine>, MoneyError> {
    let entered: Vec<(Entered, &str)> =
        lines.iter().map(|line| (line.entered, line.product.row.tax_class.as_str())).collect();
    let amounts = amounts::tax(taxation, &entered)?;
    lines
        .into_iter()
        .zip(amounts)
        .map(|(line, amounts)| {
            Ok(QuotedLine {
                unit_price: amounts.treatment.take_apart(line.listed_price)?,
                compare_at: line.compare_at.map(|amount| amounts.treatment.take_apart(amount)).transpose()?,
                product: line.product,
                variant: line.variant,
                offer: line.offer,
                quantity: line.quantity,
                available: line.available,
                listed_price: line.listed_price,
                amounts,
            })
        })
        .collect()
}
