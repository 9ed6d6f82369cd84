//! The embedded index: tantivy in a folder of its own.
//!
//! One process writes it; another that opens the same folder reads what the writer committed. A new format gets a
//! folder of its own, so an index is never read by a build that understands it differently. The commit that completes it
//! says so, and so does every one after it.

mod collect;
mod facts;
mod query;
mod ranges;
mod schema;
mod score;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use platform_core::id::ProductId;
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};
use uuid::Uuid;

use self::collect::{Collected, ProductCollector};
use self::facts::FactsCache;
use self::schema::Fields;
use self::score::Unchanging;
use super::{
    Facets, Rebuild, Search, SearchDocument, SearchError, SearchRequest, SearchResults, Sort, Versions, text,
};

/// What one writing thread needs at least.
const WRITER_MEMORY: usize = 15_000_000;
/// What a commit says of an index that is complete.
const COMPLETE: &str = "complete";
/// From this size on a search leaves the threads that serve requests.
const LARGE_INDEX: u64 = 20_000;

type Results = moka::sync::Cache<(u64, SearchRequest), Arc<SearchResults>>;

/// Cheap to clone.
#[derive(Clone)]
pub struct EmbeddedSearch(Arc<Inner>);

struct Inner {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    /// `None` while another process writes.
    writer: Arc<Mutex<Option<IndexWriter>>>,
    /// Whether the index is known to be complete, and what completed it can be seen.
    complete: AtomicBool,
    facts: FactsCache,
    /// Results by the generation of the index that gave them, so that a commit makes them unreachable.
    results: Results,
}

impl EmbeddedSearch {
    /// Opens the index in `folder`, or begins an empty one, also in place of one that cannot be read: the indexer fills
    /// it from the database.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let path = folder.join(format!("v{}", schema::FORMAT));
        let opened = Self::try_open(&path).or_else(|error| {
            tracing::warn!(error = &*error, path = %path.display(), "the search index is begun anew");
            std::fs::remove_dir_all(&path)?;
            Self::try_open(&path)
        });
        opened.map_err(|source| SearchError::Open { path: path.display().to_string(), source })
    }

    fn try_open(path: &Path) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        std::fs::create_dir_all(path)?;
        let (schema, fields) = Fields::build();
        let index = Index::open_or_create(MmapDirectory::open(path)?, schema)?;
        schema::register_tokenizers(index.tokenizers())?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into()?;
        Ok(Self(Arc::new(Inner {
            fields,
            index,
            reader,
            writer: Arc::default(),
            complete: AtomicBool::new(false),
            facts: FactsCache::default(),
            results: moka::sync::Cache::new(512),
        })))
    }

    /// Runs `work` with the writer, on a thread that may block.
    async fn with_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner, &mut IndexWriter) -> tantivy::Result<T> + Send + 'static,
    ) -> Result<T, SearchError> {
        let inner = Arc::clone(&self.0);
        let run = move || {
            let mut writer = inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let mut open = match writer.take() {
                Some(open) => open,
                None => {
                    inner.index.writer_with_num_threads(1, WRITER_MEMORY).map_err(|error| match error {
                        TantivyError::LockFailure(LockError::LockBusy, _) => SearchError::HeldElsewhere,
                        other => SearchError::index(other),
                    })?
                }
            };
            // A writer that failed is given up, and with it what it had not committed; the next call opens another.
            let result = work(&inner, &mut open).map_err(SearchError::index)?;
            inner.reader.reload().map_err(SearchError::index)?;
            *writer = Some(open);
            Ok(result)
        };
        tokio::task::spawn_blocking(run).await.map_err(SearchError::index)?
    }

    /// Commits what was written; afterwards the index is complete where this says so.
    async fn commit(
        &self,
        completes: bool,
        write: impl FnOnce(&Inner, &mut IndexWriter) -> tantivy::Result<()> + Send + 'static,
    ) -> Result<(), SearchError> {
        let says_so = completes || self.0.complete.load(Ordering::Acquire);
        self.with_writer(move |inner, writer| {
            write(inner, writer)?;
            let mut commit = writer.prepare_commit()?;
            if says_so {
                commit.set_payload(COMPLETE);
            }
            commit.commit().map(drop)
        })
        .await?;
        if completes {
            self.note_complete();
        }
        Ok(())
    }

    fn search_now(&self, request: &SearchRequest) -> tantivy::Result<Arc<SearchResults>> {
        let searcher = self.0.reader.searcher();
        let key = (searcher.generation().generation_id(), request.clone());
        if let Some(found) = self.0.results.get(&key) {
            return Ok(found);
        }
        let terms = text::query_terms(&request.query);
        let collector = ProductCollector {
            request,
            facts: self.0.facts.of(&searcher)?,
            scoring: !terms.is_empty() && request.sort == Sort::Relevance,
        };
        let query = query::build(&self.0.fields, &terms);
        let statistics = Unchanging(&self.0.fields);
        let collected = searcher.search_with_statistics_provider(&query, &collector, &statistics)?;
        let results = Arc::new(results(request, collected));
        self.0.results.insert(key, Arc::clone(&results));
        Ok(results)
    }
}

