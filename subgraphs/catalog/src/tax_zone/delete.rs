//! Deleting a tax zone: what is in no other zone is sold to no more. Orders keep the taxes that they were placed with.

use catalog_entities::tax_zone;
use platform_core::id::TaxZoneId;

use super::error::ZoneError;
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::tax::{TaxTable, version};

/// It is the zone of the shop's home country, without which no price has terms.
pub struct IsHome(pub tax_zone::Model);

/// Deletes a zone that is not the home zone; returns it as it was.
pub async fn delete(app: &App, id: TaxZoneId) -> Result<Result<tax_zone::Model, IsHome>, ZoneError> {
    let home_country = app.config.market.home_country.to_string();
    let tx = app.begin().await?;
    version::count_up(&tx).await?;
    let zone = store::find_zone(&*tx, id).await?.ok_or(ZoneError::UnknownZone(id))?;
    if TaxTable::load(&*tx, &home_country).await?.home_zone() == Some(id) {
        return Ok(Err(IsHome(zone)));
    }
    store::delete_zone(&tx, id).await?;
    app.commit(tx, Change::references()).await?;
    Ok(Ok(zone))
}
