//! Keeps the index up with the database.
//!
//! Three ways lead here: announcements (at once), ProductUpdated events (when the process that announced died), and a
//! comparison of versions at start and every minute (when this process was down, or another wrote the index). What is
//! written is always the product as it is in the database at that moment, one write at a time, so an older state never
//! replaces a newer one.
//!
//! Nobody searches an index before it has held all that the database does: one of another release or that was deleted is
//! built first, and where it cannot be, searches are told so.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use platform_core::id::ProductId;
use platform_database::Database;
use platform_server::Shutdown;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::{Search, SearchDocument, SearchError, Versions};
use crate::changes::{Change, Follower};
use crate::product::reader::Products;
use crate::product::store;

/// Changes are gathered this long, because a commit of the index costs far more than a document.
const GATHER: Duration = Duration::from_millis(100);
const COMPARE_EVERY: Duration = Duration::from_secs(60);
const RETRY_AFTER: Duration = Duration::from_secs(5);
const BATCH: usize = 500;
/// How long a search waits for an index that is being built.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// What is known here of the index beside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is being compared, and built where it lacks anything.
    Unknown,
    Complete,
    /// It could not be compared or written.
    Failing,
}

pub struct Indexer {
    database: Database,
    products: Arc<Products>,
    search: Arc<dyn Search>,
    dirty: Mutex<HashSet<ProductId>>,
    wake: Notify,
    standing: watch::Sender<Standing>,
    /// Held by whoever writes the index.
    writing: tokio::sync::Mutex<()>,
}

impl Follower for Indexer {
    fn follow(&self, change: &Change) {
        self.mark(&change.products);
    }

    /// The next comparison with the database finds them.
    fn missed(&self) {}
}

impl Indexer {
    pub fn new(database: Database, products: Arc<Products>, search: Arc<dyn Search>) -> Self {
        let (dirty, wake, writing) = (Mutex::default(), Notify::new(), tokio::sync::Mutex::new(()));
        let standing = watch::Sender::new(Standing::Unknown);
        Self { database, products, search, dirty, wake, standing, writing }
    }

    /// Waits a moment for an index that is being built; fails while it is not complete.
    pub async fn ready(&self) -> Result<(), SearchError> {
        if self.search.is_complete()? {
            return Ok(());
        }
        let mut standing = self.standing.subscribe();
        let known = standing.wait_for(|standing| *standing != Standing::Unknown);
        match tokio::time::timeout(READY_WITHIN, known).await {
            Ok(Ok(standing)) if *standing == Standing::Complete => Ok(()),
            _ => Err(SearchError::Incomplete),
        }
    }

    /// Notes that products changed.
    pub fn mark(&self, products: &[ProductId]) {
        if !products.is_empty() {
            self.dirty.lock().unwrap_or_else(PoisonError::into_inner).extend(products);
            self.wake.notify_one();
        }
    }

    /// Works until shutdown.
    pub async fn run(self: Arc<Self>, shutdown: Shutdown) {
        let mut compare_at = Instant::now();
        // All that differed when it was last looked is written or marked.
        let mut compared = false;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.wake.notified() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep_until(compare_at) => match self.mark_differences().await {
                    Ok(()) => {
                        compared = true;
                        compare_at = Instant::now() + COMPARE_EVERY;
                    }
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "index and database could not be compared");
                        compare_at = Instant::now() + RETRY_AFTER;
                        self.standing.send_replace(Standing::Failing);
                    }
                },
            }
            match self.flush(compared).await {
                Ok(()) if compared => {
                    self.search.note_complete();
                    self.standing.send_replace(Standing::Complete);
                }
                Ok(()) => {}
                // The process that writes the index compares it with the database as well.
                Err(SearchError::HeldElsewhere) => {
                    drop(self.take_dirty(usize::MAX));
                    compared = false;
                    if !self.search.is_complete().unwrap_or(false) {
                        compare_at = Instant::now() + RETRY_AFTER;
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the search index could not be updated"
                    );
                    compare_at = Instant::now() + RETRY_AFTER;
                    self.standing.send_replace(Standing::Failing);
                }
            }
        }
    }

    /// Whether nothing is marked.
    fn is_clean(&self) -> bool {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn take_dirty(&self, most: usize) -> Vec<ProductId> {
        let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: Vec<ProductId> = dirty.iter().copied().take(most).collect();
        for id in &taken {
            dirty.remove(id);
        }
        taken
    }

    /// Writes what is marked. `completes`: nothing but that was missing from the index.
    pub async fn flush(&self, completes: bool) -> Result<(), SearchError> {
        loop {
            let _writing = self.writing.lock().await;
            let ids = self.take_dirty(BATCH);
            if ids.is_empty() {
                return Ok(());
            }
            let completes = completes && self.is_clean();
            let written = async {
                let documents = self.documents(&ids).await?;
                let present: HashSet<ProductId> = documents.iter().map(|document| document.id).collect();
                let removed = ids.iter().filter(|id| !present.contains(id)).copied().collect();
                self.search.update(documents, removed, completes).await
            };
            if let Err(error) = written.await {
                self.mark(&ids);
                return Err(error);
            }
        }
    }

    /// The documents of those products that buyers can find.
    async fn documents(&self, ids: &[ProductId]) -> Result<Vec<SearchDocument>, SearchError> {
        let references = self.products.references().await?;
        let products = self.products.load_fresh(ids).await?;
        let offers: Vec<_> =
            products.values().flat_map(|product| product.offers().map(|(_, offer)| offer.row.id)).collect();
        let available = self.products.available_fresh(&offers).await?;
        let in_stock = |id| available.get(&id).is_some_and(|pieces| *pieces > 0);
        Ok(products
            .values()
            .filter(|product| product.is_on_offer())
            .map(|product| SearchDocument::new(product, &references.categories, in_stock))
            .collect())
    }

    /// Marks the products of which the index holds another version than the database.
    async fn mark_differences(&self) -> Result<(), SearchError> {
        let mut indexed = self.search.versions().await?;
        let mut different: Vec<ProductId> = Vec::new();
        for (id, version) in self.database_versions().await? {
            if indexed.remove(&id) != Some(version) {
                different.push(id);
            }
        }
        different.extend(indexed.into_keys());
        self.mark(&different);
        Ok(())
    }

    async fn database_versions(&self) -> Result<Versions, SearchError> {
        Ok(store::versions_on_offer(&self.database).await?.into_iter().collect())
    }

    /// Builds the index anew while searches go on in the old one. `progress` is told how many of how many products are
    /// done. Returns how many there are.
    pub async fn rebuild(&self, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<u64, SearchError> {
        let _writing = self.writing.lock().await;
        let ids = store::ids_on_offer(&self.database).await?;
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let mut done = 0;
        progress(done, total);
        let mut rebuild = self.search.rebuild().await?;
        for batch in ids.chunks(BATCH) {
            rebuild.add(self.documents(batch).await?).await?;
            done += u64::try_from(batch.len()).unwrap_or(0);
            progress(done, total);
        }
        rebuild.finish().await?;
        Ok(total)
    }
}
