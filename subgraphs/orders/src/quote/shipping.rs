//! What shipping costs with its tax, of the fees that the chosen service has.
//!
//! Rules: a fee is entered as prices of its currency are, and taxed as the goods in its parcel are, in proportion to what
//! they cost, or would cost without the discount that leaves nothing to pay. The tax of goods and shipping that are treated
//! alike is rounded once, so shipping's is what is added to that of the goods.

use std::collections::{BTreeMap, BTreeSet};

use platform_commerce::{CurrencyCode, Money, MoneyError, TaxTreatment, Taxed};
use platform_core::id::VendorId;

use super::delivery::Fees;
use crate::peers::catalog::PricedLine;

/// A part of a parcel's fee that is taxed as some of its goods are.
struct Portion {
    vendor: VendorId,
    treatment: TaxTreatment,
    fee: Money,
    /// The tax in it, on it, or taken off it.
    part: Money,
}

/// What goods of a parcel that are taxed alike come to.
struct Goods {
    /// As entered, before discounts.
    listed: Money,
    /// What is paid for them.
    paid: Money,
}

impl Goods {
    fn none(currency: CurrencyCode) -> Self {
        Self { listed: Money::zero(currency), paid: Money::zero(currency) }
    }
}

/// The shipping of each vendor that sends any of the lines.
pub fn parcels(
    lines: &[PricedLine],
    fees: &Fees,
    currency: CurrencyCode,
) -> Result<BTreeMap<VendorId, Taxed>, MoneyError> {
    let mut portions = portions(lines, fees, currency)?;
    let treatments: BTreeSet<TaxTreatment> = portions.iter().map(|portion| portion.treatment).collect();
    for treatment in treatments {
        tax(lines, &mut portions, currency, treatment)?;
    }
    let mut parcels = BTreeMap::<VendorId, Taxed>::new();
    for portion in portions {
        let parcel = parcels.entry(portion.vendor).or_insert(Taxed::zero(currency));
        *parcel = parcel.checked_add(portion.treatment.apply(portion.fee, portion.part)?)?;
    }
    Ok(parcels)
}

/// What several parcels cost together.
pub fn sum(parcels: &BTreeMap<VendorId, Taxed>, currency: CurrencyCode) -> Result<Taxed, MoneyError> {
    parcels.values().try_fold(Taxed::zero(currency), |sum, fee| sum.checked_add(*fee))
}

/// Every parcel's fee, divided by how its goods are taxed.
fn portions(lines: &[PricedLine], fees: &Fees, currency: CurrencyCode) -> Result<Vec<Portion>, MoneyError> {
    let mut goods = BTreeMap::<VendorId, BTreeMap<TaxTreatment, Goods>>::new();
    for line in lines {
        let of_vendor = goods.entry(line.vendor_id).or_default();
        let sums = of_vendor.entry(line.treatment()).or_insert_with(|| Goods::none(currency));
        sums.listed = sums.listed.checked_add(line.listed_price.checked_mul(i64::from(line.quantity))?)?;
        sums.paid = sums.paid.checked_add(line.total)?;
    }
    let mut portions = Vec::new();
    for (vendor, goods) in goods {
        let fee = fees.get(&vendor).copied().unwrap_or(Money::zero(currency));
        let is_paid = goods.values().any(|sums| sums.paid.minor() > 0);
        let weight = |sums: &Goods| if is_paid { sums.paid.minor() } else { sums.listed.minor() };
        let weights: Vec<i64> = goods.values().map(weight).collect();
        for (treatment, fee) in goods.into_keys().zip(fee.allocate(&weights)?) {
            portions.push(Portion { vendor, treatment, fee, part: Money::zero(currency) });
        }
    }
    Ok(portions)
}

