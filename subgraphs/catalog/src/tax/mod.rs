//! Tax by destination: the zone of an address, the rates of kinds of goods in it, and how prices, which are entered in
//! the terms of a home zone, become what is paid there.
//!
//! Rules: prices in a currency are entered as those of the zone of the currency's own country are written (USD as in
//! the USA), or else of the shop's home country: with tax or without. A price with tax stays the same wherever goods of
//! its class are taxed; where none is owed for them it is the price less the tax at home, whatever else the zone taxes. A
//! zone without rates is a zone; an address without a zone is not sold to. Amounts that are treated alike are rounded
//! once together, half to even, to the minor unit ([`TaxTreatment::parts`]). Deliberately absent: whose VAT id is valid,
//! which the caller knows, and how zones are kept ([`crate::tax_zone`]).

mod shown;
mod store;
mod table;
pub mod version;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use platform_commerce::{Market, PriceTerms, TaxTreatment};

pub use shown::ShownPrices;
pub use table::{TaxTable, postal_key, region_key};

const MILLION: i64 = 1_000_000;

/// Where goods go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination<'a> {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: &'a str,
    pub region: Option<&'a str>,
    pub postal_code: Option<&'a str>,
    /// The buyer is a business whose VAT id is marked valid.
    pub vat_id_valid: bool,
    /// Nobody has said where the goods go.
    pub is_assumed: bool,
}

impl<'a> Destination<'a> {
    /// What is assumed until an address is known: somewhere in the market's country.
    pub fn assumed(market: &'a Market) -> Self {
        Self {
            country: &market.country,
            region: None,
            postal_code: None,
            vat_id_valid: false,
            is_assumed: true,
        }
    }
}

/// The rates of a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TaxZone {
    /// Whether prices of this zone are written with the tax in them.
    pub prices_include_tax: bool,
    /// In millionths, by tax class; a class without one is not taxed.
    rates: BTreeMap<String, i64>,
}

impl TaxZone {
    fn rate_ppm(&self, tax_class: &str) -> i64 {
        self.rates.get(tax_class).copied().unwrap_or(0)
    }
}

/// How prices in a currency are taxed when the goods go to a destination.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Taxation {
    /// Nothing is owed because the buyer is a business abroad.
    pub exempt: bool,
    /// In whose terms prices are entered.
    home: Arc<TaxZone>,
    destination: Arc<TaxZone>,
}

impl Taxation {
    fn new(home: &Arc<TaxZone>, destination: &Arc<TaxZone>, exempt: bool) -> Self {
        Self { exempt, home: Arc::clone(home), destination: Arc::clone(destination) }
    }

    /// How goods of a class are taxed.
    pub fn treatment(&self, tax_class: &str) -> TaxTreatment {
        let owed = if self.exempt { 0 } else { self.destination.rate_ppm(tax_class) };
        let (terms, rate_ppm) = match (self.home.prices_include_tax, owed) {
            (true, 0) => (PriceTerms::TakenOff, self.home.rate_ppm(tax_class)),
            (true, _) => (PriceTerms::Included, owed),
            (false, _) => (PriceTerms::Added, owed),
        };
        TaxTreatment { terms, rate_ppm }
    }

    /// The classes that are taxed at home or at the destination.
    fn classes(&self) -> BTreeSet<&str> {
        self.home.rates.keys().chain(self.destination.rates.keys()).map(String::as_str).collect()
    }
}

#[cfg(test)]
impl Taxation {
    /// By the rates of some classes: at home, and where the goods go.
    pub fn at_rates(prices_include_tax: bool, rates: &[(&str, i64, i64)]) -> Self {
        let zone = |rate: fn(&(&str, i64, i64)) -> i64| {
            let rates = rates.iter().map(|class| (class.0.to_owned(), rate(class))).collect();
            Arc::new(TaxZone { prices_include_tax, rates })
        };
        Self::new(&zone(|(_, home, _)| *home), &zone(|(.., owed)| *owed), false)
    }
}

/// A rate as an exact fraction: 190000 is `0.19`.
pub fn rate_text(ppm: i64) -> String {
    let (whole, fraction) = (ppm / MILLION, ppm % MILLION);
    let text = format!("{whole}.{fraction:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use platform_commerce::{CurrencyCode, Money};

    use super::*;

    fn zone(prices_include_tax: bool, ppm: i64) -> Arc<TaxZone> {
        Arc::new(TaxZone { prices_include_tax, rates: BTreeMap::from([("standard".to_owned(), ppm)]) })
    }

    #[test]
    fn the_terms_are_those_at_home_and_the_rate_is_the_destinations() {
        let (germany, america) = (zone(true, 190_000), zone(false, 88_750));
        let (free, france) = (zone(true, 0), zone(true, 200_000));
        let split = |home: &Arc<TaxZone>, destination: &Arc<TaxZone>, exempt| {
            let treatment = Taxation::new(home, destination, exempt).treatment("standard");
            let taxed = treatment.take_apart(Money::from_minor(11_900, CurrencyCode::EUR)).unwrap();
            (taxed.net.minor(), taxed.tax.minor(), taxed.gross.minor(), treatment.owed_ppm())
        };
        assert_eq!(split(&germany, &germany, false), (10_000, 1_900, 11_900, 190_000));
        assert_eq!(split(&germany, &france, false), (9_917, 1_983, 11_900, 200_000));
        assert_eq!(split(&germany, &america, false), (10_930, 970, 11_900, 88_750));
        assert_eq!(split(&germany, &free, false), (10_000, 0, 10_000, 0));
        assert_eq!(split(&germany, &france, true), (10_000, 0, 10_000, 0));
        assert_eq!(split(&america, &germany, false), (11_900, 2_261, 14_161, 190_000));
        assert_eq!(split(&america, &free, false), (11_900, 0, 11_900, 0));
    }

    #[test]
    fn a_class_without_tax_is_free_in_a_zone_that_taxes_others() {
        let classes = [("standard", 190_000, 200_000), ("food", 70_000, 0), ("books", 0, 0)];
        let treated = |prices_include_tax, class| {
            let treatment = Taxation::at_rates(prices_include_tax, &classes).treatment(class);
            (treatment.terms, treatment.rate_ppm, treatment.owed_ppm())
        };
        assert_eq!(treated(true, "standard"), (PriceTerms::Included, 200_000, 200_000));
        assert_eq!(treated(true, "food"), (PriceTerms::TakenOff, 70_000, 0));
        assert_eq!(treated(true, "books"), (PriceTerms::TakenOff, 0, 0));
        assert_eq!(treated(true, "unknown"), (PriceTerms::TakenOff, 0, 0));
        assert_eq!(treated(false, "standard"), (PriceTerms::Added, 200_000, 200_000));
        assert_eq!(treated(false, "food"), (PriceTerms::Added, 0, 0));
    }

    #[test]
    fn rates_are_exact_texts() {
        assert_eq!(
            [rate_text(190_000), rate_text(88_750), rate_text(0), rate_text(1_000_000)],
            ["0.19", "0.08875", "0", "1"]
        );
    }
}
