//! Facets as the API shows them: labels in the language of the market, values with many hits first. What the filter chose
//! is always among them, with no hits if need be: who chose it must be able to take it back.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_entities::attribute::{self, AttributeKind};
use platform_commerce::Money;

use super::{Facets, SearchRequest, SearchResults};
use crate::category::view::Category;
use crate::labels;
use crate::names::localized;
use crate::product::objects::Vendor;
use crate::reference::ReferenceData;

/// The most values of one facet.
const MAX_VALUES: usize = 100;

/// By what a facet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FacetKind {
    /// Categories, those above a product's own included.
    Category,
    /// The vendors that made the products.
    Vendor,
    /// Whether a product can be bought now.
    Availability,
    /// Ranges of the lowest price of one piece, as the market shows it.
    Price,
    /// Values of a filterable attribute that is not a number.
    Attribute,
}

/// A property by which hits can be narrowed. Its counts ignore its own filter.
#[derive(Debug, SimpleObject)]
pub struct Facet {
    /// CATEGORY, VENDOR, AVAILABILITY, PRICE, or the attribute's code.
    pub code: String,
    /// By what it counts.
    pub kind: FacetKind,
    /// For people, in the market's language; vendors and categories name themselves.
    pub label: String,
    /// Those with the most hits first, at most 100; ranges of prices from low to high.
    #[graphql(directive = platform_server::cost::list::apply(20))]
    pub values: Vec<FacetValue>,
}

/// A value by which hits can be narrowed.
#[derive(Debug, SimpleObject)]
pub struct FacetValue {
    /// What the filter takes: an id, `true` or `false`, an attribute's value; for prices `min-max`.
    pub value: String,
    /// For people, in the market's language: the name of a category or option, or the value itself. Empty for a vendor,
    /// which names itself.
    pub label: String,
    /// How many hits have it.
    pub count: u32,
    /// Whether the request's filter chose it.
    pub selected: bool,
    /// The category, in the facet CATEGORY; else null.
    pub category: Option<Category>,
    /// The vendor, in the facet VENDOR; else null.
    pub vendor: Option<Vendor>,
    /// Lower end of a range of prices, inclusive; null if it is open, and in other facets.
    pub min: Option<Money>,
    /// Upper end of a range of prices, inclusive; null if it is open, and in other facets.
    pub max: Option<Money>,
}

impl FacetKind {
    /// What a facet that is no attribute is called. Attributes name themselves.
    fn label(self, language: &str) -> &'static str {
        let [english, german, japanese] = match self {
            Self::Category => ["Category", "Kategorie", "カテゴリー"],
            Self::Vendor => ["Vendor", "Anbieter", "販売元"],
            Self::Availability => ["Availability", "Verfügbarkeit", "在庫状況"],
            Self::Price => ["Price", "Preis", "価格"],
            Self::Attribute => ["Attribute", "Eigenschaft", "属性"],
        };
        labels::choose(language, english, german, japanese)
    }
}

impl Facet {
    /// One that is no attribute.
    fn new(code: &str, kind: FacetKind, values: Vec<FacetValue>, language: &str) -> Self {
        Self { code: code.to_owned(), kind, label: kind.label(language).to_owned(), values }
    }
}

impl FacetValue {
    fn new(value: String, label: String, count: u32, selected: bool) -> Self {
        Self { value, label, count, selected, category: None, vendor: None, min: None, max: None }
    }
}

fn sorted(mut values: Vec<FacetValue>) -> Vec<FacetValue> {
    fn by_hits(a: &FacetValue, b: &FacetValue) -> Ordering {
        (Reverse(a.count), &a.label, &a.value).cmp(&(Reverse(b.count), &b.label, &b.value))
    }
    values.sort_by(by_hits);
    if values.len() > MAX_VALUES {
        values.sort_by_key(|value| !value.selected);
        values.truncate(MAX_VALUES);
        values.sort_by(by_hits);
    }
    values
}

/// Hits by value, the chosen values among them.
fn counted<'a, K: Ord + 'a>(
    counts: impl Iterator<Item = (&'a K, &'a u32)>,
    chosen: &'a [K],
) -> BTreeMap<&'a K, u32> {
    let mut all: BTreeMap<&K, u32> = chosen.iter().map(|value| (value, 0)).collect();
    all.extend(counts.map(|(value, count)| (value, *count)));
    all
}

