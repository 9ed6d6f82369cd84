//! How well a product matches a query, from the product and the query alone.
//!
//! Pages of hits by relevance go on behind a score, so the score of a product must stay when others come and go, and be
//! the same in whatever segments the index lies. BM25 asks how rare a word is and how long a text is beside the others:
//! [`Unchanging`] answers with typical figures. A sum of floats depends on its order, which follows the segments:
//! [`Stepped`] rounds what is added to steps that a float holds exactly. Deliberately absent, therefore: rare words that
//! count more than common ones. Every word must hit, so that would only weigh the words of one query among themselves.

use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, Term};

use super::schema::Fields;

/// Steps within a score of one. The greatest score, of a hundred words that are all SKUs, stays below 2^15, and what is
/// below 2^16 is a whole number of such steps in a float's 24 bits.
const STEPS: f32 = 256.0;

/// Documents of the typical index, and in how many of them a word is.
const DOCUMENTS: u64 = 1_000;
const WITH_THE_WORD: u64 = 10;

/// Figures that do not change with the index.
pub struct Unchanging<'a>(pub &'a Fields);

impl Bm25StatisticsProvider for Unchanging<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let fields = self.0;
        // Words, or pairs of letters, of a typical product in all its languages.
        let of_one = match field {
            field if field == fields.name => 10,
            field if field == fields.sku => 2,
            field if field == fields.name_pairs => 15,
            _ => 100,
        };
        Ok(DOCUMENTS * of_one)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(DOCUMENTS)
    }

    fn doc_freq(&self, _: &Term) -> tantivy::Result<u64> {
        Ok(WITH_THE_WORD)
    }
}

/// The score as a whole number, without losing a step.
pub fn rank(score: Score) -> i64 {
    let steps = (score * STEPS).round();
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far below 2^63; what is none becomes 0")]
    let rank = steps as i64;
    rank
}

/// A query whose scores are whole numbers of steps.
#[derive(Debug)]
pub struct Stepped(Box<dyn Query>);

impl Stepped {
    pub fn new(query: Box<dyn Query>) -> Self {
        Self(query)
    }
}

impl Clone for Stepped {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Stepped {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(SteppedWeight(self.0.weight(scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

struct SteppedWeight(Box<dyn Weight>);

impl Weight for SteppedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(SteppedScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, document)
    }
}

struct SteppedScorer(Box<dyn Scorer>);

impl DocSet for SteppedScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }

    fn cost(&self) -> u64 {
        self.0.cost()
    }
}

impl Scorer for SteppedScorer {
    fn score(&mut self) -> Score {
        (self.0.score() * STEPS).round() / STEPS
    }
}
