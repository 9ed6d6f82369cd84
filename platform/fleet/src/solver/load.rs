//! What a vehicle carries, as the solver counts it.

use std::ops::{Add, Sub};

use vrp_core::models::common::{Load as SolverLoad, LoadOps};

/// A whole number. The solver's own loads are 32 bits, which a sum over stops may overflow; up to 2^53 this is exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Load(pub f64);

impl Add for Load {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Load {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl LoadOps for Load {}

impl SolverLoad for Load {
    fn is_not_empty(&self) -> bool {
        self.0 != 0.0
    }

    fn max_load(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn can_fit(&self, other: &Self) -> bool {
        self.0 >= other.0
    }

    fn ratio(&self, other: &Self) -> f64 {
        if other.0 > 0.0 { self.0 / other.0 } else { 0.0 }
    }
}
