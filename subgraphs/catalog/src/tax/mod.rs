//! Tax by destination: the zone of an address, the rates of kinds of goods in it, and how prices, which are entered in
//! the terms of a home zone, become what is paid there.
//!
//! Rules: prices in a currency are entered as those of the zone of the currency's own country are written (USD as in
//! the USA), or else of the shop's home country: with tax or without. A price with tax stays the same in every zone
//! that taxes; where none is owed it is the price less the tax at home. A zone without rates is a zone; an address
//! without a zone is not sold to. Amounts of one rate are rounded once together, half to even, to the minor unit
//! ([`PriceTerms::parts`]). Deliberately absent: whose VAT id is valid, which the caller knows.

mod shown;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use platform_commerce::{Market, Money, MoneyError, PriceTerms, Taxed};

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
}

impl<'a> Destination<'a> {
    /// What is assumed until an address is known: somewhere in the market's country.
    pub fn assumed(market: &'a Market) -> Self {
        Self { country: &market.country, region: None, postal_code: None, vat_id_valid: false }
    }
}

/// The rates of a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxZone {
    /// Whether prices of this zone are written with the tax in them.
    pub prices_include_tax: bool,
    /// In millionths, by tax class; a class without one is not taxed.
    rates: HashMap<String, i64>,
}

impl TaxZone {
    fn rate_ppm(&self, tax_class: &str) -> i64 {
        self.rates.get(tax_class).copied().unwrap_or(0)
    }

    fn is_free(&self) -> bool {
        self.rates.values().all(|rate| *rate == 0)
    }
}

/// How prices in a currency are taxed when the goods go to a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxation {
    pub terms: PriceTerms,
    /// Nothing is owed because the buyer is a business abroad.
    pub exempt: bool,
    /// Whose rates part entered amounts: the destination's, or those at home where the tax is taken off.
    rates: Arc<TaxZone>,
}

impl Taxation {
    fn new(home: &Arc<TaxZone>, destination: &Arc<TaxZone>, exempt: bool) -> Self {
        let free = exempt || destination.is_free();
        let (terms, rates) = match (home.prices_include_tax, free) {
            (true, true) => (PriceTerms::TakenOff, Arc::clone(home)),
            (true, false) => (PriceTerms::Included, Arc::clone(destination)),
            (false, true) => (PriceTerms::Added, Arc::default()),
            (false, false) => (PriceTerms::Added, Arc::clone(destination)),
        };
        Self { terms, exempt, rates }
    }

    /// The rate by which an entered amount is taken apart, in millionths.
    pub fn terms_rate_ppm(&self, tax_class: &str) -> i64 {
        self.rates.rate_ppm(tax_class)
    }

    /// The rate that is owed, in millionths.
    pub fn tax_rate_ppm(&self, tax_class: &str) -> i64 {
        match self.terms {
            PriceTerms::Included | PriceTerms::Added => self.rates.rate_ppm(tax_class),
            PriceTerms::TakenOff => 0,
        }
    }

    /// Takes an entered amount apart by itself.
    pub fn take_apart(&self, tax_class: &str, amount: Money) -> Result<Taxed, MoneyError> {
        self.terms.take_apart(amount, self.terms_rate_ppm(tax_class))
    }

    /// The rates that are not zero, by class.
    fn rates(&self) -> BTreeMap<String, i64> {
        let taxed = self.rates.rates.iter().filter(|(_, rate)| **rate != 0);
        taxed.map(|(class, rate)| (class.clone(), *rate)).collect()
    }
}

#[cfg(test)]
impl Taxation {
    /// By the rates of some classes.
    pub fn at_rates(terms: PriceTerms, rates: &[(&str, i64)]) -> Self {
        let rates = rates.iter().map(|(class, rate)| ((*class).to_owned(), *rate)).collect();
        Self { terms, exempt: false, rates: Arc::new(TaxZone { prices_include_tax: true, rates }) }
    }
}

/// The countries whose zones can decide a quote.
pub fn countries<'a>(
    destination: Destination<'a>,
    market: &'a Market,
    home_country: &'a str,
) -> BTreeSet<&'a str> {
    let own = table::country_of(&market.currency);
    [Some(destination.country), Some(&*market.country), Some(home_country), own]
        .into_iter()
        .flatten()
        .collect()
}

/// A rate as an exact fraction: 190000 is `0.19`.
pub fn rate_text(ppm: i64) -> String {
    let (whole, fraction) = (ppm / MILLION, ppm % MILLION);
    let text = format!("{whole}.{fraction:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use platform_commerce::CurrencyCode;

    use super::*;

    fn zone(prices_include_tax: bool, ppm: i64) -> Arc<TaxZone> {
        Arc::new(TaxZone { prices_include_tax, rates: HashMap::from([("standard".to_owned(), ppm)]) })
    }

    #[test]
    fn the_terms_are_those_at_home_and_the_rate_is_the_destinations() {
        let (germany, america) = (zone(true, 190_000), zone(false, 88_750));
        let (free, france) = (zone(true, 0), zone(true, 200_000));
        let split = |home: &Arc<TaxZone>, destination: &Arc<TaxZone>, exempt| {
            let taxation = Taxation::new(home, destination, exempt);
            let taxed =
                taxation.take_apart("standard", Money::from_minor(11_900, CurrencyCode::EUR)).unwrap();
            (taxed.net.minor(), taxed.tax.minor(), taxed.gross.minor(), taxation.tax_rate_ppm("standard"))
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
    fn rates_are_exact_texts() {
        assert_eq!(
            [rate_text(190_000), rate_text(88_750), rate_text(0), rate_text(1_000_000)],
            ["0.19", "0.08875", "0", "1"]
        );
    }
}
