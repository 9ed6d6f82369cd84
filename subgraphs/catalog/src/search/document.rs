//! What the index stores of a product.

use std::collections::{BTreeMap, BTreeSet};

use platform_commerce::CurrencyCode;
use platform_core::id::{CategoryId, OfferId, ProductId, VendorId};
use platform_text::words_of_html;

use catalog_entities::attribute::AttributeKind;

use crate::pricing;
use crate::product::data::{AttributeValue, ProductData};
use crate::reference::CategoryTree;

#[derive(Debug, Clone, PartialEq)]
pub struct SearchDocument {
    pub id: ProductId,
    pub version: i64,
    /// In every language.
    pub names: Vec<String>,
    pub skus: Vec<String>,
    /// Descriptions, names of categories, values of attributes: what also describes the product, less than its name.
    pub texts: Vec<String>,
    pub vendor: VendorId,
    /// Its category and those above it.
    pub categories: Vec<CategoryId>,
    /// Values of filterable attributes, by code.
    pub attributes: Vec<(String, String)>,
    /// Numbers of filterable attributes in thousandths, by code.
    pub numbers: Vec<(String, i64)>,
    /// Its kind of goods for tax.
    pub tax_class: String,
    /// The lowest public price in each currency, in minor units, as entered: of [`crate::pricing::lowest_public`].
    pub prices: BTreeMap<CurrencyCode, i64>,
    /// Who can buy a piece of it now: for every price of one piece of an offer in stock those whom [`buyers`] names.
    pub buyers: BTreeSet<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// The name of those to whom a price is open: of its currency all, or one group.
pub fn buyers(currency: CurrencyCode, group: Option<&str>) -> String {
    match group {
        Some(group) => format!("{currency} {group}"),
        None => currency.to_string(),
    }
}

impl SearchDocument {
    /// `in_stock` says of an offer whether it can be bought now.
    pub fn new(product: &ProductData, tree: &CategoryTree, in_stock: impl Fn(OfferId) -> bool) -> Self {
        let path = product.row.category_id.map(|id| tree.path(id)).unwrap_or_default();
        let mut texts: Vec<String> =
            product.texts.iter().map(|text| words_of_html(&text.description)).collect();
        texts.extend(path.iter().flat_map(|node| node.names.0.values().cloned()));
        texts.extend(product.attributes.iter().flat_map(AttributeValue::texts));
        let filterable = || product.attributes.iter().filter(|a| a.definition.filterable);
        let keyed = |a: &AttributeValue, value: String| (a.definition.code.clone(), value);
        let offers: Vec<_> =
            product.offers().map(|(_, offer)| (in_stock(offer.row.id), &offer.prices)).collect();
        let prices =
            offers.iter().flat_map(|(in_stock, prices)| prices.iter().map(|price| (*in_stock, price)));
        Self {
            id: product.row.id,
            version: product.row.version,
            names: product.texts.iter().map(|text| text.name.clone()).collect(),
            skus: product.variants.iter().map(|variant| variant.row.sku.clone()).collect(),
            texts,
            vendor: product.row.vendor_id,
            categories: path.iter().map(|node| node.id).collect(),
            attributes: filterable().filter_map(|a| a.key().map(|key| keyed(a, key))).collect(),
            numbers: filterable()
                .filter_map(|a| a.thousandths().map(|number| (a.definition.code.clone(), number)))
                .collect(),
            tax_class: product.row.tax_class.clone(),
            prices: pricing::lowest_public(prices),
            buyers: offers
                .iter()
                .filter(|(in_stock, _)| *in_stock)
                .flat_map(|(_, prices)| prices.iter())
                .filter(|price| price.min_quantity <= 1)
                .map(|price| buyers(price.currency, price.customer_group.as_deref()))
                .collect(),
            created_at: product.row.created_at.timestamp_micros(),
        }
    }
}

impl AttributeValue {
    /// The value as a facet's key; numbers have none, they are chosen by range.
    pub fn key(&self) -> Option<String> {
        match self.definition.kind {
            AttributeKind::Text => self.value.text_value.clone(),
            AttributeKind::Boolean => self.value.boolean_value.map(|value| value.to_string()),
            AttributeKind::Enum => self.value.option_code.clone(),
            AttributeKind::Number => None,
        }
    }

    /// A number in thousandths, as far as that can hold it.
    pub fn thousandths(&self) -> Option<i64> {
        let number = self.value.number_value.filter(|_| self.definition.kind == AttributeKind::Number)?;
        thousandths(number)
    }

    /// The value in every language.
    fn texts(&self) -> Vec<String> {
        match self.definition.kind {
            AttributeKind::Text => self.value.text_value.iter().cloned().collect(),
            AttributeKind::Enum => {
                let code = self.value.option_code.as_deref();
                let option =
                    self.definition.options.0.iter().find(|option| Some(option.code.as_str()) == code);
                option.map(|option| option.names.0.values().cloned().collect()).unwrap_or_default()
            }
            AttributeKind::Number | AttributeKind::Boolean => Vec::new(),
        }
    }
}

/// A number in thousandths, rounded; `None` out of range.
pub fn thousandths(number: f64) -> Option<i64> {
    let scaled = (number * 1_000.0).round();
    // 2^53: beyond it a double does not hold every whole number.
    if scaled.abs() > 9_007_199_254_740_992.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within the range checked above")]
    Some(scaled as i64)
}
