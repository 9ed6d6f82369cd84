//! The shop's own words, in the reader's language: English where it knows no other.

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

/// One of three words for the same.
pub fn choose(
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
