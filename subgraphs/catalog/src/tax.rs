//! Tax by zone: which rate a kind of goods has in a country, and the split of an amount into net and tax.
//!
//! Rules: a zone says whether prices there are written with tax (EU, Japan) or without (USA). The tax of a line is
//! rounded once, half to even, to the minor unit; totals are sums of lines. A country outside every zone is an export:
//! no tax. Deliberately absent: taxes by region within a country, and tax exemption by number.

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::{tax_rate, tax_zone, tax_zone_country};
use platform_core::{Money, MoneyError};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

const MILLION: i64 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRate {
    /// As on an invoice.
    pub name: String,
    /// In millionths.
    pub ppm: i64,
}

/// How goods are taxed in a country.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxZone {
    pub code: String,
    pub prices_include_tax: bool,
    rates: HashMap<String, TaxRate>,
}

/// An amount taken apart: `net + tax = gross`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

impl TaxZone {
    /// The zone of a country as it is now; one without taxes for a country outside all.
    pub async fn of_country(connection: &impl ConnectionTrait, country: &str) -> Result<Self, DbErr> {
        use {tax_rate::Column as Rate, tax_zone::Column as Zone, tax_zone_country::Column as Country};
        let zone_id = (tax_zone_country::Entity, Country::ZoneId);
        let query = Query::select()
            .columns([(tax_zone::Entity, Zone::Code), (tax_zone::Entity, Zone::PricesIncludeTax)])
            .columns([Rate::TaxClass, Rate::Name, Rate::RatePpm].map(|column| (tax_rate::Entity, column)))
            .from(tax_zone_country::Entity)
            .inner_join(tax_zone::Entity, Expr::col((tax_zone::Entity, Zone::Id)).equals(zone_id))
            .left_join(tax_rate::Entity, Expr::col((tax_rate::Entity, Rate::ZoneId)).equals(zone_id))
            .and_where(Expr::col((tax_zone_country::Entity, Country::Country)).eq(country))
            .take();
        let mut zone = Self::default();
        for row in connection.query_all(&query).await? {
            zone.code = row.try_get("", "code")?;
            zone.prices_include_tax = row.try_get("", "prices_include_tax")?;
            if let Some(tax_class) = row.try_get("", "tax_class")? {
                let rate = TaxRate { name: row.try_get("", "name")?, ppm: row.try_get("", "rate_ppm")? };
                zone.rates.insert(tax_class, rate);
            }
        }
        Ok(zone)
    }

    /// The rate of a tax class, in millionths; none is zero.
    pub fn rate_ppm(&self, tax_class: &str) -> i64 {
        self.rates.get(tax_class).map_or(0, |rate| rate.ppm)
    }

    /// Takes apart an amount that is written as prices of this zone are.
    pub fn split(&self, tax_class: &str, amount: Money) -> Result<Taxed, MoneyError> {
        let ppm = self.rate_ppm(tax_class);
        if self.prices_include_tax {
            let tax = amount.checked_ratio(ppm, MILLION.checked_add(ppm).ok_or(MoneyError::Overflow)?)?;
            Ok(Taxed { net: amount.checked_sub(tax)?, tax, gross: amount })
        } else {
            let tax = amount.checked_ratio(ppm, MILLION)?;
            Ok(Taxed { net: amount, tax, gross: amount.checked_add(tax)? })
        }
    }
}

/// All zones.
#[derive(Debug, Clone, Default)]
pub struct TaxTable {
    by_country: HashMap<String, Arc<TaxZone>>,
    untaxed: Arc<TaxZone>,
}

impl TaxTable {
    pub fn zone(&self, country: &str) -> &Arc<TaxZone> {
        self.by_country.get(country).unwrap_or(&self.untaxed)
    }

    /// Reads the whole table: three small tables, one query each.
    pub async fn load(connection: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let rates = tax_rate::Entity::find().all(connection).await?;
        let zones = tax_zone::Entity::find().all(connection).await?;
        let countries = tax_zone_country::Entity::find().all(connection).await?;
        let mut zones: HashMap<_, _> = zones
            .into_iter()
            .map(|zone| {
                let rates = HashMap::new();
                (zone.id, TaxZone { code: zone.code, prices_include_tax: zone.prices_include_tax, rates })
            })
            .collect();
        for rate in rates {
            if let Some(zone) = zones.get_mut(&rate.zone_id) {
                zone.rates.insert(rate.tax_class, TaxRate { name: rate.name, ppm: rate.rate_ppm });
            }
        }
        let zones: HashMap<_, _> = zones.into_iter().map(|(id, zone)| (id, Arc::new(zone))).collect();
        let by_country = countries
            .into_iter()
            .filter_map(|row| zones.get(&row.zone_id).map(|zone| (row.country, Arc::clone(zone))))
            .collect();
        Ok(Self { by_country, untaxed: Arc::default() })
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
    use platform_core::CurrencyCode;

    use super::*;

    fn zone(prices_include_tax: bool, ppm: i64) -> TaxZone {
        let rate = TaxRate { name: "VAT".to_owned(), ppm };
        let rates = HashMap::from([("standard".to_owned(), rate)]);
        TaxZone { code: "test".to_owned(), prices_include_tax, rates }
    }

    #[test]
    fn net_and_tax_sum_to_gross() {
        let split = |included, ppm, minor| {
            let taxed =
                zone(included, ppm).split("standard", Money::from_minor(minor, CurrencyCode::EUR)).unwrap();
            assert_eq!(taxed.net.checked_add(taxed.tax).unwrap(), taxed.gross);
            (taxed.net.minor(), taxed.tax.minor(), taxed.gross.minor())
        };
        assert_eq!(split(true, 190_000, 11_900), (10_000, 1_900, 11_900));
        assert_eq!(split(true, 190_000, 999), (839, 160, 999));
        assert_eq!(split(false, 88_750, 10_000), (10_000, 888, 10_888));
        assert_eq!(split(false, 0, 500), (500, 0, 500));
    }

    #[test]
    fn an_unknown_class_or_country_is_untaxed() {
        let amount = Money::from_minor(1000, CurrencyCode::EUR);
        assert!(zone(true, 190_000).split("unknown", amount).unwrap().tax.is_zero());
        assert_eq!(TaxTable::default().zone("AQ").split("standard", amount).unwrap().gross, amount);
    }

    #[test]
    fn rates_are_exact_texts() {
        assert_eq!(
            [rate_text(190_000), rate_text(88_750), rate_text(0), rate_text(1_000_000)],
            ["0.19", "0.08875", "0", "1"]
        );
    }
}
