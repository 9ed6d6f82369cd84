//! The document cache: one entry per text and operation name, bounded by the memory that entries stand for. Nothing
//! that was refused is kept, so a flood of bad documents displaces no good one.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use moka::future::Cache;
use router_limits::LimitError;
use sha2::{Digest, Sha256};

use crate::answer::Refusal;
use crate::engine::{Core, Document};

/// How many documents a reload prepares.
const WARMED: usize = 500;
/// What an entry weighs beyond its text: the syntax trees and a plan are several times the text.
const WEIGHT_FACTOR: usize = 40;
const WEIGHT_BASE: usize = 2_048;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    text: [u8; 32],
    operation_name: Option<Arc<str>>,
}

pub struct DocumentCache(Cache<Key, Arc<Document>>);

impl DocumentCache {
    pub fn new(mib: u64) -> Self {
        let weigh = |_: &Key, document: &Arc<Document>| {
            let weight = document.text().len().saturating_mul(WEIGHT_FACTOR).saturating_add(WEIGHT_BASE);
            u32::try_from(weight).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(mib.saturating_mul(1 << 20)).weigher(weigh).build())
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
        let key = Key { text: Sha256::digest(text).into(), operation_name: operation_name.map(Arc::from) };
        let document = self
            .0
            .try_get_with_by_ref(&key, async {
                let (core, text, name) = (core.clone(), Arc::<str>::from(text), key.operation_name.clone());
                // Parsing and validation take the processor for up to milliseconds.
                tokio::task::spawn_blocking(move || Document::parse(&core, text, name))
                    .await
                    .unwrap_or_else(|_| Err(Refusal::internal()))
                    .map(Arc::new)
            })
            .await?;
        document.hits.fetch_add(1, Ordering::Relaxed);
        Ok(document)
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
