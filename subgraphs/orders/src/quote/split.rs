//! How an order's total divides among vendors, commission, tax and shipping.
//!
//! A discount that the platform pays does not lower what the vendor gets: the vendor's basis is the line's net value
//! with that discount added back (without tax). Commission is taken from the same basis, rounded half to even.

use std::collections::BTreeMap;

use platform_core::id::VendorId;
use platform_core::{Money, MoneyError};

use crate::peers::payments::{Split, VendorPart};

/// Commission when neither vendor nor category has a rate of its own, in hundredths of a percent.
pub const DEFAULT_COMMISSION_BPS: i32 = 1_000;

/// What of a line matters for the split.
#[derive(Debug, Clone)]
pub struct SplitLine {
    pub vendor_id: VendorId,
    /// Without tax, after discount.
    pub net: Money,
    pub tax: Money,
    /// In the terms of the listed price: with tax where prices include it.
    pub discount: Money,
    pub discount_by_platform: bool,
    /// As a decimal fraction.
    pub tax_rate: String,
    pub commission_bps: i32,
}

impl SplitLine {
    /// The discount without tax that the platform pays for; zero if the vendor pays.
    fn platform_discount(&self, prices_include_tax: bool) -> Result<Money, MoneyError> {
        if !self.discount_by_platform {
            return Ok(Money::zero(self.net.currency()));
        }
        if !prices_include_tax {
            return Ok(self.discount);
        }
        let (rate, scale) = fraction(&self.tax_rate);
        self.discount.checked_ratio(scale, scale.saturating_add(rate))
    }

    /// Commission on the line.
    pub fn commission(&self, prices_include_tax: bool) -> Result<Money, MoneyError> {
        let basis = self.net.checked_add(self.platform_discount(prices_include_tax)?)?;
        basis.checked_ratio(i64::from(self.commission_bps), 10_000)
    }
}

/// A decimal fraction such as `0.19` as numerator and denominator. What cannot be read counts as zero.
fn fraction(text: &str) -> (i64, i64) {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let scale = u32::try_from(digits.len()).ok().and_then(|n| 10_i64.checked_pow(n));
    match (scale, format!("{whole}{digits}").parse()) {
        (Some(scale), Ok(rate)) => (rate, scale),
        _ => (0, 1),
    }
}

/// The split of lines, shipping and points.
pub fn split(
    lines: &[SplitLine],
    shipping: Money,
    points_minor: i64,
    prices_include_tax: bool,
) -> Result<Split, MoneyError> {
    let currency = shipping.currency();
    let zero = Money::zero(currency);
    let mut vendors = BTreeMap::<VendorId, (Money, Money)>::new();
    let (mut tax, mut discounts) = (zero, zero);
    for line in lines {
        let platform = line.platform_discount(prices_include_tax)?;
        let commission = line.commission(prices_include_tax)?;
        let basis = line.net.checked_add(platform)?;
        let (net, kept) = vendors.entry(line.vendor_id).or_insert((zero, zero));
        *net = net.checked_add(basis.checked_sub(commission)?)?;
        *kept = kept.checked_add(commission)?;
        tax = tax.checked_add(line.tax)?;
        discounts = discounts.checked_add(platform)?;
    }
    Ok(Split {
        vendors: vendors
            .into_iter()
            .map(|(vendor_id, (net, commission))| VendorPart {
                vendor_id,
                net_minor: net.minor(),
                commission_minor: commission.minor(),
            })
            .collect(),
        tax_minor: tax.minor(),
        shipping_minor: shipping.minor(),
        points_minor,
        discounts_minor: discounts.minor(),
    })
}

#[cfg(test)]
mod tests {
    use platform_core::CurrencyCode;
    use uuid::Uuid;

    use super::*;

    fn line(vendor: u128, net: i64, tax: i64, discount: i64, discount_by_platform: bool) -> SplitLine {
        let eur = |minor| Money::from_minor(minor, CurrencyCode::EUR);
        SplitLine {
            vendor_id: VendorId(Uuid::from_u128(vendor)),
            net: eur(net),
            tax: eur(tax),
            discount: eur(discount),
            discount_by_platform,
            tax_rate: "0.19".to_owned(),
            commission_bps: 1_250,
        }
    }

    /// Check 28: what is paid equals what is distributed, to the minor unit.
    #[test]
    fn parts_are_what_is_paid_with_points_and_platform_discounts() {
        let lines =
            [line(1, 8_319, 1_581, 1_000, true), line(1, 999, 190, 0, false), line(2, 333, 63, 77, false)];
        for prices_include_tax in [true, false] {
            let shipping = Money::from_minor(499, CurrencyCode::EUR);
            let split = split(&lines, shipping, 250, prices_include_tax).unwrap();
            let credits: i64 = split.vendors.iter().map(|v| v.net_minor + v.commission_minor).sum::<i64>()
                + split.tax_minor
                + split.shipping_minor;
            let total: i64 = lines.iter().map(|l| l.net.minor() + l.tax.minor()).sum::<i64>() + 499;
            assert_eq!(credits, (total - 250) + split.points_minor + split.discounts_minor);
        }
    }

    #[test]
    fn a_vendor_loses_nothing_by_a_discount_of_the_platform() {
        let shipping = Money::zero(CurrencyCode::EUR);
        // 119.00 with tax, 11.90 off: 10.00 without tax.
        let with = split(&[line(1, 9_000, 1_710, 1_190, true)], shipping, 0, true).unwrap();
        let without = split(&[line(1, 10_000, 1_900, 0, false)], shipping, 0, true).unwrap();
        assert_eq!(with.vendors, without.vendors);
        assert_eq!(with.discounts_minor, 1_000);
    }
}
