//! Batches what the resolvers of one request ask for. What is cached does not wait for a batch.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use platform_core::id::{OfferId, ProductId, VariantId};
use platform_database::StoreError;

use super::data::ProductData;
use super::list::{IdPage, ListRequest, Lists, PageKey};
use super::reader::Products;

/// How many pieces of an offer can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct StockOf(OfferId);

struct Batch {
    products: Arc<Products>,
    lists: Lists,
}

impl Loader<ProductId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        self.products.many(ids).await
    }
}

impl Loader<OfferId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[OfferId]) -> Result<HashMap<OfferId, Arc<ProductData>>, StoreError> {
        self.products.of_offers(ids).await
    }
}

impl Loader<VariantId> for Batch {
    type Value = Arc<ProductData>;
    type Error = StoreError;

    async fn load(&self, ids: &[VariantId]) -> Result<HashMap<VariantId, Arc<ProductData>>, StoreError> {
        self.products.of_variants(ids).await
    }
}

impl Loader<StockOf> for Batch {
    type Value = i64;
    type Error = StoreError;

    async fn load(&self, offers: &[StockOf]) -> Result<HashMap<StockOf, i64>, StoreError> {
        let ids: Vec<OfferId> = offers.iter().map(|offer| offer.0).collect();
        let available = self.products.available(&ids).await?;
        Ok(available.into_iter().map(|(id, pieces)| (StockOf(id), pieces)).collect())
    }
}

impl Loader<PageKey> for Batch {
    type Value = Arc<IdPage>;
    type Error = StoreError;

    async fn load(&self, pages: &[PageKey]) -> Result<HashMap<PageKey, Arc<IdPage>>, StoreError> {
        self.lists.pages(pages).await
    }
}

pub struct Loaders(DataLoader<Batch>);

impl Loaders {
    pub fn new(products: Arc<Products>, lists: Lists) -> Self {
        Self(DataLoader::new(Batch { products, lists }, tokio::spawn).delay(Duration::ZERO))
    }

    fn reader(&self) -> &Products {
        &self.0.loader().products
    }

    /// A page of a list, as the products are now.
    pub async fn page(&self, request: ListRequest) -> Result<Arc<IdPage>, StoreError> {
        let page = (self.reader().epoch(), request);
        match self.0.loader().lists.cached(&page) {
            Some(found) => Ok(found),
            None => Ok(self.0.load_one(page).await?.unwrap_or_default()),
        }
    }

    /// Several products at once, in any status; those that do not exist are left out.
    pub async fn products(
        &self,
        ids: impl Iterator<Item = ProductId>,
    ) -> Result<HashMap<ProductId, Arc<ProductData>>, StoreError> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for id in ids {
            match self.reader().cached(id) {
                Some(product) => drop(found.insert(id, product)),
                None => missing.push(id),
            }
        }
        if !missing.is_empty() {
            found.extend(self.0.load_many(missing).await?);
        }
        Ok(found)
    }

    pub async fn product(&self, id: ProductId) -> Result<Option<Arc<ProductData>>, StoreError> {
        match self.reader().cached(id) {
            Some(found) => Ok(Some(found)),
            None => self.0.load_one(id).await,
        }
    }

    pub async fn product_of_offer(&self, id: OfferId) -> Result<Option<Arc<ProductData>>, StoreError> {
        self.0.load_one(id).await
    }

    pub async fn product_of_variant(&self, id: VariantId) -> Result<Option<Arc<ProductData>>, StoreError> {
        self.0.load_one(id).await
    }

    pub async fn available(&self, offer: OfferId) -> Result<i64, StoreError> {
        match self.reader().cached_available(offer) {
            Some(found) => Ok(found),
            None => Ok(self.0.load_one(StockOf(offer)).await?.unwrap_or_default()),
        }
    }

    /// Of several offers at once.
    pub async fn available_of(
        &self,
        offers: impl Iterator<Item = OfferId>,
    ) -> Result<HashMap<OfferId, i64>, StoreError> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for offer in offers {
            match self.reader().cached_available(offer) {
                Some(pieces) => drop(found.insert(offer, pieces)),
                None => missing.push(StockOf(offer)),
            }
        }
        if !missing.is_empty() {
            let loaded = self.0.load_many(missing).await?;
            found.extend(loaded.into_iter().map(|(offer, pieces)| (offer.0, pieces)));
        }
        Ok(found)
    }
}
