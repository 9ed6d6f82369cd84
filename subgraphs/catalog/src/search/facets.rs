//! Facets as the API shows them: labels in the language of the market, values with many hits first.

use std::cmp::Reverse;
use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use catalog_entities::attribute;
use platform_commerce::Money;

use super::{Facets, SearchRequest};
use crate::category::graphql::Category;
use crate::category::localized;
use crate::product::objects::Vendor;
use crate::reference::ReferenceData;

/// The most values of one facet.
const MAX_VALUES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FacetKind {
    Category,
    Vendor,
    Availability,
    Price,
    Attribute,
}

/// A property by which hits can be narrowed. Its counts ignore its own filter.
#[derive(Debug, SimpleObject)]
pub struct Facet {
    /// CATEGORY, VENDOR, AVAILABILITY, PRICE, or the attribute's code.
    pub code: String,
    pub kind: FacetKind,
    /// For people, in the market's language; vendors and categories name themselves.
    pub label: String,
    #[graphql(directive = platform_server::cost::list::apply(20))]
    pub values: Vec<FacetValue>,
}

#[derive(Debug, SimpleObject)]
pub struct FacetValue {
    /// What the filter takes: an id, `true` or `false`, an attribute's value; for prices `min-max`.
    pub value: String,
    pub label: String,
    pub count: u32,
    /// Whether the request's filter chose it.
    pub selected: bool,
    pub category: Option<Category>,
    pub vendor: Option<Vendor>,
    /// For prices, both ends inclusive.
    pub min: Option<Money>,
    pub max: Option<Money>,
}

impl FacetValue {
    fn new(value: String, label: String, count: u32, selected: bool) -> Self {
        Self { value, label, count, selected, category: None, vendor: None, min: None, max: None }
    }
}

fn sorted(mut values: Vec<FacetValue>) -> Vec<FacetValue> {
    values
        .sort_by(|a, b| (Reverse(a.count), &a.label, &a.value).cmp(&(Reverse(b.count), &b.label, &b.value)));
    values.truncate(MAX_VALUES);
    values
}

pub fn build(
    facets: &Facets,
    references: &ReferenceData,
    request: &SearchRequest,
    language: &str,
) -> Vec<Facet> {
    let mut all = vec![
        categories(facets, references, request, language),
        vendors(facets, request),
        availability(facets, request),
        prices(facets, request),
    ];
    let mut definitions: Vec<&Arc<attribute::Model>> = references.attributes.values().collect();
    definitions.sort_by(|a, b| a.code.cmp(&b.code));
    for definition in definitions {
        if let Some(counts) = facets.attributes.get(&definition.code) {
            let chosen = request.filter.attributes.iter().find(|choice| choice.code == definition.code);
            let selected = |value: &String| chosen.is_some_and(|choice| choice.values.contains(value));
            let values = counts
                .iter()
                .map(|(value, count)| {
                    FacetValue::new(
                        value.clone(),
                        label(definition, value, language),
                        *count,
                        selected(value),
                    )
                })
                .collect();
            all.push(Facet {
                code: definition.code.clone(),
                kind: FacetKind::Attribute,
                label: localized(&definition.names, language).to_owned(),
                values: sorted(values),
            });
        }
    }
    all.retain(|facet| !facet.values.is_empty());
    all
}

fn label(definition: &attribute::Model, value: &str, language: &str) -> String {
    let option = definition.options.0.iter().find(|option| option.code == value);
    option.map_or_else(|| value.to_owned(), |option| localized(&option.names, language).to_owned())
}

fn categories(facets: &Facets, references: &ReferenceData, request: &SearchRequest, language: &str) -> Facet {
    let values = facets.categories.iter().filter_map(|(id, count)| {
        let node = references.categories.get(*id)?;
        let selected = request.filter.categories.contains(id);
        let label = localized(&node.names, language).to_owned();
        let category = Some(Category(Arc::clone(node)));
        Some(FacetValue { category, ..FacetValue::new(id.to_string(), label, *count, selected) })
    });
    let values = sorted(values.collect());
    Facet { code: "CATEGORY".to_owned(), kind: FacetKind::Category, label: "Category".to_owned(), values }
}

fn vendors(facets: &Facets, request: &SearchRequest) -> Facet {
    let values = facets.vendors.iter().map(|(id, count)| {
        let selected = request.filter.vendors.contains(id);
        let vendor = Some(Vendor { id: *id });
        FacetValue { vendor, ..FacetValue::new(id.to_string(), String::new(), *count, selected) }
    });
    let values = sorted(values.collect());
    Facet { code: "VENDOR".to_owned(), kind: FacetKind::Vendor, label: "Vendor".to_owned(), values }
}

fn availability(facets: &Facets, request: &SearchRequest) -> Facet {
    let values = [(true, "In stock", facets.in_stock), (false, "Out of stock", facets.out_of_stock)];
    let values = values.into_iter().filter(|(_, _, count)| *count > 0).map(|(value, label, count)| {
        FacetValue::new(value.to_string(), label.to_owned(), count, request.filter.in_stock == Some(value))
    });
    let values = values.collect();
    Facet {
        code: "AVAILABILITY".to_owned(),
        kind: FacetKind::Availability,
        label: "Availability".to_owned(),
        values,
    }
}

fn prices(facets: &Facets, request: &SearchRequest) -> Facet {
    let money = |minor| Money::from_minor(minor, request.currency);
    let values = facets.price_ranges.iter().map(|(from, to, count)| {
        // Ranges are half open; a filter's ends are both inclusive.
        let (min, max) = (money(*from), money(to - 1));
        let value = format!("{}-{}", min.to_decimal(), max.to_decimal());
        let selected = request.filter.price_min == Some(*from) && request.filter.price_max == Some(to - 1);
        FacetValue {
            min: Some(min),
            max: Some(max),
            ..FacetValue::new(value.clone(), value, *count, selected)
        }
    });
    let values = values.collect();
    Facet { code: "PRICE".to_owned(), kind: FacetKind::Price, label: "Price".to_owned(), values }
}
