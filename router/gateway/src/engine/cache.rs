//! The document cache: one entry per text and operation name, bounded by the memory that entries take. Nothing that was
//! refused is kept, so a flood of bad documents displaces no good one; nor is what alone would displace many, which a
//! cache would hold on to for a while though it had no room for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use moka::future::Cache;
use router_limits::LimitError;

use crate::answer::Refusal;
use crate::engine::document::DocumentKey;
use crate::engine::{Core, Document};

/// How many documents a reload prepares.
const WARMED: usize = 500;

pub struct DocumentCache {
    documents: Cache<Arc<DocumentKey>, Arc<Document>>,
    /// Weight of the largest that is kept.
    largest: usize,
}

/// The weight of the largest entry that a cache of this capacity keeps: a sixteenth of it.
pub fn largest_kept(capacity: u64) -> usize {
    usize::try_from(capacity / 16).unwrap_or(usize::MAX)
}

impl DocumentCache {
    /// `capacity`: bytes of memory.
    pub fn new(capacity: u64) -> Self {
        let weigh = |_: &Arc<DocumentKey>, document: &Arc<Document>| {
            u32::try_from(document.weight()).unwrap_or(u32::MAX)
        };
        let documents = Cache::builder().max_capacity(capacity).weigher(weigh).build();
        Self { documents, largest: largest_kept(capacity) }
    }

    pub async fn get(
        &self,
        core: &Arc<Core>,
        text: &str,
        operation_name: Option<&str>,
    ) -> Result<Arc<Document>, Arc<Refusal>> {
        // Before the text is hashed: its length alone may be too much.
        if text.len() > core.limits.max_bytes {
            return Err(Arc::new(Refusal::limit(&LimitError::Bytes { limit: core.limits.max_bytes })));
        }
        let key = DocumentKey::of(text, operation_name);
        if Document::weight_of(text) > self.largest {
            return parse(core.clone(), Arc::new(key), text, operation_name).await.map_err(Arc::new);
        }
        let document = match self.documents.get(&key).await {
            Some(known) => known,
            None => {
                let key = Arc::new(key);
                let parsing = parse(core.clone(), key.clone(), text, operation_name);
                // Once however many ask at the same time.
                self.documents.try_get_with(key, parsing).await?
            }
        };
        document.hits.fetch_add(1, Ordering::Relaxed);
        Ok(document)
    }

    /// The documents that were asked most, most asked first.
    pub fn most_used(&self) -> Vec<Arc<Document>> {
        let mut all: Vec<_> = self.documents.iter().map(|(_, document)| document).collect();
        all.sort_by_key(|document| std::cmp::Reverse(document.hits.load(Ordering::Relaxed)));
        all.truncate(WARMED);
        all
    }

    pub fn len(&self) -> u64 {
        self.documents.entry_count()
    }
}

async fn parse(
    core: Arc<Core>,
    key: Arc<DocumentKey>,
    text: &str,
    operation_name: Option<&str>,
) -> Result<Arc<Document>, Refusal> {
    let (text, operation_name) = (Arc::<str>::from(text), operation_name.map(Arc::<str>::from));
    // Parsing and validation take the processor for up to milliseconds.
    tokio::task::spawn_blocking(move || Document::parse(&core, key, text, operation_name))
        .await
        .unwrap_or_else(|_| Err(Refusal::internal()))
        .map(Arc::new)
}
