//! Entered prices as a market shows them, for lists and searches, whose rows hold entered prices.
//!
//! Invariant: what is shown here is what [`Taxation`] shows of one piece. It grows with the entered amount, so a range
//! of shown prices is a range of entered ones for each tax class, and an order by one is an order by the other.

use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market, Money, TaxTreatment};

use super::{Destination, TaxTable, Taxation};

/// Beyond it no price is looked for: it leaves room for any tax.
const HIGHEST: i64 = i64::MAX / 4;

/// How the prices of a market are shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ShownPrices {
    currency: CurrencyCode,
    display: TaxDisplay,
    taxation: Taxation,
}

impl ShownPrices {
    /// `None` where nothing is sold: no zone covers the market's country.
    pub fn of(taxes: &TaxTable, market: &Market) -> Option<Self> {
        let taxation = taxes.taxation(Destination::assumed(market), market.currency)?;
        Some(Self { currency: market.currency, display: market.tax_display, taxation })
    }

    pub const fn currency(&self) -> CurrencyCode {
        self.currency
    }

    /// How goods of a class are taxed.
    pub fn treatment(&self, tax_class: &str) -> TaxTreatment {
        self.taxation.treatment(tax_class)
    }

    /// What an entered amount is shown as; as it was entered where that is beyond all bounds.
    pub fn shown(&self, entered: i64, treatment: TaxTreatment) -> i64 {
        let taxed = treatment.take_apart(Money::from_minor(entered, self.currency));
        taxed.map_or(entered, |taxed| taxed.shown(self.display).minor())
    }

    /// The entered amounts that are shown as `min` to `max`, both inclusive; empty when the first is greater than the
    /// second.
    pub fn entered(&self, min: Option<i64>, max: Option<i64>, treatment: TaxTreatment) -> (i64, i64) {
        let first = |bound: i64| {
            let (mut low, mut high) = (0, HIGHEST);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.shown(middle, treatment) >= bound { high = middle } else { low = middle + 1 }
            }
            low
        };
        let to = match max {
            None => HIGHEST,
            Some(max) => first(max.saturating_add(1)) - 1,
        };
        (min.map_or(0, first), to)
    }

    /// The classes of which prices are not shown as they were entered.
    pub fn converted(&self) -> impl Iterator<Item = (&str, TaxTreatment)> {
        let classes = self.taxation.classes().into_iter();
        classes.map(|class| (class, self.treatment(class))).filter(|(_, treatment)| {
            let (numerator, denominator) = self.ratio(*treatment);
            numerator != denominator
        })
    }

    /// By which fraction an entered amount is multiplied to be shown.
    pub const fn ratio(&self, treatment: TaxTreatment) -> (i64, i64) {
        treatment.shown_ratio(self.display)
    }
}

#[cfg(test)]
mod tests {
    use platform_commerce::PriceTerms;

    use super::*;

    #[test]
    fn a_range_of_shown_prices_is_a_range_of_entered_ones() {
        for terms in [PriceTerms::Included, PriceTerms::Added, PriceTerms::TakenOff] {
            for display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                let taxation = Taxation::at_rates(true, &[]);
                let prices = ShownPrices { currency: CurrencyCode::EUR, display, taxation };
                for rate_ppm in [0, 70_000, 190_000] {
                    let treatment = TaxTreatment { terms, rate_ppm };
                    for (min, max) in [(0, 0), (1_513, 1_513), (1_500, 1_600), (7, 3)] {
                        let (from, to) = prices.entered(Some(min), Some(max), treatment);
                        for entered in 0..2_500 {
                            let inside = (min..=max).contains(&prices.shown(entered, treatment));
                            assert_eq!((from..=to).contains(&entered), inside, "{treatment:?} {entered}");
                        }
                    }
                }
            }
        }
    }
}
