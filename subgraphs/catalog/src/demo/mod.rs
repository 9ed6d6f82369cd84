//! Demo data: six vendors' goods, 300 products with prices, stock and drawn pictures. The same ids each time, so that
//! other subgraphs' demo data can name them; made once, in one transaction.

mod content;
pub mod ids;
mod pictures;
mod rows;
mod store;

use catalog_entities::coupon::CouponKind;
use catalog_entities::{
    attribute, category, collection, collection_product, coupon, media, offer, offer_price, product,
    product_attribute, product_price, product_translation, stock_level, stock_movement, tax_class, tax_rate,
    tax_zone, tax_zone_country, variant, warehouse,
};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::catalog::{ProductChange, ProductUpdated};
use platform_core::id::{CouponId, ProductId, TaxZoneId};
use platform_database::{StoreError, Transaction};
use platform_server::Platform;

use self::rows::{Rows, text};
use self::store::insert;
use crate::app::App;
use crate::changes::Change;
use crate::search::SearchError;
use crate::tax::version;

pub use self::store::{is_empty, is_made};

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the demo data could not be stored")]
    Store(#[from] StoreError),
    #[error("the demo pictures could not be written; check the permissions of the data folder")]
    Pictures(#[from] std::io::Error),
    #[error("the demo products could not be indexed")]
    Search(#[from] SearchError),
}

/// Makes the demo data unless it is there; `progress` is told how many of how many products are done. Returns how many
/// products were made.
pub async fn seed(
    platform: &Platform,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<u64, SeedError> {
    let app = App::new(platform.clone())?;
    let total = u64::from(ids::PRODUCTS);
    if is_made(&platform.database).await? {
        progress(total, total);
        return Ok(0);
    }
    let now = platform.clock.now();
    let mut all: Vec<Rows> = Vec::new();
    for n in 0..ids::PRODUCTS {
        let Some(mut rows) = rows::product(n, now) else { continue };
        for picture in rows.pictures.drain(..) {
            app.media().store_drawing(picture.as_bytes()).await?;
        }
        all.push(rows);
        if n % 10 == 0 {
            progress(u64::from(n), total);
            tokio::task::yield_now().await;
        }
    }
    let made: Vec<ProductId> = all.iter().map(|rows| rows.product.id).collect();
    let tx = platform.database.begin_long().await?;
    structure(&tx).await?;
    version::count_up(&tx).await?;
    products(&tx, all).await?;
    collections(&tx).await?;
    coupons(&tx, now).await?;
    let change = ProductChange::Created;
    let event = |id: &ProductId| ProductUpdated { product_id: *id, version: 1, change };
    let events: Vec<ProductUpdated> = made.iter().map(event).collect();
    platform.outbox.publish_all(&tx, &events).await?;
    app.changes().announce(&tx, Change { references: true, ..Change::products(made.iter().copied()) });
    tx.commit().await?;
    match app.indexer().flush(false).await {
        // A server that runs on the same folder indexes them itself.
        Ok(()) | Err(SearchError::HeldElsewhere) => {}
        Err(error) => return Err(error.into()),
    }
    progress(total, total);
    Ok(u64::try_from(made.len()).unwrap_or(total))
}

async fn structure(tx: &Transaction) -> Result<(), StoreError> {
    let class = |code: &str, name: &str| tax_class::Model { code: code.to_owned(), name: name.to_owned() };
    let classes = vec![class("standard", "Standard rate"), class("reduced", "Reduced rate")];
    insert::<tax_class::ActiveModel>(tx, classes).await?;
    for (n, (country, prices_include_tax, standard, reduced)) in (0..).zip(content::TAXES) {
        let zone_id = TaxZoneId(ids::other(12, n));
        let (code, name) = (country.to_lowercase(), country.to_owned());
        let zone = tax_zone::Model { id: zone_id, code, name, prices_include_tax };
        insert::<tax_zone::ActiveModel>(tx, vec![zone]).await?;
        let country = tax_zone_country::Model { country: country.to_owned(), zone_id };
        insert::<tax_zone_country::ActiveModel>(tx, vec![country]).await?;
        let rate = |tax_class: &str, rate_ppm| {
            let (tax_class, name) = (tax_class.to_owned(), "VAT".to_owned());
            tax_rate::Model { zone_id, tax_class, name, rate_ppm }
        };
        let rates = vec![rate("standard", standard), rate("reduced", reduced)];
        insert::<tax_rate::ActiveModel>(tx, rates).await?;
    }
    insert::<category::ActiveModel>(tx, rows::categories()).await?;
    insert::<attribute::ActiveModel>(tx, rows::attributes()).await?;
    let mut warehouses = Vec::new();
    for (vendor, vendor_id) in ids::VENDORS.into_iter().enumerate() {
        for (second, place, country) in [(false, "Hamburg", "DE"), (true, "Osaka", "JP")] {
            warehouses.push(warehouse::Model {
                id: ids::warehouse(vendor, second),
                vendor_id,
                code: format!("{}-{}", place.to_uppercase(), vendor + 1),
                name: place.to_owned(),
                country: country.to_owned(),
                priority: i32::from(second),
            });
        }
    }
    insert::<warehouse::ActiveModel>(tx, warehouses).await
}

async fn products(tx: &Transaction, all: Vec<Rows>) -> Result<(), StoreError> {
    fn each<T>(all: &mut [Rows], part: impl Fn(&mut Rows) -> &mut Vec<T>) -> Vec<T> {
        all.iter_mut().flat_map(|rows| std::mem::take(part(rows))).collect()
    }
    let mut all = all;
    let rows = all.iter().map(|rows| rows.product.clone()).collect();
    insert::<product::ActiveModel>(tx, rows).await?;
    insert::<product_translation::ActiveModel>(tx, each(&mut all, |rows| &mut rows.texts)).await?;
    insert::<variant::ActiveModel>(tx, each(&mut all, |rows| &mut rows.variants)).await?;
    insert::<offer::ActiveModel>(tx, each(&mut all, |rows| &mut rows.offers)).await?;
    insert::<offer_price::ActiveModel>(tx, each(&mut all, |rows| &mut rows.prices)).await?;
    insert::<product_price::ActiveModel>(tx, each(&mut all, |rows| &mut rows.lowest)).await?;
    insert::<product_attribute::ActiveModel>(tx, each(&mut all, |rows| &mut rows.attributes)).await?;
    insert::<media::ActiveModel>(tx, each(&mut all, |rows| &mut rows.media)).await?;
    insert::<stock_level::ActiveModel>(tx, each(&mut all, |rows| &mut rows.levels)).await?;
    insert::<stock_movement::ActiveModel>(tx, each(&mut all, |rows| &mut rows.movements)).await
}

async fn collections(tx: &Transaction) -> Result<(), StoreError> {
    let lists = [
        (0, "gifts", ("Gifts", "贈り物"), 23),
        (1, "for-the-tea-hour", ("For the tea hour", "お茶の時間に"), 7),
        (2, "new-this-season", ("New this season", "今季の新作"), 31),
    ];
    for (n, slug, name, step) in lists {
        let (id, position) = (ids::collection(n), i32::try_from(n).unwrap_or_default());
        let row = collection::Model { id, slug: slug.to_owned(), position, names: text(name) };
        insert::<collection::ActiveModel>(tx, vec![row]).await?;
        let members = (0..12).map(|place| collection_product::Model {
            collection_id: id,
            product_id: ids::product(place * step % ids::PRODUCTS),
            position: i32::try_from(place).unwrap_or_default(),
        });
        insert::<collection_product::ActiveModel>(tx, members.collect()).await?;
    }
    Ok(())
}

async fn coupons(tx: &Transaction, now: DateTime<Utc>) -> Result<(), StoreError> {
    let plain = |n, code: &str| coupon::Model {
        id: CouponId(ids::other(13, n)),
        code: code.to_owned(),
        kind: CouponKind::Percentage,
        rate_ppm: Some(100_000),
        currency: None,
        amount: None,
        minimum: None,
        vendor_id: None,
        enabled: true,
        starts_at: None,
        ends_at: None,
        total_limit: None,
        per_user_limit: None,
        used: 0,
        created_at: now,
    };
    let fixed = coupon::Model {
        kind: CouponKind::Fixed,
        rate_ppm: None,
        currency: Some("EUR".to_owned()),
        amount: Some(500),
        minimum: Some(5_000),
        ..plain(1, "FIVEOFF")
    };
    let rows = vec![
        coupon::Model { per_user_limit: Some(1), ..plain(0, "WELCOME10") },
        fixed,
        coupon::Model { rate_ppm: Some(200_000), total_limit: Some(50), ..plain(2, "FLASH50") },
        coupon::Model { rate_ppm: Some(150_000), vendor_id: Some(ids::VENDORS[0]), ..plain(3, "TEATIME15") },
        coupon::Model { ends_at: Some(now - TimeDelta::days(1)), ..plain(4, "LASTYEAR") },
    ];
    insert::<coupon::ActiveModel>(tx, rows).await
}
