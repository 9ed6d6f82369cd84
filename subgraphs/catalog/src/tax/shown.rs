//! Entered prices as a market shows them, for lists and searches, whose rows hold entered prices.
//!
//! Invariant: what is shown here is what [`Taxation`] shows of one piece. It grows with the entered amount, so a range
//! of shown prices is a range of entered ones for each tax class, and an order by one is an order by the other.

use std::collections::BTreeMap;

use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market, Money, PriceTerms};

use super::{Destination, TaxTable, Taxation};

/// Beyond it no price is looked for: it leaves room for any tax.
const HIGHEST: i64 = i64::MAX / 4;

/// How the prices of a market are shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ShownPrices {
    currency: CurrencyCode,
    terms: PriceTerms,
    display: TaxDisplay,
    /// In millionths, by tax class; other classes have none.
    rates: BTreeMap<String, i64>,
}

impl ShownPrices {
    /// `None` where nothing is sold: no zone covers the market's country.
    pub fn of(taxes: &TaxTable, market: &Market) -> Option<Self> {
        let taxation: Taxation = taxes.taxation(Destination::assumed(market), market.currency)?;
        let (currency, display) = (market.currency, market.tax_display);
        Some(Self { currency, terms: taxation.terms, display, rates: taxation.rates() })
    }

    pub const fn currency(&self) -> CurrencyCode {
        self.currency
    }

    pub fn rate_ppm(&self, tax_class: &str) -> i64 {
        self.rates.get(tax_class).copied().unwrap_or(0)
    }

    /// What an entered amount is shown as at a rate; as it was entered where that is beyond all bounds.
    pub fn shown(&self, entered: i64, rate_ppm: i64) -> i64 {
        let amount = Money::from_minor(entered, self.currency);
        let taxed = self.terms.take_apart(amount, rate_ppm);
        taxed.map_or(entered, |taxed| taxed.shown(self.display).minor())
    }

    /// The entered amounts that are shown as `min` to `max`, both inclusive, at a rate; empty when the first is greater
    /// than the second.
    pub fn entered(&self, min: Option<i64>, max: Option<i64>, rate_ppm: i64) -> (i64, i64) {
        let first = |bound: i64| {
            let (mut low, mut high) = (0, HIGHEST);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.shown(middle, rate_ppm) >= bound { high = middle } else { low = middle + 1 }
            }
            low
        };
        let to = match max {
            None => HIGHEST,
            Some(max) => first(max.saturating_add(1)) - 1,
        };
        (min.map_or(0, first), to)
    }

    /// The classes that are shown by a factor of their own, with their rates; none where prices are shown as entered.
    pub fn converted(&self) -> impl Iterator<Item = (&str, i64)> {
        let as_entered = {
            let (numerator, denominator) = self.terms.shown_ratio(self.display, 1);
            numerator == denominator
        };
        self.rates.iter().filter(move |_| !as_entered).map(|(class, rate)| (class.as_str(), *rate))
    }

    /// By which fraction an entered amount is multiplied to be shown.
    pub fn ratio(&self, rate_ppm: i64) -> (i64, i64) {
        self.terms.shown_ratio(self.display, rate_ppm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_shown_prices_is_a_range_of_entered_ones() {
        for terms in [PriceTerms::Included, PriceTerms::Added, PriceTerms::TakenOff] {
            for display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                let rates = BTreeMap::new();
                let prices = ShownPrices { currency: CurrencyCode::EUR, terms, display, rates };
                for rate in [0, 70_000, 190_000] {
                    for (min, max) in [(0, 0), (1_513, 1_513), (1_500, 1_600), (7, 3)] {
                        let (from, to) = prices.entered(Some(min), Some(max), rate);
                        for entered in 0..2_500 {
                            let inside = (min..=max).contains(&prices.shown(entered, rate));
                            assert_eq!((from..=to).contains(&entered), inside, "{terms:?} {entered}");
                        }
                    }
                }
            }
        }
    }
}
