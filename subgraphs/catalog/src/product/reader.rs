//! Reads products and stock for display: from a cache in this process, filled from the primary.
//!
//! An entry is at most `cache.local_ttl_ms` old and is dropped when a change is announced; an entry that was being
//! read while a change came in is not kept, so a stale one cannot outlive the announcement. Entries hold a product in
//! every language, currency and customer group; the market is applied when a field is read. A checkout asks for the
//! current version and for stock past the cache.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;
use platform_core::id::{OfferId, ProductId, VariantId};
use platform_database::{Database, StoreError};

use super::data::ProductData;
use super::store;
use crate::changes::{Change, Follower};
use crate::reference::{ReferenceData, References};

const MAX_PRODUCTS: u64 = 20_000;
const MAX_KEYS: u64 = 100_000;

/// What a quote is made of.
pub struct Now {
    /// The product of each offer, and how many pieces can be bought.
    pub offers: HashMap<OfferId, (Arc<ProductData>, i64)>,
    /// Its taxes are those of now.
    pub references: Arc<ReferenceData>,
}

pub struct Products {
    database: Database,
    references: References,
    products: Cache<ProductId, Arc<ProductData>>,
    by_slug: Cache<String, ProductId>,
    by_offer: Cache<OfferId, ProductId>,
    by_variant: Cache<VariantId, ProductId>,
    available: Cache<OfferId, i64>,
    product_epoch: AtomicU64,
    stock_epoch: AtomicU64,
}

impl Products {
    pub fn new(database: Database, references: References, ttl: Duration) -> Self {
        fn cache<K: std::hash::Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static>(
            capacity: u64,
            ttl: Duration,
        ) -> Cache<K, V> {
            Cache::builder().max_capacity(capacity).time_to_live(ttl).build()
        }
        Self {
            database,
            references,
            products: cache(MAX_PRODUCTS, ttl),
            by_slug: cache(MAX_KEYS, ttl),
            by_offer: cache(MAX_KEYS, ttl),
            by_variant: cache(MAX_KEYS, ttl),
            available: cache(MAX_KEYS, ttl),
            product_epoch: AtomicU64::new(0),
            stock_epoch: AtomicU64::new(0),
        }
    }

    pub async fn references(&self) -> Result<Arc<ReferenceData>, StoreError> {
        self.references.get().await
    }

    /// Grows with every change of a product that this process learns of; part of the keys of cached lists.
    pub fn epoch(&self) -> u64 {
        self.product_epoch.load(Ordering::Acquire)
    }

    pub fn cached(&self, id: ProductId) -> Option<Arc<ProductData>> {
        self.products.get(&id)
    }

