//! How what pieces and shipping cost divides: among their vendors, commission, tax and shipping on one side, money, points and
//! the platform's discounts on the other.
//!
//! The first n of a line's pieces have their part of what the line has, rounded once, and a refund gives back what those
//! that are refunded with it have more than those before: so all pieces come to what the line has, whichever refunds they
//! are of. The vendor has what the others leave.

use orders_entities::{order, order_line};
use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::id::VendorId;

use crate::peers::payments::{Split, VendorPart};

/// Pieces of a line that are given back together, and what all pieces of the line have, in minor units.
#[derive(Debug, Clone, Copy)]
pub struct LinePieces {
    vendor: VendorId,
    all: i64,
    /// Refunded before.
    before: i64,
    quantity: i64,
    /// What the buyer paid for these, in money and points.
    value: i64,
    commission: i64,
    tax: i64,
    /// What the platform pays of the discount, without tax.
    discount: i64,
}

impl LinePieces {
    /// Pieces of `line` that cost `value`, after `before` of it.
    pub fn of(
        order: &order::Model,
        line: &order_line::Model,
        before: i32,
        quantity: i32,
        value: i64,
    ) -> Result<Self, MoneyError> {
        Ok(Self {
            vendor: line.vendor_id,
            all: line.quantity.into(),
            before: before.into(),
            quantity: quantity.into(),
            value,
            commission: line.commission_minor,
            tax: line.tax_minor,
            discount: platform_discount(order, line)?,
        })
    }

    /// What these pieces have of what all have.
    fn part(&self, minor: i64, currency: CurrencyCode) -> Result<i64, MoneyError> {
        more(minor, self.before, self.quantity, self.all, currency)
    }
}

/// Shipping that is given back, with tax, in minor units.
#[derive(Debug, Clone, Copy)]
pub struct Shipping {
    /// All of the order's, and the tax in it.
    pub all: i64,
    pub tax: i64,
    /// Refunded before.
    pub before: i64,
    pub value: i64,
}

/// How pieces and shipping divide of which `money` goes back in money.
pub fn split(
    currency: CurrencyCode,
    pieces: &[LinePieces],
    shipping: Shipping,
    money: i64,
) -> Result<Split, MoneyError> {
    let shipping_tax = more(shipping.tax, shipping.before, shipping.value, shipping.all, currency)?;
    let value: i64 = pieces.iter().map(|pieces| pieces.value).sum();
    let mut split = Split {
        vendors: Vec::new(),
        tax_minor: shipping_tax,
        shipping_minor: shipping.value.saturating_sub(shipping_tax),
        points_minor: value.saturating_add(shipping.value).saturating_sub(money),
        discounts_minor: 0,
    };
    for pieces in pieces {
        let discount = pieces.part(pieces.discount, currency)?;
        let all = pieces.value.saturating_add(discount);
        // Rounding may leave the vendor of the smallest amounts less than nothing.
        let tax = pieces.part(pieces.tax, currency)?.min(all);
        let commission = pieces.part(pieces.commission, currency)?.min(all.saturating_sub(tax));
        split.tax_minor = split.tax_minor.saturating_add(tax);
        split.discounts_minor = split.discounts_minor.saturating_add(discount);
        let net = all.saturating_sub(tax).saturating_sub(commission);
        match split.vendors.iter_mut().find(|part| part.vendor_id == pieces.vendor) {
            Some(part) => {
                part.net_minor = part.net_minor.saturating_add(net);
                part.commission_minor = part.commission_minor.saturating_add(commission);
            }
            None => split.vendors.push(VendorPart {
                vendor_id: pieces.vendor,
                net_minor: net,
                commission_minor: commission,
            }),
        }
    }
    Ok(split)
}

/// What the platform pays of a line's discount, without tax.
fn platform_discount(order: &order::Model, line: &order_line::Model) -> Result<i64, MoneyError> {
    match line.platform_discount_minor {
        Some(known) => Ok(known),
        None if !line.discount_by_platform => Ok(0),
        None if order.prices_include_tax => {
            of(line.discount_minor, line.net_minor, line.total_minor, order.currency.parse()?)
        }
        None => Ok(line.discount_minor),
    }
}

/// What the next `quantity` of `all`, after those `before`, have of `minor`.
fn more(minor: i64, before: i64, quantity: i64, all: i64, currency: CurrencyCode) -> Result<i64, MoneyError> {
    let after = of(minor, before.saturating_add(quantity), all, currency)?;
    Ok(after.saturating_sub(of(minor, before, all, currency)?))
}

/// `minor × part / all`, rounded half to even; nothing of nothing.
fn of(minor: i64, part: i64, all: i64, currency: CurrencyCode) -> Result<i64, MoneyError> {
    if all == 0 {
        return Ok(0);
    }
    Ok(Money::from_minor(minor, currency).checked_ratio(part, all)?.minor())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;

    const EUR: CurrencyCode = CurrencyCode::EUR;

    /// What a vendor, commission, tax, shipping, points and discounts have.
    fn sums(split: &Split) -> Vec<i64> {
        let of = |vendor: u128| {
            let mut parts = split.vendors.iter();
            parts
                .find(|part| part.vendor_id == VendorId(Uuid::from_u128(vendor)))
                .map_or(0, |part| part.net_minor)
        };
        let commission = split.vendors.iter().map(|part| part.commission_minor).sum();
        let beside = [split.tax_minor, split.shipping_minor, split.points_minor, split.discounts_minor];
        [of(0), of(1), of(2), commission].into_iter().chain(beside).collect()
    }

    proptest! {
        /// Check 28: pieces refunded one by one, in whatever order of lines, give back of each vendor, of commission, tax,
        /// shipping and discounts what the lines have of it, and each refund is balanced.
        #[test]
        fn pieces_in_the_end_are_what_their_lines_have(
            lines in vec((0_u128..3, 1_i64..9, 500_i64..20_000, 0_i64..300, 0_i64..190, 0_i64..400), 1..5),
            shipping in 0_i64..2_000,
            order in vec(0_usize..5, 0..40),
        ) {
            let line = |(vendor, all, value, commission, tax, discount): (u128, i64, i64, i64, i64, i64)| LinePieces {
                vendor: VendorId(Uuid::from_u128(vendor)),
                all,
                before: 0,
                quantity: all,
                value,
                commission,
                tax,
                discount,
            };
            let whole: Vec<LinePieces> = lines.into_iter().map(line).collect();
            let no_shipping = Shipping { all: shipping, tax: shipping / 6, before: 0, value: 0 };
            let all_shipping = Shipping { value: shipping, ..no_shipping };
            let value: i64 = whole.iter().map(|line| line.value).sum();
            let expected = sums(&split(EUR, &whole, all_shipping, value + shipping)?);
            let mut before = vec![0; whole.len()];
            let mut found = sums(&split(EUR, &[], all_shipping, shipping)?);
            let chosen = order.into_iter().map(|at| at % whole.len());
            let rest = (0..whole.len()).flat_map(|at| std::iter::repeat_n(at, 9));
            for at in chosen.chain(rest) {
                let line = whole[at];
                if before[at] == line.all {
                    continue;
                }
                let value = more(line.value, before[at], 1, line.all, EUR)?;
                let piece = LinePieces { before: before[at], quantity: 1, value, ..line };
                before[at] += 1;
                let part = split(EUR, &[piece], no_shipping, value)?;
                let credits: i64 = sums(&part)[..6].iter().sum();
                prop_assert_eq!(credits, value + part.discounts_minor);
                for (sum, part) in found.iter_mut().zip(sums(&part)) {
                    *sum += part;
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
