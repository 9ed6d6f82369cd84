//! What shipping costs until zones and slots have their own fees, and its tax: a flat fee for each vendor that sends a
//! parcel, none above a threshold of goods.
//!
//! Rules: what counts for the threshold is the goods as entered, before discounts: neither a coupon nor where they go
//! makes a parcel dearer. A fee is entered as prices of its currency are, and taxed by the rates of the goods in its
//! parcel, in proportion to what they cost. The tax of goods and shipping of one rate is rounded once, so shipping's is
//! what is added to that of the goods.

use std::collections::{BTreeMap, BTreeSet};

use platform_commerce::{CurrencyCode, Money, MoneyError, PriceTerms, Taxed};
use platform_core::id::VendorId;

use crate::peers::catalog::PricedLine;

/// Currency, fee for a parcel, value of goods from which it is free; minor units.
const RATES: &[(&str, i64, i64)] =
    &[("EUR", 499, 5_000), ("USD", 599, 6_000), ("GBP", 449, 4_500), ("JPY", 500, 5_000)];

/// The fee of one vendor's parcel that holds goods worth `goods`, both as entered.
fn fee(goods: Money) -> Result<Money, MoneyError> {
    let currency = goods.currency();
    let (fee, free_from) = match RATES.iter().find(|(code, ..)| *code == currency.as_str()) {
        Some((_, fee, free_from)) => {
            (Money::from_minor(*fee, currency), Money::from_minor(*free_from, currency))
        }
        None => (Money::parse("5", currency)?, Money::parse("50", currency)?),
    };
    Ok(if goods.minor() >= free_from.minor() { Money::zero(currency) } else { fee })
}

/// A part of a parcel's fee that is taxed at one rate.
struct Portion {
    vendor: VendorId,
    rate_ppm: i64,
    fee: Money,
    /// The tax in it, on it, or taken off it.
    part: Money,
}

/// The shipping of each vendor that sends any of the lines.
pub fn parcels(
    lines: &[PricedLine],
    terms: PriceTerms,
    currency: CurrencyCode,
) -> Result<BTreeMap<VendorId, Taxed>, MoneyError> {
    let mut portions = portions(lines, currency)?;
    let rates: BTreeSet<i64> = portions.iter().map(|portion| portion.rate_ppm).collect();
    for rate in rates {
        tax(lines, &mut portions, terms, currency, rate)?;
    }
    let mut parcels = BTreeMap::<VendorId, (Money, Money)>::new();
    for portion in portions {
        let zero = Money::zero(currency);
        let (fee, part) = parcels.entry(portion.vendor).or_insert((zero, zero));
        *fee = fee.checked_add(portion.fee)?;
        *part = part.checked_add(portion.part)?;
    }
    parcels.into_iter().map(|(vendor, (fee, part))| Ok((vendor, terms.apply(fee, part)?))).collect()
}

/// Every parcel's fee, divided by the rates of its goods.
fn portions(lines: &[PricedLine], currency: CurrencyCode) -> Result<Vec<Portion>, MoneyError> {
    let mut goods = BTreeMap::<VendorId, (Money, BTreeMap<i64, Money>)>::new();
    for line in lines {
        let (listed, rates) =
            goods.entry(line.vendor_id).or_insert_with(|| (Money::zero(currency), BTreeMap::new()));
        *listed = listed.checked_add(line.listed_price.checked_mul(i64::from(line.quantity))?)?;
        let sum = rates.entry(line.terms_rate_ppm).or_insert(Money::zero(currency));
        *sum = sum.checked_add(line.total)?;
    }
    let mut portions = Vec::new();
    for (vendor, (listed, rates)) in goods {
        let fee = fee(listed)?;
        let weights: Vec<i64> = rates.values().map(|sum| sum.minor()).collect();
        for (rate_ppm, fee) in rates.into_keys().zip(fee.allocate(&weights)?) {
            portions.push(Portion { vendor, rate_ppm, fee, part: Money::zero(currency) });
        }
    }
    Ok(portions)
}

