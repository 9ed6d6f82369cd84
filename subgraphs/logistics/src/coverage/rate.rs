//! What the delivery of a parcel costs. Pure.

use platform_commerce::{CurrencyCode, Money};
use serde::{Deserialize, Serialize};

const GRAMS_OF_KILOGRAM: i64 = 1_000;

/// What the parcel of one vendor costs, in a currency; minor units, entered as prices of the currency are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rate {
    pub currency: CurrencyCode,
    pub fee_minor: i64,
    /// For each kilogram that is begun above `included_grams`.
    #[serde(default)]
    pub per_kilogram_minor: i64,
    #[serde(default)]
    pub included_grams: i64,
    /// From which value of its goods on it is free.
    #[serde(default)]
    pub free_from_minor: Option<i64>,
    /// What is heavier is not delivered.
    #[serde(default)]
    pub max_grams: Option<i64>,
}

/// What of a parcel its price depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub grams: i64,
    /// Of its goods as entered, before discounts.
    pub value_minor: i64,
}

impl Rate {
    /// The fee of a parcel; `None` for one that is too heavy.
    pub fn fee(&self, load: Load) -> Option<Money> {
        if self.max_grams.is_some_and(|most| load.grams > most) {
            return None;
        }
        if self.free_from_minor.is_some_and(|from| load.value_minor >= from) {
            return Some(Money::zero(self.currency));
        }
        let above = load.grams.saturating_sub(self.included_grams).max(0);
        let kilograms = above.saturating_add(GRAMS_OF_KILOGRAM - 1) / GRAMS_OF_KILOGRAM;
        let more = self.per_kilogram_minor.saturating_mul(kilograms);
        Some(Money::from_minor(self.fee_minor.saturating_add(more), self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        currency: CurrencyCode::EUR,
        fee_minor: 499,
        per_kilogram_minor: 100,
        included_grams: 2_000,
        free_from_minor: Some(5_000),
        max_grams: Some(30_000),
    };

    fn minor(grams: i64, value_minor: i64) -> Option<i64> {
        RATE.fee(Load { grams, value_minor }).map(Money::minor)
    }

    #[test]
    fn a_fee_grows_with_each_kilogram_begun_and_ends_with_the_value() {
        assert_eq!(minor(0, 4_999), Some(499));
        assert_eq!(minor(2_000, 0), Some(499));
        assert_eq!(minor(2_001, 0), Some(599));
        assert_eq!(minor(3_000, 0), Some(599));
        assert_eq!(minor(30_000, 0), Some(499 + 2_800));
        assert_eq!(minor(30_000, 5_000), Some(0));
    }

    #[test]
    fn what_is_too_heavy_has_no_fee() {
        assert_eq!(minor(30_001, 9_000), None);
        assert_eq!(minor(i64::MAX, 0), None);
    }
}
