//! How tax stands in an amount of money: inside it, on top of it, or taken off.
//!
//! Arithmetic alone. Invariant: what is taken apart comes back together, `net + tax = gross`. Deliberately absent:
//! rates, zones and who owes what; those are catalog's.

use std::collections::BTreeSet;

use async_graphql::Enum;
use serde::{Deserialize, Serialize};

use crate::market::TaxDisplay;
use crate::money::{CurrencyCode, Money, MoneyError};

const MILLION: i64 = 1_000_000;

/// How a price, as it was entered, becomes what a buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PriceTerms {
    /// It was entered with tax; the destination's tax is inside it, and it stays what it is.
    Included,
    /// It was entered without tax; the destination's tax is added to it.
    Added,
    /// It was entered with tax, and none is owed: the tax at home is taken off it.
    TakenOff,
}

/// An amount taken apart: `net + tax = gross`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// How goods of one kind are taxed. Amounts that are treated alike are rounded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxTreatment {
    pub terms: PriceTerms,
    /// By which an entered amount is taken apart, in millionths: what is owed, or where the tax is taken off, that at
    /// home.
    pub rate_ppm: i64,
}

impl Taxed {
    pub const fn zero(currency: CurrencyCode) -> Self {
        let zero = Money::zero(currency);
        Self { net: zero, tax: zero, gross: zero }
    }

    /// With or without tax, as a market shows prices.
    pub const fn shown(self, display: TaxDisplay) -> Money {
        match display {
            TaxDisplay::Inclusive => self.gross,
            TaxDisplay::Exclusive => self.net,
        }
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            net: self.net.checked_add(other.net)?,
            tax: self.tax.checked_add(other.tax)?,
            gross: self.gross.checked_add(other.gross)?,
        })
    }
}

impl TaxTreatment {
    /// The rate that is owed, in millionths.
    pub const fn owed_ppm(self) -> i64 {
        match self.terms {
            PriceTerms::Included | PriceTerms::Added => self.rate_ppm,
            PriceTerms::TakenOff => 0,
        }
    }

    /// The tax that belongs to an entered `amount`, rounded half to even.
    pub fn part(self, amount: Money) -> Result<Money, MoneyError> {
        match self.terms {
            PriceTerms::Included | PriceTerms::TakenOff => {
                let whole = MILLION.checked_add(self.rate_ppm).ok_or(MoneyError::Overflow)?;
                amount.checked_ratio(self.rate_ppm, whole)
            }
            PriceTerms::Added => amount.checked_ratio(self.rate_ppm, MILLION),
        }
    }

    /// Takes an entered amount apart by the `part` of it that is tax.
    pub fn apply(self, amount: Money, part: Money) -> Result<Taxed, MoneyError> {
        Ok(match self.terms {
            PriceTerms::Included => Taxed { net: amount.checked_sub(part)?, tax: part, gross: amount },
            PriceTerms::Added => Taxed { net: amount, tax: part, gross: amount.checked_add(part)? },
            PriceTerms::TakenOff => {
                let net = amount.checked_sub(part)?;
                Taxed { net, tax: Money::zero(amount.currency()), gross: net }
            }
        })
    }

    /// Takes one entered amount apart by itself.
    pub fn take_apart(self, amount: Money) -> Result<Taxed, MoneyError> {
        self.apply(amount, self.part(amount)?)
    }

    /// The tax of amounts that are rounded once together, spread over them: the parts of those that are treated alike
    /// sum to the tax of the sum of their amounts, and none is more than a minor unit from its own. As many parts as
    /// amounts.
    pub fn parts(amounts: &[(Money, Self)]) -> Result<Vec<Money>, MoneyError> {
        let mut parts: Vec<Money> =
            amounts.iter().map(|(amount, _)| Money::zero(amount.currency())).collect();
        let treatments: BTreeSet<Self> = amounts.iter().map(|(_, treatment)| *treatment).collect();
        for treatment in treatments {
            let alike = parts.iter_mut().zip(amounts).filter(|(_, (_, other))| *other == treatment);
            let mut alike: Vec<(&mut Money, Money)> =
                alike.map(|(part, (amount, _))| (part, *amount)).collect();
            let Some(currency) = alike.first().map(|(_, amount)| amount.currency()) else { continue };
            let sum = Money::sum(currency, alike.iter().map(|(_, amount)| *amount))?;
            let weights: Vec<i64> = alike.iter().map(|(_, amount)| amount.minor()).collect();
            let shares = treatment.part(sum)?.allocate(&weights)?;
            for ((part, _), share) in alike.iter_mut().zip(shares) {
                **part = share;
            }
        }
        Ok(parts)
    }

    /// By which fraction, as numerator and denominator, an entered amount is multiplied to be shown.
    pub const fn shown_ratio(self, display: TaxDisplay) -> (i64, i64) {
        let with_rate = MILLION.saturating_add(self.rate_ppm);
        match (self.terms, display) {
            (PriceTerms::Included, TaxDisplay::Inclusive) | (PriceTerms::Added, TaxDisplay::Exclusive) => {
                (MILLION, MILLION)
            }
            (PriceTerms::Added, TaxDisplay::Inclusive) => (with_rate, MILLION),
            (PriceTerms::Included, TaxDisplay::Exclusive) | (PriceTerms::TakenOff, _) => (MILLION, with_rate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [PriceTerms; 3] = [PriceTerms::Included, PriceTerms::Added, PriceTerms::TakenOff];

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    #[test]
    fn net_and_tax_sum_to_gross() {
        let split = |terms, rate_ppm, minor| {
            let taxed = TaxTreatment { terms, rate_ppm }.take_apart(eur(minor)).unwrap();
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
        let of = |terms, minor, rate_ppm| (eur(minor), TaxTreatment { terms, rate_ppm });
        let minor = |amounts: &[(Money, TaxTreatment)]| -> Vec<i64> {
            TaxTreatment::parts(amounts).unwrap().iter().map(|part| part.minor()).collect()
        };
        let parts = |terms, amounts: &[(i64, i64)]| {
            minor(&amounts.iter().map(|(amount, ppm)| of(terms, *amount, *ppm)).collect::<Vec<_>>())
        };
        assert_eq!(parts(PriceTerms::Included, &[(3_600, 190_000), (499, 190_000)]), [574, 80]);
        let mixed = [(4_500, 70_000), (100, 0), (4_500, 70_000), (500, 190_000), (4_500, 70_000)];
        assert_eq!(parts(PriceTerms::Included, &mixed), [295, 0, 294, 80, 294]);
        assert_eq!(parts(PriceTerms::Added, &[]), [] as [i64; 0]);
        // What is owed is not rounded together with what is taken off, though the rate be the same.
        let (owed, off) = (PriceTerms::Included, PriceTerms::TakenOff);
        assert_eq!(minor(&[of(owed, 3_600, 190_000), of(off, 499, 190_000)]), [575, 80]);
    }

    #[test]
    fn what_is_shown_is_what_the_ratio_says() {
        for terms in ALL {
            for display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                for (minor, ppm) in [(1_800, 190_000), (999, 70_000), (4_500, 0), (1, 200_000)] {
                    let treatment = TaxTreatment { terms, rate_ppm: ppm };
                    let (numerator, denominator) = treatment.shown_ratio(display);
                    let shown = treatment.take_apart(eur(minor)).unwrap().shown(display).minor();
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
