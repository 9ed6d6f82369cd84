//! How tax stands in an amount of money: inside it, on top of it, or taken off.
//!
//! Arithmetic alone. Invariant: what is taken apart comes back together, `net + tax = gross`. Deliberately absent:
//! rates, zones and who owes what; those are catalog's.

use std::collections::BTreeSet;

use async_graphql::Enum;
use serde::{Deserialize, Serialize};

use crate::market::TaxDisplay;
use crate::money::{Money, MoneyError};

const MILLION: i64 = 1_000_000;

/// How prices, as they were entered, become what a buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PriceTerms {
    /// They were entered with tax; the destination's tax is inside them, and they stay what they are.
    Included,
    /// They were entered without tax; the destination's tax is added to them.
    Added,
    /// They were entered with tax, and none is owed: the tax at home is taken off them.
    TakenOff,
}

/// An amount taken apart: `net + tax = gross`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

impl Taxed {
    /// With or without tax, as a market shows prices.
    pub const fn shown(self, display: TaxDisplay) -> Money {
        match display {
            TaxDisplay::Inclusive => self.gross,
            TaxDisplay::Exclusive => self.net,
        }
    }
}

impl PriceTerms {
    /// The tax that belongs to an entered `amount` at a rate in millionths, rounded half to even.
    pub fn part(self, amount: Money, rate_ppm: i64) -> Result<Money, MoneyError> {
        match self {
            Self::Included | Self::TakenOff => {
                let whole = MILLION.checked_add(rate_ppm).ok_or(MoneyError::Overflow)?;
                amount.checked_ratio(rate_ppm, whole)
            }
            Self::Added => amount.checked_ratio(rate_ppm, MILLION),
        }
    }

    /// Takes an entered amount apart by the `part` of it that is tax.
    pub fn apply(self, amount: Money, part: Money) -> Result<Taxed, MoneyError> {
        Ok(match self {
            Self::Included => Taxed { net: amount.checked_sub(part)?, tax: part, gross: amount },
            Self::Added => Taxed { net: amount, tax: part, gross: amount.checked_add(part)? },
            Self::TakenOff => {
                let net = amount.checked_sub(part)?;
                Taxed { net, tax: Money::zero(amount.currency()), gross: net }
            }
        })
    }

    /// Takes one entered amount apart by itself.
    pub fn take_apart(self, amount: Money, rate_ppm: i64) -> Result<Taxed, MoneyError> {
        self.apply(amount, self.part(amount, rate_ppm)?)
    }

    /// The tax of amounts that are rounded once together, spread over them: the parts of equal `rates` sum to the tax
    /// of the sum of their amounts, and none is more than a minor unit from its own. As many parts as amounts.
    pub fn parts(self, amounts: &[(Money, i64)]) -> Result<Vec<Money>, MoneyError> {
        let mut parts: Vec<Money> =
            amounts.iter().map(|(amount, _)| Money::zero(amount.currency())).collect();
        let rates: BTreeSet<i64> = amounts.iter().map(|(_, rate)| *rate).collect();
        for rate in rates {
            let alike = parts.iter_mut().zip(amounts).filter(|(_, (_, other))| *other == rate);
            let mut alike: Vec<(&mut Money, Money)> =
                alike.map(|(part, (amount, _))| (part, *amount)).collect();
            let Some(currency) = alike.first().map(|(_, amount)| amount.currency()) else { continue };
            let sum = Money::sum(currency, alike.iter().map(|(_, amount)| *amount))?;
            let weights: Vec<i64> = alike.iter().map(|(_, amount)| amount.minor()).collect();
            let shares = self.part(sum, rate)?.allocate(&weights)?;
            for ((part, _), share) in alike.iter_mut().zip(shares) {
                **part = share;
            }
        }
        Ok(parts)
    }

    /// By which fraction, as numerator and denominator, an entered amount is multiplied to be shown.
    pub const fn shown_ratio(self, display: TaxDisplay, rate_ppm: i64) -> (i64, i64) {
        match (self, display) {
            (Self::Included, TaxDisplay::Inclusive) | (Self::Added, TaxDisplay::Exclusive) => {
                (MILLION, MILLION)
            }
            (Self::Added, TaxDisplay::Inclusive) => (MILLION.saturating_add(rate_ppm), MILLION),
            (Self::Included, TaxDisplay::Exclusive) | (Self::TakenOff, _) => {
                (MILLION, MILLION.saturating_add(rate_ppm))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::CurrencyCode;

    const ALL: [PriceTerms; 3] = [PriceTerms::Included, PriceTerms::Added, PriceTerms::TakenOff];

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    #[test]
    fn net_and_tax_sum_to_gross() {
        let split = |terms: PriceTerms, ppm, minor| {
            let taxed = terms.take_apart(eur(minor), ppm).unwrap();
            (taxed.net.minor(), taxed.tax.minor(), taxed.gross.minor())
        };
        assert_eq!(split(PriceTerms::Included, 190_000, 11_900), (10_000, 1_900, 11_900));
        assert_eq!(split(PriceTerms::Included, 190_000, 999), (839, 160, 999));
        assert_eq!(split(PriceTerms::Added, 88_750, 10_000), (10_000, 888, 10_888));
        assert_eq!(split(PriceTerms::Added, 0, 500), (500, 0, 500));
        assert_eq!(split(PriceTerms::TakenOff, 190_000, 11_900), (10_000, 0, 10_000));
    }

    #[test]
    fn amounts_of_one_rate_are_rounded_once() {
        let parts = |terms: PriceTerms, amounts: &[(i64, i64)]| -> Vec<i64> {
            let amounts: Vec<_> = amounts.iter().map(|(minor, ppm)| (eur(*minor), *ppm)).collect();
            terms.parts(&amounts).unwrap().iter().map(|part| part.minor()).collect()
        };
        assert_eq!(parts(PriceTerms::Included, &[(3_600, 190_000), (499, 190_000)]), [574, 80]);
        let mixed = [(4_500, 70_000), (100, 0), (4_500, 70_000), (500, 190_000), (4_500, 70_000)];
        assert_eq!(parts(PriceTerms::Included, &mixed), [295, 0, 294, 80, 294]);
        assert_eq!(parts(PriceTerms::Added, &[]), [] as [i64; 0]);
    }

    #[test]
    fn what_is_shown_is_what_the_ratio_says() {
        for terms in ALL {
            for display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                for (minor, ppm) in [(1_800, 190_000), (999, 70_000), (4_500, 0), (1, 200_000)] {
                    let (numerator, denominator) = terms.shown_ratio(display, ppm);
                    let shown = terms.take_apart(eur(minor), ppm).unwrap().shown(display).minor();
                    let exact = minor * numerator;
                    assert!(
                        (exact - shown * denominator).abs() * 2 <= denominator,
                        "{terms:?} {minor} {ppm}"
                    );
                }
            }
        }
    }
}
