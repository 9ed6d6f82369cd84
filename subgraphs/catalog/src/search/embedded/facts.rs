//! The columns of a segment that filters and facets read, with their dictionaries decoded. A segment never changes, so
//! this is worked out once for each and kept while the segment lives.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use platform_core::id::{CategoryId, VendorId};
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

/// A column of texts as numbers into `terms`.
pub struct Terms<T> {
    pub ords: Column<u64>,
    pub terms: Vec<T>,
}

impl<T> Terms<T> {
    fn read(
        reader: &SegmentReader,
        field: &str,
        decode: impl Fn(&str) -> Option<T>,
    ) -> tantivy::Result<Self> {
        let Some(column) = reader.fast_fields().str(field)? else {
            return Ok(Self { ords: Column::build_empty_column(reader.max_doc()), terms: Vec::new() });
        };
        let terms = decode_dictionary(&column, decode)?;
        Ok(Self { ords: column.ords().clone(), terms })
    }
}

fn decode_dictionary<T>(column: &StrColumn, decode: impl Fn(&str) -> Option<T>) -> io::Result<Vec<T>> {
    let mut stream = column.dictionary().stream()?;
    let mut terms = Vec::with_capacity(column.num_terms());
    while stream.advance() {
        let term = std::str::from_utf8(stream.key()).ok().and_then(&decode);
        terms.push(term.ok_or_else(|| io::Error::other("a term of the index cannot be read"))?);
    }
    Ok(terms)
}

pub struct SegmentFacts {
    pub id_high: Column<u64>,
    pub id_low: Column<u64>,
    pub created_at: Column<i64>,
    /// Who can buy now, as [`buyers`](crate::search::document::buyers) names them.
    pub buyers: Terms<String>,
    pub tax_classes: Terms<String>,
    pub vendors: Terms<VendorId>,
    pub categories: Terms<CategoryId>,
    /// Code and value.
    pub attributes: Terms<(String, String)>,
}

impl SegmentFacts {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self {
            id_high: columns.u64("id_high")?,
            id_low: columns.u64("id_low")?,
            created_at: columns.i64("created_at")?,
            buyers: Terms::read(reader, "buyers", |term| Some(term.to_owned()))?,
            tax_classes: Terms::read(reader, "tax_class", |term| Some(term.to_owned()))?,
            vendors: Terms::read(reader, "vendor", |term| term.parse().ok())?,
            categories: Terms::read(reader, "category", |term| term.parse().ok())?,
            attributes: Terms::read(reader, "attribute", |term| {
                term.split_once('=').map(|(code, value)| (code.to_owned(), value.to_owned()))
            })?,
        })
    }
}

/// The facts of the segments that are searched.
#[derive(Default)]
pub struct FactsCache {
    by_segment: Mutex<HashMap<SegmentId, Arc<SegmentFacts>>>,
}

impl FactsCache {
    /// The facts of each segment of `searcher`, in its order; facts of segments that are gone are dropped.
    pub fn of(&self, searcher: &Searcher) -> tantivy::Result<Vec<Arc<SegmentFacts>>> {
        let mut known = self.by_segment.lock().unwrap_or_else(PoisonError::into_inner);
        let mut facts = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let id = reader.segment_id();
            let found = match known.get(&id) {
                Some(found) => Arc::clone(found),
                None => {
                    let read = Arc::new(SegmentFacts::read(reader)?);
                    known.insert(id, Arc::clone(&read));
                    read
                }
            };
            facts.push(found);
        }
        if known.len() > facts.len() {
            let live: BTreeMap<SegmentId, ()> =
                searcher.segment_readers().iter().map(|reader| (reader.segment_id(), ())).collect();
            known.retain(|id, _| live.contains_key(id));
        }
        Ok(facts)
    }
}
