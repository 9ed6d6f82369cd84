//! Parts of countries by ISO 3166-2.

mod parts;

use icu_normalizer::DecomposingNormalizerBorrowed;
use rust_iso3166::iso3166_2::{SUBDIVISION_COUNTRY_MAP, Subdivision};

use crate::line::fold;

pub use parts::part_of;

/// Names of ISO 3166-2 in a region's other languages, and what else its people write. The crate has one name of each.
const ALSO: &[(&str, &str, &[&str])] = &[
    ("BE", "BRU", &["Brussels", "Bruxelles", "Brussel", "Brussels Hoofdstedelijk Gewest"]),
    ("BE", "VLG", &["Vlaanderen", "Flanders", "Flandre"]),
    ("BE", "WAL", &["Wallonie", "Wallonia", "Wallonië"]),
    ("CA", "BC", &["Colombie-Britannique"]),
    ("CA", "NB", &["Nouveau-Brunswick"]),
    ("CA", "NL", &["Terre-Neuve-et-Labrador"]),
    ("CA", "NS", &["Nouvelle-Écosse"]),
    ("CA", "NT", &["Territoires du Nord-Ouest"]),
    ("CA", "PE", &["Île-du-Prince-Édouard"]),
    ("CH", "BE", &["Bern", "Berna"]),
    ("CH", "BL", &["Basel-Land", "Bâle-Campagne"]),
    ("CH", "BS", &["Bâle-Ville"]),
    ("CH", "FR", &["Freiburg"]),
    ("CH", "GE", &["Genf", "Geneva", "Ginevra"]),
    ("CH", "GR", &["Grigioni", "Grischun", "Grisons"]),
    ("CH", "JU", &["Giura"]),
    ("CH", "LU", &["Lucerne", "Lucerna"]),
    ("CH", "NE", &["Neuenburg"]),
    ("CH", "SG", &["St. Gallen", "Saint-Gall", "San Gallo"]),
    ("CH", "SH", &["Schaffhouse", "Sciaffusa"]),
    ("CH", "SO", &["Soleure", "Soletta"]),
    ("CH", "TG", &["Thurgovie", "Turgovia"]),
    ("CH", "TI", &["Tessin"]),
    ("CH", "VD", &["Waadt"]),
    ("CH", "VS", &["Wallis", "Vallese"]),
    ("CH", "ZG", &["Zoug", "Zugo"]),
    ("CH", "ZH", &["Zurigo"]),
    ("ES", "CN", &["Canary Islands", "Islas Canarias"]),
    ("ES", "CT", &["Cataluña", "Catalonia"]),
    ("ES", "GA", &["Galiza"]),
    ("ES", "IB", &["Islas Baleares", "Baleares", "Balears", "Balearic Islands"]),
    ("ES", "NC", &["Nafarroa"]),
    ("ES", "PV", &["Euskadi", "Euskal Herria", "Basque Country"]),
    ("ES", "VC", &["Comunitat Valenciana"]),
    ("FI", "01", &["Ahvenanmaan maakunta", "Ahvenanmaa", "Åland"]),
    ("IT", "23", &["Vallée d'Aoste"]),
    ("IT", "32", &["Trentino-Südtirol"]),
    ("IT", "36", &["Friuli-Venezia Giulia"]),
    ("IT", "BZ", &["Bozen", "Südtirol", "Alto Adige", "South Tyrol"]),
    ("IT", "TN", &["Trient"]),
];

/// The code, without the country's, of a state, province or island that ISO 3166-2 lists under `country`: `CA` for
/// `California`, `CA` and `US-CA`. Case, accents and the signs between words make no difference.
pub fn subdivision(country: &str, text: &str) -> Option<&'static str> {
    let wanted = bare(text);
    let listed = SUBDIVISION_COUNTRY_MAP.get(country)?;
    if wanted.is_empty() {
        return None;
    }
    let is_named = |name: &str| bare(name) == wanted;
    let by_name =
        |listed: &Subdivision| [listed.region_code, listed.code, listed.name].into_iter().any(is_named);
    let also =
        || ALSO.iter().find(|(of, _, names)| *of == country && names.iter().any(|name| is_named(name)));
    // ISO lists `Murcia, Región de`.
    let turned = |listed: &Subdivision| {
        let parts = listed.name.split_once(", ");
        parts.is_some_and(|(name, kind)| is_named(name) || is_named(&format!("{kind} {name}")))
    };
    let found = listed.iter().find(|listed| by_name(listed)).map(|listed| listed.region_code);
    found
        .or_else(|| also().map(|(_, code, _)| *code))
        .or_else(|| listed.iter().find(|listed| turned(listed)).map(|listed| listed.region_code))
}

/// Whether ISO 3166-2 lists parts of this country.
pub fn has_subdivisions(country: &str) -> bool {
    SUBDIVISION_COUNTRY_MAP.get(country).is_some_and(|listed| !listed.is_empty())
}

/// The words of a name, without accents and signs.
fn bare(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfkd();
    let folded = fold(text);
    let letters: String = apart.normalize(&folded).chars().filter(|sign| !is_accent(*sign)).collect();
    let words = letters.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Combining marks of Latin and Japanese letters.
fn is_accent(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdivision_is_known_by_name_and_code() {
        for text in ["CA", " ca", "US-CA", "us-ca ", "US CA", "California", "CALIFORNIA"] {
            assert_eq!(subdivision("US", text), Some("CA"), "{text}");
        }
        for text in ["I\u{302}le-de-France", "Ile-de-France", "ILE DE FRANCE", "Île-de-France"] {
            assert_eq!(subdivision("FR", text), Some("IDF"), "{text}");
        }
        for (country, text, code) in [
            ("CH", "Zurich", "ZH"),
            ("CH", "GRAUBUNDEN", "GR"),
            ("CH", "Bern", "BE"),
            ("CH", "Wallis", "VS"),
            ("IT", "Valle d’Aosta", "23"),
            ("IT", "Bozen", "BZ"),
            ("ES", "Cataluna", "CT"),
            ("ES", "Principado de Asturias", "AS"),
            ("BE", "Région de Bruxelles-Capitale", "BRU"),
            ("JP", "Tōkyō", "13"),
        ] {
            assert_eq!(subdivision(country, text), Some(code), "{text}");
        }
        for (country, text) in [("US", "Calif."), ("US", ""), ("US", "-"), ("DE", "CA"), ("ZZ", "CA")] {
            assert_eq!(subdivision(country, text), None, "{country} {text}");
        }
    }

    #[test]
    fn every_other_name_is_of_a_listed_subdivision() {
        for (country, code, names) in ALSO {
            assert_eq!(subdivision(country, code), Some(*code));
            for name in *names {
                assert_eq!(subdivision(country, name), Some(*code), "{name}");
            }
        }
    }
}
