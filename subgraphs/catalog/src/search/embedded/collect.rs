//! One pass over the documents that match the words: filters, facets, prices and the best hits.
//!
//! A facet must ignore its own filter. So a document that passes all filters counts everywhere, one that fails exactly
//! one filter counts for that filter's facet alone, and one that fails more counts nowhere.

use std::collections::HashMap;
use std::sync::Arc;

use platform_commerce::TaxTreatment;
use platform_core::id::{CategoryId, ProductId, VendorId};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};
use uuid::Uuid;

use super::facts::SegmentFacts;
use super::score;
use crate::search::{AttributeChoice, Place, SearchRequest, Sort};
use crate::tax::ShownPrices;

/// What one segment, or all of them, gave.
#[derive(Debug, Default)]
pub struct Collected {
    /// The documents that pass all filters.
    pub hits: Vec<Place>,
    pub categories: HashMap<CategoryId, u32>,
    pub vendors: HashMap<VendorId, u32>,
    pub attributes: HashMap<(String, String), u32>,
    pub in_stock: u32,
    pub out_of_stock: u32,
    /// Of the documents that pass all filters but that of the price.
    pub prices: Vec<i64>,
}

pub struct ProductCollector<'a> {
    pub request: &'a SearchRequest,
    /// Of each segment, in the searcher's order.
    pub facts: Vec<Arc<SegmentFacts>>,
    pub scoring: bool,
}

impl Collector for ProductCollector<'_> {
    type Fruit = Collected;
    type Child = SegmentPass;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentPass> {
        let missing = || tantivy::TantivyError::InternalError("a segment without facts".to_owned());
        let index = usize::try_from(ordinal).map_err(|_| missing())?;
        let facts = Arc::clone(self.facts.get(index).ok_or_else(missing)?);
        let prices = match &self.request.prices {
            Some(shown) => SegmentPrices::new(shown, &facts, reader)?,
            None => None,
        };
        SegmentPass::new(self.request, facts, prices, reader)
    }

    fn requires_scoring(&self) -> bool {
        self.scoring
    }

    fn merge_fruits(&self, segments: Vec<Collected>) -> tantivy::Result<Collected> {
        let mut segments = segments.into_iter();
        let mut all = segments.next().unwrap_or_default();
        for one in segments {
            all.hits.extend(one.hits);
            all.prices.extend(one.prices);
            all.in_stock += one.in_stock;
            all.out_of_stock += one.out_of_stock;
            add(&mut all.categories, one.categories);
            add(&mut all.vendors, one.vendors);
            add(&mut all.attributes, one.attributes);
        }
        Ok(all)
    }
}

fn add<K: std::hash::Hash + Eq>(all: &mut HashMap<K, u32>, one: HashMap<K, u32>) {
    for (key, count) in one {
        *all.entry(key).or_default() += count;
    }
}

/// A filter on an attribute, in the segment's terms.
struct AttributeFilter {
    ords: Vec<u64>,
    /// Of all values of the attribute.
    own: Vec<u64>,
    numbers: Option<(Column<i64>, i64, i64)>,
}

impl AttributeFilter {
    fn new(choice: &AttributeChoice, facts: &SegmentFacts, reader: &SegmentReader) -> tantivy::Result<Self> {
        let (mut ords, mut own) = (Vec::new(), Vec::new());
        for (ord, (code, value)) in (0_u64..).zip(&facts.attributes.terms) {
            if *code == choice.code {
                own.push(ord);
                if choice.values.contains(value) {
                    ords.push(ord);
                }
            }
        }
        let numbers = if choice.min.is_some() || choice.max.is_some() {
            let column = reader
                .fast_fields()
                .column_opt::<i64>(&format!("numbers.{}", choice.code))?
                .unwrap_or_else(|| Column::build_empty_column(reader.max_doc()));
            Some((column, choice.min.unwrap_or(i64::MIN), choice.max.unwrap_or(i64::MAX)))
        } else {
            None
        };
        Ok(Self { ords, own, numbers })
    }

