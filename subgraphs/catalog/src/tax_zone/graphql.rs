//! Tax zones in the API: written by administrators, whole, and read by all who keep the catalog.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::tax_zone;
use platform_core::id::TaxZoneId;
use platform_core::page::Connection;
use platform_identity::{Policy, Role};
use platform_server::{access, caller, cost};

use super::delete::{IsHome, delete};
use super::set::{NotSet, Stored, set};
use super::store;
use super::view::{TaxClass, Zone};
use crate::access::{for_admin, reads_catalog};
use crate::app::App;
use crate::names::page_by_code;

#[derive(Default)]
pub struct TaxZoneQuery;

#[Object]
impl TaxZoneQuery {
    /// The tax zones, in the order of their codes.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn tax_zones(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Zone>>> {
        let page = page_by_code(first, after.as_deref())?;
        let rows = store::zones_page(ctx.data_unchecked::<App>().database(), &page).await?;
        Ok(Some(page.connection(rows, |row| row.code.clone(), Zone)))
    }

    /// The tax zone with this id; null if there is none.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn tax_zone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `TaxZone.id`.")] id: TaxZoneId,
    ) -> Result<Option<Zone>> {
        Ok(store::find_zone(ctx.data_unchecked::<App>().database().read(), id).await?.map(Zone))
    }

    /// The kinds of goods that rates of tax zones have named, in the order of their codes.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn tax_classes(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<TaxClass>>> {
        let page = page_by_code(first, after.as_deref())?;
        let rows = store::classes_page(ctx.data_unchecked::<App>().database(), &page).await?;
        Ok(Some(page.connection(rows, |row| row.code.clone(), TaxClass::from)))
    }
}

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
    /// ISO 3166-1 alpha-2, in upper case. A country moves here from the zone it was in. The shop's home country is not left
    /// out of its zone.
    pub countries: Vec<String>,
    /// Parts of countries. A part moves here from the zone it was in.
    #[graphql(default)]
    pub areas: Vec<TaxAreaInput>,
    /// One for each tax class, at most 50. A class without one is not taxed here.
    pub rates: Vec<TaxRateInput>,
    /// Whether zones whose last place moves here are deleted; otherwise nothing is changed where there are such.
    #[graphql(default)]
    pub delete_emptied: bool,
}

/// The tax zone was stored.
#[derive(SimpleObject)]
pub struct TaxZoneSuccess {
    /// The code by which it can be replaced.
    pub code: String,
    /// The tax zone as it is now.
    pub tax_zone: Zone,
    /// Zones whose last place moved here.
    #[graphql(directive = cost::list::apply(1))]
    pub deleted: Vec<TaxZoneDeleted>,
}

/// Less of the shop's home country would be in a zone than before, and without its terms prices mean nothing; nothing was
/// changed. Put the country into another zone first.
#[derive(Debug, SimpleObject)]
pub struct HomeCountryLeftOut {
    /// The home country, as ISO 3166-1 alpha-2.
    pub country: String,
}

/// Other zones would have no place left; nothing was changed. Give them other places, delete them, or have them deleted
/// by `deleteEmptied`.
#[derive(SimpleObject)]
pub struct TaxZonesEmptied {
    /// These zones, unchanged.
    #[graphql(directive = cost::list::apply(1))]
    pub tax_zones: Vec<Zone>,
}

/// Outcome of `setTaxZone`.
#[derive(Union)]
pub enum SetTaxZoneResult {
    Success(TaxZoneSuccess),
    HomeLeftOut(HomeCountryLeftOut),
    Emptied(TaxZonesEmptied),
}

impl From<Result<Stored, NotSet>> for SetTaxZoneResult {
    fn from(outcome: Result<Stored, NotSet>) -> Self {
        match outcome {
            Ok(Stored { zone, deleted }) => Self::Success(TaxZoneSuccess {
                code: zone.code.clone(),
                tax_zone: Zone(zone),
                deleted: deleted.into_iter().map(TaxZoneDeleted::from).collect(),
            }),
            Err(NotSet::HomeLeftOut(country)) => Self::HomeLeftOut(HomeCountryLeftOut { country }),
            Err(NotSet::Emptied(zones)) => {
                Self::Emptied(TaxZonesEmptied { tax_zones: zones.into_iter().map(Zone).collect() })
            }
        }
    }
}

/// A tax zone to delete.
#[derive(Debug, InputObject)]
pub struct DeleteTaxZoneInput {
    /// Of `TaxZone.id`.
    pub id: TaxZoneId,
}

/// The tax zone was deleted. What was in it, and is in no other zone, is not sold to any more.
#[derive(Debug, SimpleObject)]
pub struct TaxZoneDeleted {
    /// Identifier that the zone had.
    pub id: TaxZoneId,
    /// Code that the zone had, by which one can be made again.
    pub code: String,
}

impl From<tax_zone::Model> for TaxZoneDeleted {
    fn from(row: tax_zone::Model) -> Self {
        Self { id: row.id, code: row.code }
    }
}

/// The tax zone is that of the shop's home country, without which prices mean nothing; nothing was deleted. Put the country
/// into another zone first.
#[derive(SimpleObject)]
pub struct TaxZoneIsHome {
    /// The zone, unchanged.
    pub tax_zone: Zone,
}

/// Outcome of `deleteTaxZone`.
#[derive(Union)]
pub enum DeleteTaxZoneResult {
    Deleted(TaxZoneDeleted),
    IsHome(TaxZoneIsHome),
}

#[derive(Default)]
pub struct TaxZoneMutation;

#[Object]
impl TaxZoneMutation {
    /// Makes or replaces a tax zone, and with it the tax classes that its rates name. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn set_tax_zone(
        &self,
        ctx: &Context<'_>,
        input: SetTaxZoneInput,
    ) -> Result<Option<SetTaxZoneResult>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(set(ctx.data_unchecked::<App>(), input).await?.into()))
    }

    /// Deletes a tax zone; placed orders keep their taxes. Prices in the currency of a country that was in it are read in
    /// the terms of the home zone from then on. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn delete_tax_zone(
        &self,
        ctx: &Context<'_>,
        input: DeleteTaxZoneInput,
    ) -> Result<Option<DeleteTaxZoneResult>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(match delete(ctx.data_unchecked::<App>(), input.id).await? {
            Ok(row) => DeleteTaxZoneResult::Deleted(row.into()),
            Err(IsHome(row)) => DeleteTaxZoneResult::IsHome(TaxZoneIsHome { tax_zone: Zone(row) }),
        }))
    }
}
