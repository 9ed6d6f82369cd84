//! The amounts of one line. `subtotal - discount` is taken apart into net and tax; `net + tax = total`.

use platform_core::{Money, MoneyError};

use crate::tax::TaxZone;

pub struct LineToPrice {
    pub unit_price: Money,
    pub quantity: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAmounts {
    pub subtotal: Money,
    pub discount: Money,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub rate_ppm: i64,
}

impl LineAmounts {
    /// Before discount and tax.
    pub fn of(line: LineToPrice) -> Result<Self, MoneyError> {
        let subtotal = line.unit_price.checked_mul(line.quantity)?;
        let zero = Money::zero(subtotal.currency());
        Ok(Self { subtotal, discount: zero, net: subtotal, tax: zero, total: subtotal, rate_ppm: 0 })
    }

    /// Takes the discounted amount apart.
    pub fn tax(&mut self, zone: &TaxZone, tax_class: &str) -> Result<(), MoneyError> {
        let taxed = zone.split(tax_class, self.subtotal.checked_sub(self.discount)?)?;
        (self.net, self.tax, self.total) = (taxed.net, taxed.tax, taxed.gross);
        self.rate_ppm = zone.rate_ppm(tax_class);
        Ok(())
    }
}