pub fn facets(
    results: &SearchResults,
    references: &ReferenceData,
    request: &SearchRequest,
    language: &str,
) -> Vec<Facet> {
    let facets = &results.facets;
    let mut all = vec![
        categories(facets, references, request, language),
        vendors(facets, request, language),
        availability(facets, request, language),
        prices(results, request, language),
    ];
    let mut definitions: Vec<&Arc<attribute::Model>> = references.attributes.values().collect();
    definitions.sort_by(|a, b| a.code.cmp(&b.code));
    let filterable = definitions.into_iter().filter(|definition| definition.filterable);
    all.extend(filterable.map(|definition| attribute(definition, facets, request, language)));
    all.retain(|facet| !facet.values.is_empty());
    all
}

fn attribute(
    definition: &attribute::Model,
    facets: &Facets,
    request: &SearchRequest,
    language: &str,
) -> Facet {
    let chosen = request.filter.attributes.iter().find(|choice| choice.code == definition.code);
    let chosen = chosen.map_or(&[][..], |choice| &choice.values);
    let counts = facets.attributes.get(&definition.code).into_iter().flatten();
    let values = counted(counts, chosen).into_iter().map(|(value, count)| {
        let label = label(definition, value, language);
        FacetValue::new(value.clone(), label, count, chosen.contains(value))
    });
    Facet {
        code: definition.code.clone(),
        kind: FacetKind::Attribute,
        label: localized(&definition.names, language).to_owned(),
        values: sorted(values.collect()),
    }
}

fn label(definition: &attribute::Model, value: &str, language: &str) -> String {
    let option = definition.options.0.iter().find(|option| option.code == value);
    match (option, definition.kind, value.parse()) {
        (Some(option), ..) => localized(&option.names, language).to_owned(),
        (None, AttributeKind::Boolean, Ok(yes)) => labels::boolean(yes, language).to_owned(),
        (None, ..) => value.to_owned(),
    }
}

fn categories(facets: &Facets, references: &ReferenceData, request: &SearchRequest, language: &str) -> Facet {
    let values = counted(facets.categories.iter(), &request.filter.categories);
    let values = values.into_iter().filter_map(|(id, count)| {
        let node = references.categories.get(*id)?;
        let selected = request.filter.categories.contains(id);
        let label = localized(&node.names, language).to_owned();
        let category = Some(Category(Arc::clone(node)));
        Some(FacetValue { category, ..FacetValue::new(id.to_string(), label, count, selected) })
    });
    let values = sorted(values.collect());
    Facet::new("CATEGORY", FacetKind::Category, values, language)
}

fn vendors(facets: &Facets, request: &SearchRequest, language: &str) -> Facet {
    let values = counted(facets.vendors.iter(), &request.filter.vendors).into_iter().map(|(id, count)| {
        let selected = request.filter.vendors.contains(id);
        let vendor = Some(Vendor { id: *id });
        FacetValue { vendor, ..FacetValue::new(id.to_string(), String::new(), count, selected) }
    });
    let values = sorted(values.collect());
    Facet::new("VENDOR", FacetKind::Vendor, values, language)
}

fn availability(facets: &Facets, request: &SearchRequest, language: &str) -> Facet {
    let values = [(true, facets.in_stock), (false, facets.out_of_stock)];
    let values = values
        .map(|(value, count)| {
            let label = labels::stock(value, language).to_owned();
            FacetValue::new(value.to_string(), label, count, request.filter.in_stock == Some(value))
        })
        .into_iter()
        .filter(|value| value.count > 0 || value.selected);
    Facet::new("AVAILABILITY", FacetKind::Availability, values.collect(), language)
}

fn prices(results: &SearchResults, request: &SearchRequest, language: &str) -> Facet {
    let money = |minor| Money::from_minor(minor, request.currency);
    let range = |min: Option<i64>, max: Option<i64>, count, selected| {
        let (min, max) = (min.map(money), max.map(money));
        let decimal = |end: Option<Money>| end.map(Money::to_decimal).unwrap_or_default();
        let value = format!("{}-{}", decimal(min), decimal(max));
        FacetValue { min, max, ..FacetValue::new(value.clone(), value, count, selected) }
    };
    let chosen = (request.filter.price_min, request.filter.price_max);
    let mut values: Vec<_> = results
        .facets
        .price_ranges
        .iter()
        .map(|(from, to, count)| {
            // Ranges are half open; a filter's ends are both inclusive.
            let ends = (Some(*from), Some(to - 1));
            range(ends.0, ends.1, *count, ends == chosen)
        })
        .collect();
    if chosen != (None, None) && !values.iter().any(|value| value.selected) {
        // All hits satisfy the filter.
        let count = u32::try_from(results.total).unwrap_or(u32::MAX);
        values.insert(0, range(chosen.0, chosen.1, count, true));
    }
    Facet::new("PRICE", FacetKind::Price, values, language)
}
