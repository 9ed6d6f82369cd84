//! By what a line's subtotal differs from its price of one piece times its quantity, so that who adds up what is shown
//! finds every minor unit: in quotes and orders alike.
//!
//! A price of one piece is rounded by itself, as its page shows it; the subtotal comes from the tax of all that is taxed
//! alike, which is rounded once. Invariant: the difference is at most half a minor unit for each piece, and two more.

use platform_commerce::{Money, MoneyError};

/// What `subtotal` is more than `quantity` pieces at `unit_price`; negative if it is less.
pub fn rounding(unit_price: Money, quantity: i32, subtotal: Money) -> Result<Money, MoneyError> {
    subtotal.checked_sub(unit_price.checked_mul(i64::from(quantity))?)
}

#[cfg(test)]
mod tests {
    use platform_commerce::market::TaxDisplay;
    use platform_commerce::{CurrencyCode, Market, PriceTerms, TaxTreatment};
    use platform_core::id::DeliveryServiceId;
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;
    use crate::peers::catalog::{PricedLine, PricedLines};
    use crate::peers::logistics::{DeliveryKind, DeliveryOption, Options, ParcelFee};
    use crate::quote::service::total;
    use crate::quote::shipping::tests::{eur, flat_fees, line};

    const TREATMENTS: [TaxTreatment; 5] = [
        TaxTreatment { terms: PriceTerms::Included, rate_ppm: 190_000 },
        TaxTreatment { terms: PriceTerms::Included, rate_ppm: 70_000 },
        TaxTreatment { terms: PriceTerms::TakenOff, rate_ppm: 190_000 },
        TaxTreatment { terms: PriceTerms::Added, rate_ppm: 88_750 },
        TaxTreatment { terms: PriceTerms::TakenOff, rate_ppm: 0 },
    ];

    fn sum(amounts: impl Iterator<Item = Money>) -> Money {
        Money::sum(CurrencyCode::EUR, amounts).unwrap()
    }

    /// A line of a cart: vendor, price of one piece as entered, quantity, discount in percent, treatment.
    type Wanted = (u128, i64, i32, i64, usize);

    /// What of a line is taxed, how, and what was taken off before.
    type Entered = (Money, TaxTreatment, Money);

    /// Lines as catalog prices them in a display.
    fn priced(cart: &[Wanted], display: TaxDisplay) -> PricedLines {
        let entered = |(_, price, quantity, percent, treatment): &Wanted| {
            let subtotal = eur(price * i64::from(*quantity));
            let discount = subtotal.checked_ratio(*percent, 100).unwrap();
            (subtotal.checked_sub(discount).unwrap(), TREATMENTS[*treatment], discount)
        };
        let entered: Vec<Entered> = cart.iter().map(entered).collect();
        let alike: Vec<_> = entered.iter().map(|(amount, treatment, _)| (*amount, *treatment)).collect();
        let parts = TaxTreatment::parts(&alike).unwrap();
        let priced = |wanted: &Wanted, &(amount, treatment, discount): &Entered, part: Money| {
            let (vendor, price, quantity, ..) = *wanted;
            let taxed = treatment.apply(amount, part).unwrap();
            let off = treatment.take_apart(discount).unwrap();
            PricedLine {
                quantity,
                unit_price: treatment.take_apart(eur(price)).unwrap().shown(display),
                subtotal: taxed.shown(display).checked_add(off.shown(display)).unwrap(),
                discount: off.shown(display),
                discount_net: off.net,
                entered: amount,
                net: taxed.net,
                tax: taxed.tax,
                total: taxed.gross,
                ..line(treatment, vendor, price)
            }
        };
        let lines = cart.iter().zip(&entered).zip(parts);
        let lines: Vec<_> = lines.map(|((wanted, entered), part)| priced(wanted, entered, part)).collect();
        PricedLines {
            destination_served: true,
            tax_exempt: false,
            prices_include_tax: display == TaxDisplay::Inclusive,
            problems: Vec::new(),
            coupon: None,
            coupon_rejection: None,
            subtotal: sum(lines.iter().map(|line| line.subtotal)),
            discount: sum(lines.iter().map(|line| line.discount)),
            tax: sum(lines.iter().map(|line| line.tax)),
            total: sum(lines.iter().map(|line| line.total)),
            lines,
        }
    }

    /// By one service with flat fees.
    fn delivered(priced: &PricedLines) -> Options {
        let id = DeliveryServiceId(Uuid::nil());
        let fees = flat_fees(&priced.lines).into_iter().map(|(vendor_id, fee)| ParcelFee { vendor_id, fee });
        let option = DeliveryOption {
            service_id: id,
            kind: DeliveryKind::Standard,
            name: "Standard".to_owned(),
            time_zone: "UTC".to_owned(),
            fees: fees.collect(),
            arrives_from: None,
            arrives_by: None,
        };
        let options = vec![option];
        Options { options, chosen_id: Some(id), arrives_from: None, arrives_by: None, problem: None }
    }

    proptest! {
        /// Check 46: whatever is bought, wherever it goes and however prices are shown, every sum that is shown adds up.
        #[test]
        fn what_is_shown_adds_up(
            cart in vec((1_u128..4, 1_i64..20_000, 1_i32..60, 0_i64..=100, 0..TREATMENTS.len()), 1..10),
            points in 0_i64..500,
        ) {
            for tax_display in [TaxDisplay::Inclusive, TaxDisplay::Exclusive] {
                let market = Market { tax_display, ..Market::default() };
                let priced = priced(&cart, tax_display);
                let options = delivered(&priced);
                let quote = total(priced, options, None, &market, points).unwrap();
                let mut lines = 0;
                for line in &quote.priced.lines {
                    let difference = rounding(line.unit_price, line.quantity, line.subtotal).unwrap().minor();
                    let pieces = i64::from(line.quantity);
                    prop_assert!(2 * difference.abs() <= pieces + 4, "{difference}: {line:?}");
                    let as_entered = match tax_display {
                        TaxDisplay::Inclusive => line.terms == PriceTerms::Included,
                        TaxDisplay::Exclusive => line.terms == PriceTerms::Added,
                    };
                    prop_assert!(difference == 0 || !as_entered);
                    lines += line.unit_price.minor() * pieces + difference;
                    let paid = if quote.priced.prices_include_tax { line.total } else { line.net };
                    prop_assert_eq!(line.subtotal.checked_sub(line.discount).unwrap(), paid);
                    prop_assert_eq!(line.net.checked_add(line.tax).unwrap(), line.total);
                }
                prop_assert_eq!(lines, quote.priced.subtotal.minor());
                let tax = if quote.priced.prices_include_tax { 0 } else { quote.tax.minor() };
                let shown = lines - quote.priced.discount.minor() + quote.shipping_shown().minor() + tax;
                prop_assert_eq!(shown, quote.total.minor());
                prop_assert_eq!(quote.to_pay.minor() + quote.points, quote.total.minor());
            }
        }
    }
}
