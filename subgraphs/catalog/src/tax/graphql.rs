//! Tax zones in the API: written by administrators, whole.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use platform_identity::{Policy, Role};
use platform_server::{access, caller};

use super::set_zone::set_zone;
use crate::access::for_admin;
use crate::services::services;

/// What is owed on one kind of goods in a tax zone.
#[derive(Debug, InputObject)]
pub struct TaxRateInput {
    /// Such as `standard`, which products have unless they say otherwise, or `reduced`; a new one is made. 1 to 40 lower-case
    /// letters, digits, hyphens and underscores.
    pub tax_class: String,
    /// As on an invoice.
    pub name: String,
    /// In millionths: 190000 is 19 %.
    pub rate_ppm: i64,
}

/// A part of a country: either a region or the beginning of postal codes.
#[derive(Debug, InputObject)]
pub struct TaxAreaInput {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// A state, province or island by its name or code of ISO 3166-2: `California`, `CA` and `US-CA` are the same.
    /// Where a zone has regions of a country, an address there must name its region too, or the zone have beginnings of
    /// postal codes beside them.
    pub region: Option<String>,
    /// Such as `35` for the Canary Islands or `BT` for Northern Ireland; letters and digits count. Where a zone has these and
    /// no regions of a country, an address there must have a postal code.
    pub postal_code_prefix: Option<String>,
}

/// A tax zone to make, or to put in the place of the one with its code: countries, areas and rates. Of an address the
/// longest known beginning of its postal code counts first, then its region, then its country. A zone without rates, or
/// with rates of zero, is a zone where no tax is owed.
#[derive(Debug, InputObject)]
pub struct SetTaxZoneInput {
    /// 1 to 40 lower-case letters, digits, hyphens and underscores, such as `de` or `canary-islands`.
    pub code: String,
    /// For staff, such as `Germany`: one line of at most 100 characters.
    pub name: String,
    /// Whether prices of these places are written with the tax in them.
    pub prices_include_tax: bool,
    /// ISO 3166-1 alpha-2, in upper case. A country moves here from the zone it was in.
    pub countries: Vec<String>,
    /// Parts of countries. A part moves here from the zone it was in.
    #[graphql(default)]
    pub areas: Vec<TaxAreaInput>,
    /// One for each tax class, at most 50. A class without one is not taxed here.
    pub rates: Vec<TaxRateInput>,
}

/// The tax zone was stored.
#[derive(Debug, SimpleObject)]
pub struct SetTaxZonePayload {
    /// The code by which it can be replaced.
    pub code: String,
}

#[derive(Default)]
pub struct TaxMutation;

#[Object]
impl TaxMutation {
    /// Makes or replaces a tax zone, and with it the tax classes that its rates name. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn set_tax_zone(
        &self,
        ctx: &Context<'_>,
        input: SetTaxZoneInput,
    ) -> Result<Option<SetTaxZonePayload>> {
        for_admin(caller(ctx)?)?;
        let code = set_zone(&services(ctx).app, input).await?;
        Ok(Some(SetTaxZonePayload { code }))
    }
}
