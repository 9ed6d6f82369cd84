//! The market of a request, from its headers.

use platform_core::market::TaxDisplay;
use platform_core::{CurrencyCode, Market};

use crate::auth::{AuthError, Credentials};
use crate::config::MarketConfig;

#[derive(Debug, Clone)]
pub struct MarketRules(MarketConfig);

impl MarketRules {
    pub fn new(config: MarketConfig) -> Self {
        Self(config)
    }

    /// What is said wins over the default; what is said wrongly is refused, since a price in an unexpected currency is
    /// worse than an error. The customer group is never taken from the client.
    pub fn market(&self, credentials: &Credentials) -> Result<Market, AuthError> {
        let config = &self.0;
        let mut market = config.default.clone();
        if let Some(country) = credentials.get(&config.country_header) {
            market.country = country_code(country).ok_or_else(|| invalid(&config.country_header))?;
        }
        if let Some(currency) = credentials.get(&config.currency_header) {
            market.currency =
                currency.parse::<CurrencyCode>().map_err(|_| invalid(&config.currency_header))?;
        }
        if let Some(language) = credentials.get(&config.language_header) {
            market.language = primary_tag(language).ok_or_else(|| invalid(&config.language_header))?;
        } else if let Some(accepted) = credentials.get("accept-language") {
            // A browser sends this on its own, so what is odd in it is passed over.
            if let Some(language) = self.accepted_language(accepted) {
                market.language = language;
            }
        }
        if let Some(display) = credentials.get(&config.tax_display_header) {
            market.tax_display = match display {
                "inclusive" => TaxDisplay::Inclusive,
                "exclusive" => TaxDisplay::Exclusive,
                _ => return Err(invalid(&config.tax_display_header)),
            };
        }
        Ok(market)
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
    AuthError::InvalidMarket { header: header.to_owned() }
}

fn country_code(text: &str) -> Option<String> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

/// The language of a tag such as `de-AT`.
fn primary_tag(tag: &str) -> Option<String> {
    let primary = tag.split('-').next()?;
    ((2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic()))
        .then(|| primary.to_ascii_lowercase())
}
