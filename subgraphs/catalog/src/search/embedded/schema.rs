//! Fields of the embedded index.

use platform_text::fold;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, JsonObjectOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{NgramTokenizer, TokenizerManager};

use crate::search::document::SearchDocument;
use crate::search::text;

/// Changes with the meaning of a field, so that an index of another build is built anew beside it.
pub const FORMAT: u32 = 4;

const WORDS: &str = "souk_words";
const PAIRS: &str = "souk_pairs";
/// tantivy's own: the whole text as one term.
const RAW: &str = "raw";

#[derive(Debug, Clone)]
pub struct Fields {
    /// The product's id, to delete by.
    pub id: Field,
    pub id_high: Field,
    pub id_low: Field,
    pub version: Field,
    pub name: Field,
    pub sku: Field,
    pub text: Field,
    /// Pairs of letters of scripts without spaces, in names and in other texts.
    pub name_pairs: Field,
    pub text_pairs: Field,
    pub vendor: Field,
    pub category: Field,
    pub attribute: Field,
    pub numbers: Field,
    pub tax_class: Field,
    pub prices: Field,
    pub buyers: Field,
    pub created_at: Field,
}

impl Fields {
    pub fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = |record| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default().set_tokenizer(WORDS).set_index_option(record),
            )
        };
        let pairs = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(PAIRS).set_index_option(IndexRecordOption::WithFreqs),
        );
        let keys = TextOptions::default().set_fast(RAW);
        let columns = || JsonObjectOptions::default().set_fast(RAW);
        let fields = Self {
            id: schema.add_text_field("id", STRING),
            id_high: schema.add_u64_field("id_high", FAST),
            id_low: schema.add_u64_field("id_low", FAST),
            version: schema.add_i64_field("version", FAST),
            name: schema.add_text_field("name", words(IndexRecordOption::WithFreqs)),
            sku: schema.add_text_field("sku", words(IndexRecordOption::Basic)),
            text: schema.add_text_field("text", words(IndexRecordOption::WithFreqs)),
            name_pairs: schema.add_text_field("name_pairs", pairs.clone()),
            text_pairs: schema.add_text_field("text_pairs", pairs),
            vendor: schema.add_text_field("vendor", keys.clone()),
            category: schema.add_text_field("category", keys.clone()),
            attribute: schema.add_text_field("attribute", keys.clone()),
            tax_class: schema.add_text_field("tax_class", keys.clone()),
            buyers: schema.add_text_field("buyers", keys),
            numbers: schema.add_json_field("numbers", columns()),
            prices: schema.add_json_field("prices", columns()),
            created_at: schema.add_i64_field("created_at", FAST),
        };
        (schema.build(), fields)
    }

    pub fn document(&self, from: &SearchDocument) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let (high, low) = from.id.0.as_u64_pair();
        document.add_text(self.id, from.id.to_string());
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        document.add_i64(self.version, from.version);
        for name in from.names.iter().map(|name| fold(name)) {
            text::cjk_runs(&name).for_each(|run| document.add_text(self.name_pairs, run));
            document.add_text(self.name, name);
        }
        for sku in &from.skus {
            document.add_text(self.sku, fold(sku));
        }
        for other in from.texts.iter().map(|other| fold(other)) {
            text::cjk_runs(&other).for_each(|run| document.add_text(self.text_pairs, run));
            document.add_text(self.text, other);
        }
        document.add_text(self.vendor, from.vendor.to_string());
        for category in &from.categories {
            document.add_text(self.category, category.to_string());
        }
        for (code, value) in &from.attributes {
            document.add_text(self.attribute, attribute_key(code, value));
        }
        document.add_text(self.tax_class, &from.tax_class);
        let object = |pairs: Vec<(String, i64)>| {
            pairs.into_iter().map(|(key, value)| (key, tantivy::schema::OwnedValue::I64(value))).collect()
        };
        document.add_object(self.numbers, object(from.numbers.clone()));
        let prices = from.prices.iter().map(|(currency, minor)| (currency.to_string(), *minor)).collect();
        document.add_object(self.prices, object(prices));
        for buyers in &from.buyers {
            document.add_text(self.buyers, buyers);
        }
        document.add_i64(self.created_at, from.created_at);
        document
    }
}

/// A value of an attribute as one term; codes contain no `=`.
pub fn attribute_key(code: &str, value: &str) -> String {
    format!("{code}={value}")
}

/// The tokenizers that the fields name; an index needs them at each open.
pub fn register_tokenizers(manager: &TokenizerManager) -> tantivy::Result<()> {
    manager.register(WORDS, text::analyzer());
    manager.register(PAIRS, NgramTokenizer::new(1, 2, false)?);
    Ok(())
}
