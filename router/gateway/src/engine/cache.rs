//! The document cache: one entry per text and operation name, bounded by the memory that entries take. Nothing that was
//! refused is kept, so a flood of bad documents displaces no good one.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use moka::future::Cache;
use router_limits::LimitError;

use crate::answer::Refusal;
use crate::engine::document::DocumentKey;
use crate::engine::{Core, Document};

/// How many documents a reload prepares.
const WARMED: usize = 500;

pub struct DocumentCache(Cache<Arc<DocumentKey>, Arc<Document>>);

impl DocumentCache {
    /// `capacity`: bytes of memory.
    pub fn new(capacity: u64) -> Self {
        let weigh = |_: &Arc<DocumentKey>, document: &Arc<Document>| {
            u32::try_from(document.weight()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(capacity).weigher(weigh).build())
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
        let document = match self.0.get(&key).await {
            Some(known) => known,
            None => self.parse(core, text, Arc::new(key)).await?,
        };
        document.hits.fetch_add(1, Ordering::Relaxed);
        Ok(document)
    }

    /// Once however many ask at the same time.
    async fn parse(
        &self,
        core: &Arc<Core>,
        text: &str,
        key: Arc<DocumentKey>,
    ) -> Result<Arc<Document>, Arc<Refusal>> {
        let parsing = {
            let (core, text, key) = (core.clone(), Arc::<str>::from(text), key.clone());
            // Parsing and validation take the processor for up to milliseconds.
            async move {
                tokio::task::spawn_blocking(move || Document::parse(&core, key, text))
                    .await
                    .unwrap_or_else(|_| Err(Refusal::internal()))
                    .map(Arc::new)
            }
        };
        self.0.try_get_with(key, parsing).await
    }

    /// The documents that were asked most, most asked first.
    pub fn most_used(&self) -> Vec<Arc<Document>> {
        let mut all: Vec<_> = self.0.iter().map(|(_, document)| document).collect();
        all.sort_by_key(|document| std::cmp::Reverse(document.hits.load(Ordering::Relaxed)));
        all.truncate(WARMED);
        all
    }

    pub fn len(&self) -> u64 {
        self.0.entry_count()
    }
}
