//! The shop's own words, in the reader's language: English where it knows no other.

use crate::search::facets::FacetKind;

/// What a facet that is no attribute is called. Attributes name themselves.
pub fn facet(kind: FacetKind, language: &str) -> &'static str {
    let [english, german, japanese] = match kind {
        FacetKind::Category => ["Category", "Kategorie", "カテゴリー"],
        FacetKind::Vendor => ["Vendor", "Anbieter", "販売元"],
        FacetKind::Availability => ["Availability", "Verfügbarkeit", "在庫状況"],
        FacetKind::Price => ["Price", "Preis", "価格"],
        FacetKind::Attribute => ["Attribute", "Eigenschaft", "属性"],
    };
    choose(language, english, german, japanese)
}

/// Whether there is any of it.
pub fn stock(in_stock: bool, language: &str) -> &'static str {
    match in_stock {
        true => choose(language, "In stock", "Auf Lager", "在庫あり"),
        false => choose(language, "Out of stock", "Nicht auf Lager", "在庫なし"),
    }
}

/// A value of a property that is there or is not.
pub fn boolean(yes: bool, language: &str) -> &'static str {
    match yes {
        true => choose(language, "Yes", "Ja", "はい"),
        false => choose(language, "No", "Nein", "いいえ"),
    }
}

fn choose(
    language: &str,
    english: &'static str,
    german: &'static str,
    japanese: &'static str,
) -> &'static str {
    match language {
        "de" => german,
        "ja" => japanese,
        _ => english,
    }
}