/// Gives the portions that are treated alike their parts: together what the tax of goods and shipping is more than that
/// of goods.
fn tax(
    lines: &[PricedLine],
    portions: &mut [Portion],
    currency: CurrencyCode,
    treatment: TaxTreatment,
) -> Result<(), MoneyError> {
    let goods = lines.iter().filter(|line| line.treatment() == treatment);
    let entered = Money::sum(currency, goods.map(|line| line.entered))?;
    let mut alike: Vec<&mut Portion> = portions.iter_mut().filter(|p| p.treatment == treatment).collect();
    let fees = Money::sum(currency, alike.iter().map(|portion| portion.fee))?;
    let added = treatment.part(entered.checked_add(fees)?)?.checked_sub(treatment.part(entered)?)?;
    let weights: Vec<i64> = alike.iter().map(|portion| portion.fee.minor()).collect();
    for (portion, part) in alike.iter_mut().zip(added.allocate(&weights)?) {
        portion.part = part;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use platform_commerce::PriceTerms;
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq, proptest};
    use uuid::Uuid;

    use super::*;
    use crate::quote::split::{SplitLine, split};

    const INCLUDED: PriceTerms = PriceTerms::Included;
    const TREATMENTS: [TaxTreatment; 6] = [
        TaxTreatment { terms: INCLUDED, rate_ppm: 190_000 },
        TaxTreatment { terms: INCLUDED, rate_ppm: 70_000 },
        TaxTreatment { terms: PriceTerms::Added, rate_ppm: 190_000 },
        TaxTreatment { terms: PriceTerms::Added, rate_ppm: 0 },
        TaxTreatment { terms: PriceTerms::TakenOff, rate_ppm: 190_000 },
        TaxTreatment { terms: PriceTerms::TakenOff, rate_ppm: 0 },
    ];

    pub(in crate::quote) fn eur(minor: i64) -> Money {
        Money::from_minor(minor, CurrencyCode::EUR)
    }

    /// A line of one piece as catalog prices it, its tax by itself, shown with tax.
    pub fn line(treatment: TaxTreatment, vendor: u128, entered: i64) -> PricedLine {
        let taxed = treatment.take_apart(eur(entered)).unwrap();
        let id = Uuid::from_u128(vendor);
        PricedLine {
            offer_id: id.into(),
            variant_id: id.into(),
            product_id: id.into(),
            vendor_id: VendorId(id),
            sku: String::new(),
            product_name: String::new(),
            product_slug: String::new(),
            variant_name: String::new(),
            image_url: None,
            quantity: 1,
            weight_grams: 0,
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
            terms: treatment.terms,
            terms_rate_ppm: treatment.rate_ppm,
        }
    }

    /// 4.99 for a parcel, nothing from 50.00 of goods on.
    pub(in crate::quote) fn flat_fees(lines: &[PricedLine]) -> Fees {
        let mut worth = BTreeMap::<VendorId, i64>::new();
        for line in lines {
            let goods = line.listed_price.minor() * i64::from(line.quantity);
            *worth.entry(line.vendor_id).or_default() += goods;
        }
        worth.into_iter().map(|(vendor, goods)| (vendor, fee(goods))).collect()
    }

    fn fee(goods: i64) -> Money {
        eur(if goods >= 5_000 { 0 } else { 499 })
    }

    fn shipping(lines: &[PricedLine]) -> Taxed {
        let parcels = parcels(lines, &flat_fees(lines), CurrencyCode::EUR).unwrap();
        sum(&parcels, CurrencyCode::EUR).unwrap()
    }

    fn minor(amount: Taxed) -> (i64, i64, i64) {
        (amount.net.minor(), amount.tax.minor(), amount.gross.minor())
    }

    #[test]
    fn shipping_is_taxed_as_the_goods_in_proportion() {
        let tax = |terms, lines: &[(i64, i64)]| {
            let line = |(entered, rate_ppm): &(i64, i64)| {
                line(TaxTreatment { terms, rate_ppm: *rate_ppm }, 1, *entered)
            };
            minor(shipping(&lines.iter().map(line).collect::<Vec<_>>()))
        };
        assert_eq!(tax(PriceTerms::Included, &[(3_600, 190_000)]), (420, 79, 499));
        assert_eq!(tax(PriceTerms::Included, &[(3_600, 0)]), (499, 0, 499));
        // Half of it at each rate: 2.50 add 0.17 to the tax at the lower one, 2.49 add 0.39 at the higher.
        assert_eq!(tax(PriceTerms::Included, &[(1_000, 190_000), (1_000, 70_000)]), (443, 56, 499));
        assert_eq!(tax(PriceTerms::Added, &[(1_000, 190_000)]), (499, 95, 594));
        assert_eq!(tax(PriceTerms::TakenOff, &[(1_000, 190_000)]), (420, 0, 420));
        assert_eq!(tax(PriceTerms::Included, &[(6_000, 190_000)]), (0, 0, 0));
    }

    /// Check 46: the half of the parcel that is free of tax costs its half of the fee less the tax at home.
    #[test]
    fn shipping_of_goods_without_tax_is_without_tax_in_proportion() {
        let taxed = TaxTreatment { terms: PriceTerms::Included, rate_ppm: 190_000 };
        let free = TaxTreatment { terms: PriceTerms::TakenOff, rate_ppm: 190_000 };
        // 2.50 with 0.40 of tax in them, and 2.49 less 0.40.
        let both = [line(taxed, 1, 1_000), line(free, 1, 1_190)];
        assert_eq!(minor(shipping(&both)), (419, 40, 459));
    }

    /// Check 46: 40.00 and 1.00 for which a coupon leaves nothing to pay: 4.87 at the higher rate, 0.12 at the lower.
    #[test]
    fn shipping_of_goods_that_cost_nothing_is_taxed_as_without_the_discount() {
        let free = |listed: i64, rate_ppm| {
            let given = line(TaxTreatment { terms: PriceTerms::Included, rate_ppm }, 1, 0);
            PricedLine { listed_price: eur(listed), ..given }
        };
        assert_eq!(minor(shipping(&[free(4_000, 190_000), free(100, 70_000)])), (420, 79, 499));
    }

    #[test]
    fn a_discount_leaves_shipping_free() {
        // 51.00 and 5 % off: 48.45 are paid, which is below the threshold.
        let of = |terms| TaxTreatment { terms, rate_ppm: 190_000 };
        let mut discounted = line(of(PriceTerms::Included), 1, 4_845);
        discounted.listed_price = eur(1_700);
        discounted.quantity = 3;
        assert_eq!(shipping(&[discounted]).gross, eur(0));
        // The tax that is not owed abroad does not count either.
        assert_eq!(shipping(&[line(of(PriceTerms::TakenOff), 1, 5_100)]).gross, eur(0));
    }

    proptest! {
        /// Checks 28 and 46: lines and shipping are the total, net and tax are what is paid, the tax of each rate is
        /// that of goods and shipping together, and what is distributed is what is paid.
        #[test]
        fn random_carts_add_up(
            cart in vec((1_u128..4, 1_i64..3_000, 0..TREATMENTS.len()), 1..12),
            points in 0_i64..500,
        ) {
            // One line for each treatment, so that its tax by itself is that of all that is treated so.
            let mut entered = BTreeMap::<TaxTreatment, (u128, i64)>::new();
            for (vendor, amount, treatment) in cart {
                entered.entry(TREATMENTS[treatment]).or_insert((vendor, 0)).1 += amount;
            }
            let lines: Vec<_> = entered
                .iter()
                .map(|(treatment, (vendor, amount))| line(*treatment, *vendor, *amount))
                .collect();
            let shipping = shipping(&lines);
            prop_assert_eq!(shipping.net.checked_add(shipping.tax).unwrap(), shipping.gross);
            prop_assert!(!shipping.net.is_negative() && !shipping.tax.is_negative());
            let total = lines.iter().map(|l| l.total.minor()).sum::<i64>() + shipping.gross.minor();
            let net = lines.iter().map(|l| l.net.minor()).sum::<i64>() + shipping.net.minor();
            let tax = lines.iter().map(|l| l.tax.minor()).sum::<i64>() + shipping.tax.minor();
            prop_assert_eq!(net + tax, total);
            if let [one] = lines.as_slice() {
                let fee = fee(one.entered.minor());
                let together = one.treatment().take_apart(one.entered.checked_add(fee).unwrap()).unwrap();
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
