//! Parts of countries by ISO 3166-2.

use rust_iso3166::iso3166_2::SUBDIVISION_COUNTRY_MAP;

use crate::line::fold;

/// The code, without the country's, of a state, province or island that ISO 3166-2 lists under `country`: `CA` for
/// `California`, `CA` and `US-CA`, in any case.
pub fn subdivision(country: &str, text: &str) -> Option<&'static str> {
    let wanted = fold(text.trim());
    let listed = SUBDIVISION_COUNTRY_MAP.get(country)?;
    let found = listed.iter().find(|listed| {
        [listed.region_code, listed.code, listed.name].iter().any(|name| fold(name) == wanted)
    });
    found.map(|listed| listed.region_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdivision_is_known_by_name_and_code() {
        for text in ["CA", " ca", "US-CA", "us-ca ", "California", "CALIFORNIA"] {
            assert_eq!(subdivision("US", text), Some("CA"), "{text}");
        }
        assert_eq!(subdivision("FR", "I\u{302}le-de-France"), Some("IDF"));
        for (country, text) in [("US", "Calif."), ("US", ""), ("DE", "CA"), ("ZZ", "CA")] {
            assert_eq!(subdivision(country, text), None, "{country} {text}");
        }
    }
}
