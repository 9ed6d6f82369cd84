//! How an order's total divides among vendors, commission, tax (that of shipping included) and shipping without tax.
//!
//! A discount that the platform pays does not lower what the vendor gets: the vendor's basis is the line's net value
//! with that discount added back (without tax). Commission is taken from the same basis, rounded half to even.

use std::collections::BTreeMap;

use platform_commerce::{Money, MoneyError, Taxed};
use platform_core::id::VendorId;

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
    /// Without tax.
    pub discount_net: Money,
    pub discount_by_platform: bool,
    pub commission_bps: i32,
}

impl SplitLine {
    /// The discount without tax that the platform pays for; zero if the vendor pays.
    pub fn platform_discount(&self) -> Money {
        if self.discount_by_platform { self.discount_net } else { Money::zero(self.net.currency()) }
    }

    /// Commission on the line.
    pub fn commission(&self) -> Result<Money, MoneyError> {
        let basis = self.net.checked_add(self.platform_discount())?;
        basis.checked_ratio(i64::from(self.commission_bps), 10_000)
    }
}

/// The split of lines, shipping and points.
pub fn split(lines: &[SplitLine], shipping: Taxed, points_minor: i64) -> Result<Split, MoneyError> {
    let currency = shipping.gross.currency();
    let zero = Money::zero(currency);
    let mut vendors = BTreeMap::<VendorId, (Money, Money)>::new();
    let (mut tax, mut discounts) = (shipping.tax, zero);
    for line in lines {
        let platform = line.platform_discount();
        let commission = line.commission()?;
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
        shipping_minor: shipping.net.minor(),
        points_minor,
        discounts_minor: discounts.minor(),
    })
}

#[cfg(test)]
mod tests {
    use platform_commerce::CurrencyCode;
    use uuid::Uuid;

    use super::*;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    fn line(vendor: u128, net: i64, tax: i64, discount_net: i64, discount_by_platform: bool) -> SplitLine {
        SplitLine {
            vendor_id: VendorId(Uuid::from_u128(vendor)),
            net: eur(net),
            tax: eur(tax),
            discount_net: eur(discount_net),
            discount_by_platform,
            commission_bps: 1_250,
        }
    }

    /// Check 28: what is paid equals what is distributed, to the minor unit.
    #[test]
    fn parts_are_what_is_paid_with_points_and_platform_discounts() {
        let lines =
            [line(1, 8_319, 1_581, 1_000, true), line(1, 999, 190, 0, false), line(2, 333, 63, 77, false)];
        let shipping = Taxed { net: eur(419), tax: eur(80), gross: eur(499) };
        let split = split(&lines, shipping, 250).unwrap();
        let credits: i64 = split.vendors.iter().map(|v| v.net_minor + v.commission_minor).sum::<i64>()
            + split.tax_minor
            + split.shipping_minor;
        let total: i64 = lines.iter().map(|l| l.net.minor() + l.tax.minor()).sum::<i64>() + 499;
        assert_eq!(credits, (total - 250) + split.points_minor + split.discounts_minor);
        assert_eq!((split.shipping_minor, split.tax_minor), (419, 1_581 + 190 + 63 + 80));
    }

    #[test]
    fn a_vendor_loses_nothing_by_a_discount_of_the_platform() {
        let shipping = Taxed { net: eur(0), tax: eur(0), gross: eur(0) };
        // 119.00 with tax, 11.90 off: 10.00 without tax.
        let with = split(&[line(1, 9_000, 1_710, 1_000, true)], shipping, 0).unwrap();
        let without = split(&[line(1, 10_000, 1_900, 0, false)], shipping, 0).unwrap();
        assert_eq!(with.vendors, without.vendors);
        assert_eq!(with.discounts_minor, 1_000);
    }
}
