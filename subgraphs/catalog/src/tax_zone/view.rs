//! A tax zone as the API shows it: all that `setTaxZone` writes.

use async_graphql::{Context, Object, Result, SimpleObject};
use catalog_entities::tax_zone_area::{self, Kind};
use catalog_entities::{tax_class, tax_rate, tax_zone};
use platform_core::id::TaxZoneId;
use platform_server::rows;
use platform_text::subdivision;

use super::store::{AreasOfZone, CountriesOfZone, RatesOfZone};
use crate::app::App;

/// A kind of goods for tax.
#[derive(Debug, SimpleObject)]
pub struct TaxClass {
    /// Such as `standard` or `reduced`, which products and rates name.
    pub code: String,
}

impl From<tax_class::Model> for TaxClass {
    fn from(row: tax_class::Model) -> Self {
        Self { code: row.code }
    }
}

/// A part of a country: either a region or the beginning of postal codes.
#[derive(Debug, SimpleObject)]
pub struct TaxArea {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its code of ISO 3166-2 without the country's, such as `CA`, or the name that was given where there is no such code;
    /// null for postal codes.
    pub region: Option<String>,
    /// The letters and digits that its postal codes begin with; null for a region.
    pub postal_code_prefix: Option<String>,
}

impl From<tax_zone_area::Model> for TaxArea {
    fn from(row: tax_zone_area::Model) -> Self {
        let tax_zone_area::Model { country, kind, value, .. } = row;
        match kind {
            Kind::Region => {
                let region = subdivision(&country, &value).map_or(value, str::to_owned);
                Self { country, region: Some(region), postal_code_prefix: None }
            }
            Kind::Postal => Self { country, region: None, postal_code_prefix: Some(value.to_uppercase()) },
        }
    }
}

/// What is owed on one kind of goods in a tax zone.
#[derive(Debug, SimpleObject)]
pub struct TaxRate {
    /// Code of the tax class.
    pub tax_class: String,
    /// As on an invoice.
    pub name: String,
    /// In millionths: 190000 is 19 %.
    pub rate_ppm: i64,
}

impl From<tax_rate::Model> for TaxRate {
    fn from(row: tax_rate::Model) -> Self {
        Self { tax_class: row.tax_class, name: row.name, rate_ppm: row.rate_ppm }
    }
}

/// Places that are taxed alike.
pub struct Zone(pub tax_zone::Model);

/// Places that are taxed alike. Of an address the longest known beginning of its postal code counts first, then its
/// region, then its country; what is in no zone is not sold to.
#[Object(name = "TaxZone")]
impl Zone {
    /// Identifier; see `Query.taxZone`.
    async fn id(&self) -> TaxZoneId {
        self.0.id
    }

    /// The code by which `setTaxZone` replaces it.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// For staff, such as `Germany`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether prices of these places are written with the tax in them.
    async fn prices_include_tax(&self) -> bool {
        self.0.prices_include_tax
    }

    /// Whether it is the zone of the shop's home country. In its terms prices are entered, with tax or without, unless the
    /// country of their currency has a zone.
    async fn is_home(&self, ctx: &Context<'_>) -> Result<bool> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(references.taxes.home_zone() == Some(self.0.id))
    }

    /// The countries that it covers but for parts with zones of their own, as ISO 3166-1 alpha-2, in alphabetical order.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn countries(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let countries = rows(ctx).of::<CountriesOfZone>(self.0.id).await?;
        Ok(countries.into_iter().map(|row| row.country).collect())
    }

    /// The parts of countries that it covers, by country.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn areas(&self, ctx: &Context<'_>) -> Result<Vec<TaxArea>> {
        let areas = rows(ctx).of::<AreasOfZone>(self.0.id).await?;
        Ok(areas.into_iter().map(TaxArea::from).collect())
    }

    /// What is owed here, by tax class. A class without a rate is not taxed here.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn rates(&self, ctx: &Context<'_>) -> Result<Vec<TaxRate>> {
        let rates = rows(ctx).of::<RatesOfZone>(self.0.id).await?;
        Ok(rates.into_iter().map(TaxRate::from).collect())
    }
}