    /// The products with `ids`, in any status; those that do not exist are left out.
    pub async fn many(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match self.products.get(id) {
                Some(product) => drop(found.insert(*id, product)),
                None => missing.push(*id),
            }
        }
        found.extend(self.load_and_keep(&missing).await?);
        Ok(found)
    }

    async fn load_and_keep(
        &self,
        ids: &[ProductId],
    ) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let epoch = self.epoch();
        let loaded = self.load_fresh(ids).await?;
        if epoch == self.epoch() {
            for (id, product) in &loaded {
                self.products.insert(*id, Arc::clone(product));
            }
        }
        Ok(loaded)
    }

    /// The products in the order of `ids`.
    pub async fn in_order(&self, ids: &[ProductId]) -> Result<Vec<Arc<ProductData>>, StoreError> {
        let mut found = self.many(ids).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// What a quote is made of, as it is now: from the cache only where its version there is the current one, which every
    /// write of a product and of a tax counts up.
    pub async fn now(&self, offers: &[OfferId]) -> Result<Now, StoreError> {
        let store::Current { offers: current, tax_version } =
            store::current(self.database.read(), offers).await?;
        let mut products: HashMap<ProductId, Arc<ProductData>> = HashMap::new();
        let mut stale: Vec<ProductId> = Vec::new();
        for store::CurrentOffer { product: id, version, .. } in current.values() {
            match self.products.get(id).filter(|product| product.row.version == *version) {
                Some(product) => drop(products.insert(*id, product)),
                None if stale.contains(id) => {}
                None => stale.push(*id),
            }
        }
        products.extend(self.load_and_keep(&stale).await?);
        let found = current.into_iter().filter_map(|(offer, current)| {
            let product = Arc::clone(products.get(&current.product)?);
            Some((offer, (product, current.available)))
        });
        Ok(Now { offers: found.collect(), references: self.references.get_with_taxes(tax_version).await? })
    }

    /// Past the cache.
    pub async fn load_fresh(
        &self,
        ids: &[ProductId],
    ) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        let references = self.references.get().await?;
        let loaded = store::load(self.database.read(), &references.attributes, ids).await?;
        Ok(loaded.into_iter().map(|(id, product)| (id, Arc::new(product))).collect())
    }

    pub async fn one(&self, id: ProductId) -> Result<Option<Arc<ProductData>>, StoreError> {
        if let Some(found) = self.products.get(&id) {
            return Ok(Some(found));
        }
        Ok(self.many(&[id]).await?.remove(&id))
    }

    pub async fn by_slug(&self, slug: &str) -> Result<Option<Arc<ProductData>>, StoreError> {
        let id = match self.by_slug.get(slug) {
            Some(id) => id,
            None => {
                let epoch = self.epoch();
                let Some(id) = store::id_of_slug(self.database.read(), slug).await? else { return Ok(None) };
                if epoch == self.epoch() {
                    self.by_slug.insert(slug.to_owned(), id);
                }
                id
            }
        };
        // The slug may have moved on since it was cached.
        Ok(self.one(id).await?.filter(|product| product.row.slug == slug))
    }

    /// The product of each offer.
    pub async fn of_offers(
        &self,
        offers: &[OfferId],
    ) -> Result<HashMap<OfferId, Arc<ProductData>>, StoreError> {
        let mut ids: HashMap<OfferId, ProductId> =
            offers.iter().filter_map(|offer| Some((*offer, self.by_offer.get(offer)?))).collect();
        let missing: Vec<OfferId> = offers.iter().filter(|offer| !ids.contains_key(offer)).copied().collect();
        if !missing.is_empty() {
            for (offer, product) in store::products_of_offers(self.database.read(), &missing).await? {
                self.by_offer.insert(offer, product);
                ids.insert(offer, product);
            }
        }
        self.products_by(ids).await
    }

    /// The product of each variant.
    pub async fn of_variants(
        &self,
        variants: &[VariantId],
    ) -> Result<HashMap<VariantId, Arc<ProductData>>, StoreError> {
        let mut ids: HashMap<VariantId, ProductId> =
            variants.iter().filter_map(|variant| Some((*variant, self.by_variant.get(variant)?))).collect();
        let missing: Vec<VariantId> =
            variants.iter().filter(|variant| !ids.contains_key(variant)).copied().collect();
        if !missing.is_empty() {
            for (variant, product) in store::products_of_variants(self.database.read(), &missing).await? {
                self.by_variant.insert(variant, product);
                ids.insert(variant, product);
            }
        }
        self.products_by(ids).await
    }

    async fn products_by<K: std::hash::Hash + Eq + Copy>(
        &self,
        ids: HashMap<K, ProductId>,
    ) -> Result<HashMap<K, Arc<ProductData>>, StoreError> {
        let mut wanted: Vec<ProductId> = ids.values().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let products = self.many(&wanted).await?;
        Ok(ids
            .into_iter()
            .filter_map(|(key, id)| products.get(&id).map(|product| (key, Arc::clone(product))))
            .collect())
    }

    pub fn cached_available(&self, offer: OfferId) -> Option<i64> {
        self.available.get(&offer)
    }

    /// How many pieces of each offer can be bought; zero for one without stock.
    pub async fn available(&self, offers: &[OfferId]) -> Result<HashMap<OfferId, i64>, StoreError> {
        let mut found: HashMap<OfferId, i64> =
            offers.iter().filter_map(|offer| Some((*offer, self.available.get(offer)?))).collect();
        let missing: Vec<OfferId> =
            offers.iter().filter(|offer| !found.contains_key(offer)).copied().collect();
        if !missing.is_empty() {
            let epoch = self.stock_epoch.load(Ordering::Acquire);
            let counted = self.available_fresh(&missing).await?;
            let keep = epoch == self.stock_epoch.load(Ordering::Acquire);
            for (offer, available) in counted {
                if keep {
                    self.available.insert(offer, available);
                }
                found.insert(offer, available);
            }
        }
        Ok(found)
    }

    /// Past the cache.
    pub async fn available_fresh(&self, offers: &[OfferId]) -> Result<HashMap<OfferId, i64>, StoreError> {
        store::available(self.database.read(), offers).await
    }
}

impl Follower for Products {
    /// Drops what a change made stale.
    fn follow(&self, change: &Change) {
        if !change.products.is_empty() || change.references {
            self.product_epoch.fetch_add(1, Ordering::AcqRel);
        }
        if !change.offers.is_empty() {
            self.stock_epoch.fetch_add(1, Ordering::AcqRel);
        }
        if change.references {
            self.references.forget();
            self.products.invalidate_all();
        }
        for id in &change.products {
            self.products.invalidate(id);
        }
        for id in &change.offers {
            self.available.invalidate(id);
        }
    }

    /// Drops everything.
    fn missed(&self) {
        self.product_epoch.fetch_add(1, Ordering::AcqRel);
        self.stock_epoch.fetch_add(1, Ordering::AcqRel);
        self.references.forget();
        self.products.invalidate_all();
        self.by_slug.invalidate_all();
        self.available.invalidate_all();
    }
}
