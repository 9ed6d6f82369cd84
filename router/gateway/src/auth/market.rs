//! The market of a request, from its headers: one of those that are sold to, whatever is sent.

use platform_core::market::TaxDisplay;
use platform_core::{CurrencyCode, Market};

use crate::auth::{AuthError, Credentials};
use crate::config::MarketConfig;

#[derive(Debug, Clone)]
pub struct MarketRules(MarketConfig);

impl MarketRules {
    /// Checks the countries of the section; fails with what is wrong with it.
    pub fn new(config: MarketConfig) -> Result<Self, String> {
        for code in &config.countries {
            if country_code(code).as_ref() != Some(code) {
                return Err(format!("market.countries: `{code}` is not a code of ISO 3166-1, such as DE"));
            }
        }
        let rules = Self(config);
        let own = &rules.0.default.country;
        if rules.is_sold_to(own) {
            Ok(rules)
        } else {
            Err(format!("market.default.country: `{own}` is not among market.countries"))
        }
    }

    /// What is said wins over the default; what is said wrongly is refused, since a price in an unexpected currency is
    /// worse than an error. The customer group is never taken from the client.
    pub fn market(&self, credentials: &Credentials) -> Result<Market, AuthError> {
        let config = &self.0;
        let mut market = config.default.clone();
        if let Some(country) = credentials.get(&config.country_header)? {
            let known = country_code(country).filter(|code| self.is_sold_to(code));
            market.country = known.ok_or_else(|| self.not_served())?;
        }
        if let Some(currency) = credentials.get(&config.currency_header)? {
            market.currency =
                currency.parse::<CurrencyCode>().map_err(|_| invalid(&config.currency_header))?;
        }
        if let Some(language) = credentials.get(&config.language_header)? {
            market.language = primary_tag(language).ok_or_else(|| invalid(&config.language_header))?;
        } else if let Some(accepted) = credentials.hint("accept-language") {
            // A browser sends this on its own, so what is odd in it is passed over.
            if let Some(language) = self.accepted_language(accepted) {
                market.language = language;
            }
        }
        if let Some(display) = credentials.get(&config.tax_display_header)? {
            market.tax_display = match display {
                "inclusive" => TaxDisplay::Inclusive,
                "exclusive" => TaxDisplay::Exclusive,
                _ => return Err(invalid(&config.tax_display_header)),
            };
        }
        Ok(market)
    }

    fn not_served(&self) -> AuthError {
        let advice = match self.0.countries.as_slice() {
            [] => "send a code of ISO 3166-1, such as DE".to_owned(),
            countries => format!("send one of {}", countries.join(", ")),
        };
        AuthError::CountryNotServed { header: self.0.country_header.clone(), advice }
    }

    fn is_sold_to(&self, country: &str) -> bool {
        self.0.countries.is_empty() || self.0.countries.iter().any(|known| known == country)
    }

    /// The most wanted language that is offered.
    fn accepted_language(&self, header: &str) -> Option<String> {
        let offered = &self.0.languages;
        let mut wanted: Vec<(f32, String)> = header
            .split(',')
            .take(20)
            .filter_map(|range| {
                let mut parts = range.split(';');
                let tag = primary_tag(parts.next()?.trim())?;
                let quality =
                    parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |text| {
                        text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))
                    })?;
                (quality > 0.0).then_some((quality, tag))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.into_iter().map(|(_, tag)| tag).find(|tag| offered.is_empty() || offered.contains(tag))
    }
}

fn invalid(header: &str) -> AuthError {
    AuthError::InvalidHeader { header: header.to_owned() }
}

/// A code that ISO 3166-1 lists, in upper case.
fn country_code(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    // The crate's list lacks Antarctica.
    (code.as_bytes() == [b'A', b'Q'] || iso3166::Country::from_alpha2(&code).is_some()).then_some(code)
}

/// The language of a tag such as `de-AT`.
fn primary_tag(tag: &str) -> Option<String> {
    let primary = tag.split('-').next()?;
    ((2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic()))
        .then(|| primary.to_ascii_lowercase())
}