    fn holds(&self, document: DocId, attributes: &Column<u64>) -> bool {
        if let Some((column, min, max)) = &self.numbers {
            return column.first(document).is_some_and(|number| (*min..=*max).contains(&number));
        }
        attributes.values_for_doc(document).any(|ord| self.ords.contains(&ord))
    }
}

/// The lowest prices of a segment's documents.
struct SegmentPrices {
    /// As entered.
    column: Column<i64>,
    shown: ShownPrices,
    /// Of the segment's tax classes.
    treatments: Vec<TaxTreatment>,
}

impl SegmentPrices {
    fn new(
        shown: &ShownPrices,
        facts: &SegmentFacts,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<Self>> {
        let column = reader.fast_fields().column_opt::<i64>(&format!("prices.{}", shown.currency()))?;
        let treatments = facts.tax_classes.terms.iter().map(|class| shown.treatment(class)).collect();
        Ok(column.map(|column| Self { column, shown: shown.clone(), treatments }))
    }

    /// As the market shows it.
    fn of(&self, document: DocId, facts: &SegmentFacts) -> Option<i64> {
        let entered = self.column.first(document)?;
        let class = facts.tax_classes.ords.first(document).and_then(|ord| usize::try_from(ord).ok());
        let treatment = *class.and_then(|class| self.treatments.get(class))?;
        Some(self.shown.shown(entered, treatment))
    }
}

/// Which single filter a document fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failed {
    Nothing,
    Category,
    Vendor,
    Price,
    Stock,
    Attribute(usize),
}

/// The pass over one segment.
pub struct SegmentPass {
    facts: Arc<SegmentFacts>,
    prices: Option<SegmentPrices>,
    categories: Option<Vec<u64>>,
    vendors: Option<Vec<u64>>,
    price: Option<(i64, i64)>,
    in_stock: Option<bool>,
    /// Of the segment's terms those that name whoever asks.
    buyers: Vec<u64>,
    attributes: Vec<AttributeFilter>,
    sort: Sort,
    category_counts: Vec<u32>,
    vendor_counts: Vec<u32>,
    attribute_counts: Vec<u32>,
    collected: Collected,
}

/// The ordinals of `wanted` in a segment's dictionary; `None` when nothing is wanted in particular.
fn ordinals<T: PartialEq>(terms: &[T], wanted: &[T]) -> Option<Vec<u64>> {
    (!wanted.is_empty())
        .then(|| (0_u64..).zip(terms).filter(|(_, term)| wanted.contains(term)).map(|(ord, _)| ord).collect())
}

impl SegmentPass {
    fn new(
        request: &SearchRequest,
        facts: Arc<SegmentFacts>,
        prices: Option<SegmentPrices>,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let filter = &request.filter;
        let price = (filter.price_min.is_some() || filter.price_max.is_some())
            .then(|| (filter.price_min.unwrap_or(0), filter.price_max.unwrap_or(i64::MAX)));
        let attributes = filter
            .attributes
            .iter()
            .map(|choice| AttributeFilter::new(choice, &facts, reader))
            .collect::<tantivy::Result<_>>()?;
        Ok(Self {
            prices,
            categories: ordinals(&facts.categories.terms, &filter.categories),
            vendors: ordinals(&facts.vendors.terms, &filter.vendors),
            price,
            in_stock: filter.in_stock,
            buyers: ordinals(&facts.buyers.terms, &request.buyers).unwrap_or_default(),
            attributes,
            sort: request.sort,
            category_counts: vec![0; facts.categories.terms.len()],
            vendor_counts: vec![0; facts.vendors.terms.len()],
            attribute_counts: vec![0; facts.attributes.terms.len()],
            collected: Collected::default(),
            facts,
        })
    }