/// Cuts the page out of the hits and names the facets.
fn results(request: &SearchRequest, collected: Collected) -> SearchResults {
    let Collected { mut hits, categories, vendors, attributes, in_stock, out_of_stock, mut prices } =
        collected;
    hits.sort_unstable();
    prices.sort_unstable();
    let mut facets = Facets {
        categories,
        vendors,
        in_stock,
        out_of_stock,
        price_bounds: prices.first().copied().zip(prices.last().copied()),
        price_ranges: ranges::price_ranges(&prices),
        ..Facets::default()
    };
    for ((code, value), count) in attributes {
        facets.attributes.entry(code).or_default().insert(value, count);
    }
    let total = hits.len();
    let begin = request.after.map_or(0, |after| hits.partition_point(|hit| *hit <= after));
    let mut hits = hits.split_off(begin);
    let more = hits.len() > request.limit;
    hits.truncate(request.limit);
    SearchResults { hits, more, total, facets }
}

#[async_trait]
impl Search for EmbeddedSearch {
    async fn search(&self, request: &SearchRequest) -> Result<Arc<SearchResults>, SearchError> {
        let found = if self.0.reader.searcher().num_docs() < LARGE_INDEX {
            self.search_now(request)
        } else {
            let (this, request) = (self.clone(), request.clone());
            tokio::task::spawn_blocking(move || this.search_now(&request))
                .await
                .map_err(SearchError::index)?
        };
        found.map_err(SearchError::index)
    }

    async fn suggest(&self, text: &str, limit: usize) -> Result<Vec<ProductId>, SearchError> {
        let request = SearchRequest {
            query: text.to_owned(),
            currency: platform_commerce::CurrencyCode::EUR,
            prices: None,
            buyers: Vec::new(),
            filter: super::Filter::default(),
            sort: Sort::Relevance,
            after: None,
            limit,
        };
        Ok(self.search(&request).await?.hits.iter().map(|hit| hit.id).collect())
    }

    async fn versions(&self) -> Result<Versions, SearchError> {
        let searcher = self.0.reader.searcher();
        let mut versions = Versions::new();
        for segment in searcher.segment_readers() {
            let columns = segment.fast_fields();
            let high = columns.u64("id_high").map_err(SearchError::index)?;
            let low = columns.u64("id_low").map_err(SearchError::index)?;
            let version = columns.i64("version").map_err(SearchError::index)?;
            for document in segment.doc_ids_alive() {
                let (high, low) = (high.first(document), low.first(document));
                if let (Some(high), Some(low), Some(version)) = (high, low, version.first(document)) {
                    versions.insert(ProductId(Uuid::from_u64_pair(high, low)), version);
                }
            }
        }
        Ok(versions)
    }

    fn is_complete(&self) -> Result<bool, SearchError> {
        if self.0.complete.load(Ordering::Acquire) {
            return Ok(true);
        }
        let committed = self.0.index.load_metas().map_err(SearchError::index)?;
        if committed.payload.as_deref() != Some(COMPLETE) {
            return Ok(false);
        }
        self.0.reader.reload().map_err(SearchError::index)?;
        self.note_complete();
        Ok(true)
    }

    fn note_complete(&self) {
        self.0.complete.store(true, Ordering::Release);
    }

    async fn update(
        &self,
        documents: Vec<SearchDocument>,
        removed: Vec<ProductId>,
        completes: bool,
    ) -> Result<(), SearchError> {
        self.commit(completes, move |inner, writer| {
            for id in documents.iter().map(|document| document.id).chain(removed) {
                writer.delete_term(Term::from_field_text(inner.fields.id, &id.to_string()));
            }
            for document in &documents {
                writer.add_document(inner.fields.document(document))?;
            }
            Ok(())
        })
        .await
    }

    async fn rebuild(&self) -> Result<Box<dyn Rebuild>, SearchError> {
        // Uncommitted deletions and additions are invisible to searches, so the old index serves until `finish`.
        self.with_writer(|_, writer| {
            writer.rollback()?;
            writer.delete_all_documents()?;
            Ok(())
        })
        .await?;
        Ok(Box::new(EmbeddedRebuild { search: self.clone(), finished: false }))
    }
}

struct EmbeddedRebuild {
    search: EmbeddedSearch,
    finished: bool,
}

#[async_trait]
impl Rebuild for EmbeddedRebuild {
    async fn add(&mut self, documents: Vec<SearchDocument>) -> Result<(), SearchError> {
        self.search
            .with_writer(move |inner, writer| {
                for document in &documents {
                    writer.add_document(inner.fields.document(document))?;
                }
                Ok(())
            })
            .await
    }

    async fn finish(mut self: Box<Self>) -> Result<(), SearchError> {
        self.search.commit(true, |_, _| Ok(())).await?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for EmbeddedRebuild {
    fn drop(&mut self) {
        if !self.finished {
            // Closing the writer forgets what it has not committed.
            self.search.0.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}
