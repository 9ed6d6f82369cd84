//! Batches what the resolvers of one request ask for. What is cached does not wait for a batch.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use platform_core::id::{OfferId, ProductId, VariantId};
use platform_database::StoreError;

use super::data::ProductData;
use super::reader::Products;

/// How many pieces of an offer can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct StockOf(OfferId);

struct Batch(Arc<Products>);

impl Loader<ProductId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        self.0.many(ids).await
    }
}

impl Loader<OfferId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[OfferId]) -> Result<HashMap<OfferId, Arc<ProductData>>, StoreError> {
        self.0.of_offers(ids).await
    }
}

impl Loader<VariantId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[VariantId]) -> Result<HashMap<VariantId, Arc<ProductData>>, StoreError> {
        self.0.of_variants(ids).await
    }
}

impl Loader<StockOf> for Batch {
    type Value = i64;
    type Error = StoreError;

    async fn load(&self, offers: &[StockOf]) -> Result<HashMap<StockOf, i64>, StoreError> {
        let ids: Vec<OfferId> = offers.iter().map(|offer| offer.0).collect();
        let available = self.0.available(&ids).await?;
        Ok(available.into_iter().map(|(id, pieces)| (StockOf(id), pieces)).collect())
    }
}

pub struct Loaders {
    products: Arc<Products>,
    batch: DataLoader<Batch>,
}

impl Loaders {
    pub fn new(products: Arc<Products>) -> Self {
        let batch = DataLoader::new(Batch(Arc::clone(&products)), tokio::spawn).delay(Duration::ZERO);
        Self { products, batch }
    }

    pub async fn product(&self, id: ProductId) -> Result<Option<Arc<ProductData>>, StoreError> {
        match self.products.cached(id) {
            Some(found) => Ok(Some(found)),
            None => self.batch.load_one(id).await,
        }
    }

    pub async fn product_of_offer(&self, id: OfferId) -> Result<Option<Arc<ProductData>>, StoreError> {
        self.batch.load_one(id).await
    }

    pub async fn product_of_variant(&self, id: VariantId) -> Result<Option<Arc<ProductData>>, StoreError> {
        self.batch.load_one(id).await
    }

    pub async fn available(&self, offer: OfferId) -> Result<i64, StoreError> {
        match self.products.cached_available(offer) {
            Some(found) => Ok(found),
            None => Ok(self.batch.load_one(StockOf(offer)).await?.unwrap_or_default()),
        }
    }

    /// Of several offers at once.
    pub async fn available_of(
        &self,
        offers: impl Iterator<Item = OfferId>,
    ) -> Result<HashMap<OfferId, i64>, StoreError> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for offer in offers {
            match self.products.cached_available(offer) {
                Some(pieces) => drop(found.insert(offer, pieces)),
                None => missing.push(StockOf(offer)),
            }
        }
        if !missing.is_empty() {
            let loaded = self.batch.load_many(missing).await?;
            found.extend(loaded.into_iter().map(|(offer, pieces)| (offer.0, pieces)));
        }
        Ok(found)
    }
}
