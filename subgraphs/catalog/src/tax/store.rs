//! What the table of taxes is made of.

use catalog_entities::tax_zone_area::Kind;
use platform_core::id::TaxZoneId;
use platform_database::StoreError;
use platform_database::sql::statement;
use sea_orm::{ConnectionTrait, QueryResult};

/// A country or a part of one, with its zone and one of the zone's rates. It stands once for each rate.
pub struct Part {
    pub country: String,
    /// `None`: the whole country.
    pub area: Option<(Kind, String)>,
    pub zone_id: TaxZoneId,
    pub prices_include_tax: bool,
    /// Tax class and millionths; `None` of a zone without rates.
    pub rate: Option<(String, i64)>,
}

/// All countries and parts that have a zone, with their rates, in one statement.
pub async fn parts(connection: &impl ConnectionTrait) -> Result<Vec<Part>, StoreError> {
    let sql = "SELECT part.country, part.kind, part.value, part.zone_id, zone.prices_include_tax, rate.tax_class, \
         rate.rate_ppm FROM ( \
           SELECT country, NULL AS kind, NULL AS value, zone_id FROM tax_zone_country \
           UNION ALL SELECT country, kind, value, zone_id FROM tax_zone_area) AS part \
         JOIN tax_zone AS zone ON zone.id = part.zone_id \
         LEFT JOIN tax_rate AS rate ON rate.zone_id = part.zone_id";
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    let read = |row: &QueryResult| {
        let kind: Option<Kind> = row.try_get("", "kind")?;
        let class: Option<String> = row.try_get("", "tax_class")?;
        Ok(Part {
            country: row.try_get("", "country")?,
            area: kind.zip(row.try_get("", "value")?),
            zone_id: row.try_get("", "zone_id")?,
            prices_include_tax: row.try_get("", "prices_include_tax")?,
            rate: class.zip(row.try_get("", "rate_ppm")?),
        })
    };
    rows.iter().map(read).collect()
}
