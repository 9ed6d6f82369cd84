//! What a way to a field costs.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// A price, counted in fields. Sums end at the largest number: requirements of requirements may double a price at each
/// level, and what is dearer than all that can be counted is taken only where there is no other way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(u32);

/// Price of one more request.
pub const FETCH: Price = Price(1000);

/// Price of asking for one more field where an object is held anyway.
pub const FIELD: Price = Price(1);

impl Price {
    pub const FREE: Self = Self(0);

    /// Of a request that waits for `stage` others, one after the other: parallel is better than in line.
    pub fn fetch_at(stage: u32) -> Self {
        const STAGE: u32 = 100;
        FETCH + Self(STAGE.saturating_mul(stage))
    }
}

impl Add for Price {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Price {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Price {
    fn sum<I: Iterator<Item = Self>>(prices: I) -> Self {
        prices.fold(Self::FREE, Self::add)
    }
}
