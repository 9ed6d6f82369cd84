//! From what a person types to a query of the index.
//!
//! Every word must hit: its exact form counts most, then words that begin with it (the last word, which may be
//! unfinished), then words one typo away. Names count more than descriptions.

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::schema::Fields;
use super::score::Stepped;
use crate::search::text::{MIN_LETTERS_FOR_TYPO, QueryTerm};

/// An unfinished word of fewer letters than this must be typed right.
const MIN_LETTERS_FOR_TYPO_IN_PREFIX: usize = 5;

pub fn build(fields: &Fields, terms: &[QueryTerm]) -> Box<dyn Query> {
    if terms.is_empty() {
        return Box::new(AllQuery);
    }
    let last = terms.len() - 1;
    let clauses = terms.iter().enumerate().map(|(index, term)| {
        let clause = match term {
            QueryTerm::Word(word) => word_query(fields, word, index == last),
            QueryTerm::Cjk(run) => run_query(fields, run),
        };
        (Occur::Must, Box::new(Stepped::new(clause)) as Box<dyn Query>)
    });
    Box::new(BooleanQuery::new(clauses.collect()))
}

fn word_query(fields: &Fields, word: &str, unfinished: bool) -> Box<dyn Query> {
    let letters = word.chars().count();
    let mut ways: Vec<Box<dyn Query>> = Vec::with_capacity(10);
    let mut way = |weight: f32, query: Box<dyn Query>| ways.push(Box::new(BoostQuery::new(query, weight)));
    way(20.0, exact(fields.sku, word));
    for (field, weight) in [(fields.name, 10.0), (fields.text, 2.0)] {
        let term = || Term::from_field_text(field, word);
        way(weight, exact(field, word));
        if unfinished {
            way(weight * 0.4, Box::new(FuzzyTermQuery::new_prefix(term(), 0, true)));
        }
        // Prefixes with a typo include the whole words with one.
        if unfinished && letters >= MIN_LETTERS_FOR_TYPO_IN_PREFIX {
            way(weight * 0.1, Box::new(FuzzyTermQuery::new_prefix(term(), 1, true)));
        } else if letters >= MIN_LETTERS_FOR_TYPO {
            way(weight * 0.1, Box::new(FuzzyTermQuery::new(term(), 1, true)));
        }
    }
    Box::new(DisjunctionMaxQuery::new(ways))
}

/// A run of letters hits where all its pairs occur.
fn run_query(fields: &Fields, run: &str) -> Box<dyn Query> {
    let letters: Vec<char> = run.chars().collect();
    let pairs: Vec<String> = match letters.as_slice() {
        [single] => vec![single.to_string()],
        many => many.windows(2).map(|pair| pair.iter().collect()).collect(),
    };
    let all_in = |field: Field, weight: f32| -> Box<dyn Query> {
        let pair = |pair: &String| Box::new(Stepped::new(exact(field, pair))) as Box<dyn Query>;
        let clauses = pairs.iter().map(|text| (Occur::Must, pair(text))).collect();
        Box::new(BoostQuery::new(Box::new(BooleanQuery::new(clauses)), weight))
    };
    Box::new(DisjunctionMaxQuery::new(vec![all_in(fields.name_pairs, 10.0), all_in(fields.text_pairs, 2.0)]))
}

fn exact(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}
