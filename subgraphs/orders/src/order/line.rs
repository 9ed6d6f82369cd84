//! What a line of an order costs before its discount, in the terms in which the order shows prices.

use orders_entities::order_line::Model;
use platform_commerce::{CurrencyCode, Money, MoneyError};

use crate::quote;

/// Before the discount; with tax if the order's prices are.
pub fn subtotal(line: &Model, prices_include_tax: bool, currency: CurrencyCode) -> Result<Money, MoneyError> {
    let paid = if prices_include_tax { line.total_minor } else { line.net_minor };
    Money::from_minor(paid, currency).checked_add(Money::from_minor(line.discount_minor, currency))
}

/// What [`subtotal`] is more than the unit price for each piece.
pub fn rounding(line: &Model, prices_include_tax: bool, currency: CurrencyCode) -> Result<Money, MoneyError> {
    let unit_price = Money::from_minor(line.unit_price_minor, currency);
    quote::rounding(unit_price, line.quantity, subtotal(line, prices_include_tax, currency)?)
}
