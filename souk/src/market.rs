//! The market of a request, from its headers and its token: one of those that are sold to, whatever is sent.
//!
//! What is said wins over the default; what is said wrongly is refused, since a price in an unexpected currency is worse
//! than an error. The customer group is the token's alone, never taken from the client.

use std::sync::Arc;

use platform_commerce::Market;
use platform_commerce::market::TaxDisplay;
use platform_identity::Context;
use platform_text::Country;
use router_gateway::auth::{AuthError, ContextClaims, ContextResolver, Credentials};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The claim of a token that names a customer group.
const CUSTOMER_GROUP: &str = "customer_group";
/// The header by which browsers name languages on their own.
const ACCEPT_LANGUAGE: &str = "accept-language";
/// Languages of that header that are looked at.
const MAX_LANGUAGES: usize = 20;

/// The market of a request that names none, and the headers that name one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MarketConfig {
    /// Country, currency, language and tax display of requests that say nothing.
    #[schemars(with = "serde_json::Value")]
    pub default: Market,
    /// Header with a country. Default: x-souk-country.
    pub country_header: String,
    /// Header with a currency. Default: x-souk-currency.
    pub currency_header: String,
    /// Header with a language; without it `Accept-Language` counts. Default: x-souk-language.
    pub language_header: String,
    /// Header with `inclusive` or `exclusive`. Default: x-souk-tax-display.
    pub tax_display_header: String,
    /// Countries that the header may name, by ISO 3166-1 alpha-2, some of those of `[market]`; empty: all of them. Default: empty.
    pub countries: Vec<String>,
    /// Languages that `Accept-Language` can choose; empty: any. Default: empty.
    pub languages: Vec<String>,
}

impl Default for MarketConfig {
    fn default() -> Self {
        Self {
            default: Market::default(),
            country_header: "x-souk-country".to_owned(),
            currency_header: "x-souk-currency".to_owned(),
            language_header: "x-souk-language".to_owned(),
            tax_display_header: "x-souk-tax-display".to_owned(),
            countries: Vec::new(),
            languages: Vec::new(),
        }
    }
}

/// Makes the market of a request its context.
#[derive(Debug)]
pub struct MarketResolver {
    config: MarketConfig,
    /// The default market as a context, which most requests share.
    default: Context,
}

impl MarketResolver {
    /// Checks the countries of the section, which must be there by now; fails with what is wrong with them.
    pub fn new(config: MarketConfig) -> Result<Self, String> {
        for code in &config.countries {
            if !Country::parse("countries", code).is_ok_and(|country| country.as_str() == code) {
                return Err(format!("market.countries: `{code}` is not a code of ISO 3166-1, such as DE"));
            }
        }
        let own = &config.default.country;
        if !is_listed(&config.countries, own) {
            return Err(format!(
                "market.default.country: `{own}` is not among the countries that requests may name: those of \
                 gateway.market.countries, or where that is empty of market.countries"
            ));
        }
        let default = config.default.clone().into();
        Ok(Self { config, default })
    }

    fn country(&self, text: &str) -> Result<Country, AuthError> {
        let known = Country::parse("country", text).ok();
        known.filter(|country| is_listed(&self.config.countries, country.as_str())).ok_or_else(|| {
            let countries = self.config.countries.join(", ");
            AuthError::HeaderRefused {
                header: self.config.country_header.clone(),
                reason: format!("names no country that is sold to; send one of {countries}"),
            }
        })
    }

    /// The most wanted language that is offered. A browser names languages on its own, so what is odd is passed over.
    fn accepted_language<'h>(&self, header: &'h str) -> Option<&'h str> {
        let offered = &self.config.languages;
        let mut best: Option<(f32, &str)> = None;
        for range in header.split(',').take(MAX_LANGUAGES) {
            let Some((tag, quality)) = wanted(range) else { continue };
            let is_offered = offered.is_empty() || offered.iter().any(|one| one.eq_ignore_ascii_case(tag));
            if is_offered && quality > best.map_or(0.0, |(best, _)| best) {
                best = Some((quality, tag));
            }
        }
        best.map(|(_, tag)| tag)
    }
}

impl ContextResolver for MarketResolver {
    fn claims(&self) -> &[&'static str] {
        &[CUSTOMER_GROUP]
    }

    fn resolve(&self, said: &Credentials) -> Result<Context, AuthError> {
        let config = &self.config;
        // Its texts are shared until another is said.
        let mut market = config.default.clone();
        if let Some(country) = said.get(&config.country_header)? {
            say(&mut market.country, self.country(country)?.as_str());
        }
        if let Some(currency) = said.get(&config.currency_header)? {
            market.currency = currency.parse().map_err(|_| invalid(&config.currency_header))?;
        }
        if let Some(language) = said.get(&config.language_header)? {
            let tag = primary_tag(language).ok_or_else(|| invalid(&config.language_header))?;
            say(&mut market.language, &tag.to_ascii_lowercase());
        } else if let Some(tag) = said.hint(ACCEPT_LANGUAGE).and_then(|header| self.accepted_language(header))
        {
            say(&mut market.language, &tag.to_ascii_lowercase());
        }
        if let Some(display) = said.get(&config.tax_display_header)? {
            market.tax_display = match display {
                "inclusive" => TaxDisplay::Inclusive,
                "exclusive" => TaxDisplay::Exclusive,
                _ => return Err(invalid(&config.tax_display_header)),
            };
        }
        Ok(if market == config.default { self.default.clone() } else { market.into() })
    }

    fn grant(&self, context: Context, claims: &ContextClaims) -> Context {
        let group = claims.get(CUSTOMER_GROUP).cloned();
        match context.get::<Market>() {
            Some(market) if market.customer_group != group => {
                Market { customer_group: group, ..market.clone() }.into()
            }
            _ => context,
        }
    }
}

fn say(text: &mut Arc<str>, said: &str) {
    if **text != *said {
        *text = said.into();
    }
}

fn invalid(header: &str) -> AuthError {
    AuthError::InvalidHeader { header: header.to_owned() }
}

fn is_listed(countries: &[String], country: &str) -> bool {
    countries.iter().any(|listed| listed == country)
}

/// The language of a range such as `de-AT;q=0.7`, and how much it is wanted.
fn wanted(range: &str) -> Option<(&str, f32)> {
    let mut parts = range.split(';');
    let tag = primary_tag(parts.next()?.trim())?;
    let quality = match parts.find_map(|part| part.trim().strip_prefix("q=")) {
        Some(text) => text.trim().parse().ok().filter(|quality| (0.0..=1.0).contains(quality))?,
        None => 1.0,
    };
    Some((tag, quality))
}

/// The language of a tag such as `de-AT`.
fn primary_tag(tag: &str) -> Option<&str> {
    let primary = tag.split('-').next()?;
    ((2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then_some(primary)
}