    /// The one filter that the document fails; `None` when it fails several.
    fn failed(&self, document: DocId, price: Option<i64>, in_stock: bool) -> Option<Failed> {
        let mut failed = Failed::Nothing;
        let mut fail = |what| {
            let first = failed == Failed::Nothing;
            failed = what;
            first
        };
        let hits = |ords: &Option<Vec<u64>>, column: &Column<u64>| {
            ords.as_ref()
                .is_none_or(|wanted| column.values_for_doc(document).any(|ord| wanted.contains(&ord)))
        };
        if !hits(&self.categories, &self.facts.categories.ords) && !fail(Failed::Category) {
            return None;
        }
        if !hits(&self.vendors, &self.facts.vendors.ords) && !fail(Failed::Vendor) {
            return None;
        }
        if let Some((min, max)) = self.price
            && !price.is_some_and(|price| (min..=max).contains(&price))
            && !fail(Failed::Price)
        {
            return None;
        }
        if self.in_stock.is_some_and(|wanted| wanted != in_stock) && !fail(Failed::Stock) {
            return None;
        }
        for (index, filter) in self.attributes.iter().enumerate() {
            if !filter.holds(document, &self.facts.attributes.ords) && !fail(Failed::Attribute(index)) {
                return None;
            }
        }
        Some(failed)
    }
}

fn count(counts: &mut [u32], ord: u64) {
    if let Some(count) = usize::try_from(ord).ok().and_then(|index| counts.get_mut(index)) {
        *count += 1;
    }
}

impl SegmentCollector for SegmentPass {
    type Fruit = Collected;

    fn collect(&mut self, document: DocId, score: Score) {
        let facts = Arc::clone(&self.facts);
        let price = self.prices.as_ref().and_then(|prices| prices.of(document, &facts));
        let in_stock = facts.buyers.ords.values_for_doc(document).any(|ord| self.buyers.contains(&ord));
        let Some(failed) = self.failed(document, price, in_stock) else { return };
        let relevant = |what| failed == Failed::Nothing || failed == what;
        if relevant(Failed::Category) {
            facts
                .categories
                .ords
                .values_for_doc(document)
                .for_each(|ord| count(&mut self.category_counts, ord));
        }
        if relevant(Failed::Vendor) {
            facts.vendors.ords.values_for_doc(document).for_each(|ord| count(&mut self.vendor_counts, ord));
        }
        if relevant(Failed::Stock) {
            *(if in_stock { &mut self.collected.in_stock } else { &mut self.collected.out_of_stock }) += 1;
        }
        if relevant(Failed::Price) {
            self.collected.prices.extend(price);
        }
        if let Failed::Attribute(index) = failed {
            if let Some(filter) = self.attributes.get(index) {
                let own =
                    facts.attributes.ords.values_for_doc(document).filter(|ord| filter.own.contains(ord));
                own.for_each(|ord| count(&mut self.attribute_counts, ord));
            }
        } else if failed == Failed::Nothing {
            facts
                .attributes
                .ords
                .values_for_doc(document)
                .for_each(|ord| count(&mut self.attribute_counts, ord));
        }
        let rank = match self.sort {
            Sort::Relevance => Some(score::rank(score)),
            // A product without a price in the market has no place in an order by price.
            Sort::PriceAsc => price.map(i64::saturating_neg),
            Sort::PriceDesc => price,
            Sort::Newest => Some(0),
        };
        if failed == Failed::Nothing
            && let Some(rank) = rank
        {
            let high = facts.id_high.first(document).unwrap_or_default();
            let low = facts.id_low.first(document).unwrap_or_default();
            self.collected.hits.push(Place {
                rank,
                id: ProductId(Uuid::from_u64_pair(high, low)),
                created_at: facts.created_at.first(document).unwrap_or_default(),
            });
        }
    }

    fn harvest(mut self) -> Collected {
        fn named<T: Clone + std::hash::Hash + Eq>(terms: &[T], counts: &[u32]) -> HashMap<T, u32> {
            let counted = terms.iter().zip(counts).filter(|(_, count)| **count > 0);
            counted.map(|(term, count)| (term.clone(), *count)).collect()
        }
        self.collected.categories = named(&self.facts.categories.terms, &self.category_counts);
        self.collected.vendors = named(&self.facts.vendors.terms, &self.vendor_counts);
        self.collected.attributes = named(&self.facts.attributes.terms, &self.attribute_counts);
        self.collected
    }
}