/// Gives the portions of one rate their parts: together what the tax of goods and shipping is more than that of goods.
fn tax(
    lines: &[PricedLine],
    portions: &mut [Portion],
    terms: PriceTerms,
    currency: CurrencyCode,
    rate_ppm: i64,
) -> Result<(), MoneyError> {
    let goods = || lines.iter().filter(|line| line.terms_rate_ppm == rate_ppm);
    let entered = Money::sum(currency, goods().map(|line| line.entered))?;
    let taken = terms.part(entered, rate_ppm)?;
    let mut alike: Vec<&mut Portion> = portions.iter_mut().filter(|p| p.rate_ppm == rate_ppm).collect();
    let fees = Money::sum(currency, alike.iter().map(|portion| portion.fee))?;
    let added = terms.part(entered.checked_add(fees)?, rate_ppm)?.checked_sub(taken)?;
    let weights: Vec<i64> = alike.iter().map(|portion| portion.fee.minor()).collect();
    for (portion, part) in alike.iter_mut().zip(added.allocate(&weights)?) {
        portion.part = part;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;
    use crate::quote::split::{SplitLine, split};

    const RATES_PPM: [i64; 3] = [190_000, 70_000, 0];
    const TERMS: [PriceTerms; 3] = [PriceTerms::Included, PriceTerms::Added, PriceTerms::TakenOff];

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    /// A line as catalog prices it, its tax by itself.
    fn line(terms: PriceTerms, vendor: u128, entered: i64, rate_ppm: i64) -> PricedLine {
        let taxed = terms.take_apart(eur(entered), rate_ppm).unwrap();
        let id = Uuid::from_u128(vendor);
        PricedLine {
            offer_id: id.into(),
            variant_id: id.into(),
            product_id: id.into(),
            vendor_id: VendorId(id),
            sku: String::new(),
            product_name: String::new(),
            product_slug: None,
            variant_name: String::new(),
            image_url: None,
            quantity: 1,
            listed_price: eur(entered),
            unit_price: taxed.gross,
            subtotal: taxed.gross,
            discount: eur(0),
            discount_net: eur(0),
            entered: eur(entered),
            net: taxed.net,
            tax: taxed.tax,
            total: taxed.gross,
            tax_rate: "0".to_owned(),
            terms_rate_ppm: rate_ppm,
        }
    }

    fn shipping(lines: &[PricedLine], terms: PriceTerms) -> Taxed {
        let parcels = parcels(lines, terms, CurrencyCode::EUR).unwrap();
        let sum =
            |part: fn(&Taxed) -> Money| Money::sum(CurrencyCode::EUR, parcels.values().map(part)).unwrap();
        Taxed { net: sum(|p| p.net), tax: sum(|p| p.tax), gross: sum(|p| p.gross) }
    }

    #[test]
    fn shipping_is_taxed_by_the_goods_rates_in_proportion() {
        let tax = |terms, lines: &[(i64, i64)]| {
            let lines: Vec<_> = lines.iter().map(|(entered, rate)| line(terms, 1, *entered, *rate)).collect();
            let shipping = shipping(&lines, terms);
            (shipping.net.minor(), shipping.tax.minor(), shipping.gross.minor())
        };
        assert_eq!(tax(PriceTerms::Included, &[(3_600, 190_000)]), (420, 79, 499));
        assert_eq!(tax(PriceTerms::Included, &[(3_600, 0)]), (499, 0, 499));
        // Half of it at each rate: 2.50 add 0.17 to the tax at the lower one, 2.49 add 0.39 at the higher.
        assert_eq!(tax(PriceTerms::Included, &[(1_000, 190_000), (1_000, 70_000)]), (443, 56, 499));
        assert_eq!(tax(PriceTerms::Added, &[(1_000, 190_000)]), (499, 95, 594));
        assert_eq!(tax(PriceTerms::TakenOff, &[(1_000, 190_000)]), (420, 0, 420));
        assert_eq!(tax(PriceTerms::Included, &[(6_000, 190_000)]), (0, 0, 0));
    }

    #[test]
    fn a_discount_leaves_shipping_free() {
        // 51.00 and 5 % off: 48.45 are paid, which is below the threshold.
        let mut discounted = line(PriceTerms::Included, 1, 4_845, 190_000);
        discounted.listed_price = eur(1_700);
        discounted.quantity = 3;
        assert_eq!(shipping(&[discounted], PriceTerms::Included).gross, eur(0));
        // The tax that is not owed abroad does not count either.
        assert_eq!(
            shipping(&[line(PriceTerms::TakenOff, 1, 5_100, 190_000)], PriceTerms::TakenOff).gross,
            eur(0)
        );
    }

    proptest! {
        /// Checks 28 and 46: lines and shipping are the total, net and tax are what is paid, the tax of each rate is
        /// that of goods and shipping together, and what is distributed is what is paid.
        #[test]
        fn random_carts_add_up(
            terms in 0..TERMS.len(),
            cart in vec((1_u128..4, 1_i64..3_000, 0..RATES_PPM.len()), 1..12),
            points in 0_i64..500,
        ) {
            let terms = TERMS[terms];
            // One line for each rate, so that its tax by itself is that of its rate.
            let mut entered = BTreeMap::<i64, (u128, i64)>::new();
            for (vendor, amount, rate) in cart {
                entered.entry(RATES_PPM[rate]).or_insert((vendor, 0)).1 += amount;
            }
            let lines: Vec<_> =
                entered.iter().map(|(rate, (vendor, amount))| line(terms, *vendor, *amount, *rate)).collect();
            let shipping = shipping(&lines, terms);
            prop_assert_eq!(shipping.net.checked_add(shipping.tax).unwrap(), shipping.gross);
            prop_assert!(!shipping.net.is_negative() && !shipping.tax.is_negative());
            let total = lines.iter().map(|l| l.total.minor()).sum::<i64>() + shipping.gross.minor();
            let net = lines.iter().map(|l| l.net.minor()).sum::<i64>() + shipping.net.minor();
            let tax = lines.iter().map(|l| l.tax.minor()).sum::<i64>() + shipping.tax.minor();
            prop_assert_eq!(net + tax, total);
            if let [one] = lines.as_slice() {
                let fee = fee(one.entered).unwrap();
                let together = terms.take_apart(one.entered.checked_add(fee).unwrap(), one.terms_rate_ppm).unwrap();
                prop_assert_eq!((net, tax), (together.net.minor(), together.tax.minor()));
            }
            let parts: Vec<_> = lines
                .iter()
                .map(|line| SplitLine {
                    vendor_id: line.vendor_id,
                    net: line.net,
                    tax: line.tax,
                    discount_net: line.discount_net,
                    discount_by_platform: false,
                    commission_bps: 1_250,
                })
                .collect();
            let split = split(&parts, shipping, points).unwrap();
            let credits = split.vendors.iter().map(|v| v.net_minor + v.commission_minor).sum::<i64>()
                + split.tax_minor
                + split.shipping_minor;
            prop_assert_eq!(credits, total);
            prop_assert_eq!(split.tax_minor, tax);
        }
    }
}
