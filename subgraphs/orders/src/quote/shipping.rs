//! What shipping costs until zones and slots have their own fees: a flat fee for each vendor that sends a parcel, none
//! above a threshold of goods.

use platform_core::{Money, MoneyError};

/// Currency, fee for a parcel, value of goods from which it is free; minor units.
const RATES: &[(&str, i64, i64)] =
    &[("EUR", 499, 5_000), ("USD", 599, 6_000), ("GBP", 449, 4_500), ("JPY", 500, 5_000)];

/// The fee of one vendor's parcel that holds goods worth `goods`.
pub fn fee(goods: Money) -> Result<Money, MoneyError> {
    let currency = goods.currency();
    let (fee, free_from) = match RATES.iter().find(|(code, ..)| *code == currency.as_str()) {
        Some((_, fee, free_from)) => {
            (Money::from_minor(*fee, currency), Money::from_minor(*free_from, currency))
        }
        None => (Money::parse("5", currency)?, Money::parse("50", currency)?),
    };
    Ok(if goods.minor() >= free_from.minor() { Money::zero(currency) } else { fee })
}
