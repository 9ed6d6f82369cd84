//! Addresses of the bundled town, and where they are.

use std::collections::HashSet;

use platform_geo::{Geocoder, Place, Precision, Wanted};

use crate::town::{Plan, city};

fn wanted(line1: &str, postal_code: &str, city: &str, country: &str) -> Wanted {
    let owned = str::to_owned;
    Wanted {
        line1: owned(line1),
        postal_code: owned(postal_code),
        city: owned(city),
        country: owned(country),
    }
}

async fn find(line1: &str, postal_code: &str, city_name: &str, country: &str) -> Option<Place> {
    city().find(&wanted(line1, postal_code, city_name, country)).await.unwrap()
}

async fn find_in_town(line1: &str) -> Option<Place> {
    find(line1, "28991", "Soukhaven", "DE").await
}

#[tokio::test]
async fn houses_are_found_at_their_positions() {
    for address in city().addresses(3).take(500) {
        let wanted = wanted(&address.line1, &address.postal_code, &address.city, &address.country);
        let place = city().find(&wanted).await.unwrap().unwrap();
        assert_eq!(place, Place { position: address.position, precision: Precision::House }, "{wanted:?}");
    }
}

#[tokio::test]
async fn houses_stand_where_the_document_says() {
    let plan = Plan::read();
    let mut tried = 0;
    for street in plan.streets.iter().filter(|street| street.nodes.len() == 2) {
        let Some((first, last)) = street.numbers else { continue };
        let (begin, end) = (plan.node(street.nodes[0]), plan.node(street.nodes[1]));
        let pairs = f64::from(last - first + 1) / 2.0;
        for number in first..=last {
            let place = find_in_town(&format!("{} {number}", street.name)).await.unwrap();
            let expected = begin.distance(end) * (f64::from((number - first) / 2) + 0.5) / pairs;
            let (away, turn) =
                (begin.distance(place.position), begin.bearing(place.position) - begin.bearing(end));
            let (along, right) = (away * turn.to_radians().cos(), away * turn.to_radians().sin());
            assert!((along - expected).abs() < 1.0, "{} {number}: {along} m, not {expected}", street.name);
            let side = if number % 2 == 1 { -9.0 } else { 9.0 };
            assert!((right - side).abs() < 1.0, "{} {number}: {right} m to the right", street.name);
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} houses");
}

#[tokio::test]
async fn one_house_is_found_in_many_spellings() {
    let expected = find_in_town("Küsterkamp 12").await.unwrap();
    assert_eq!(expected.precision, Precision::House);
    for line in [
        "küsterkamp 12",
        "KÜSTERKAMP 12",
        "Kuesterkamp 12",
        "Ku\u{308}sterkamp 12",
        "  Küster-Kamp   12 ",
        "Küsterkamp 12a",
        "Küsterkamp 12 B",
        "Küsterkamp12",
        "Küsterkamp, 12",
        "Küsterkamp Nr. 12",
        "Küsterkamp 12-14",
        "Küsterkamp 12, 3. OG links",
        "12 Küsterkamp",
        "12a Küsterkamp",
        "12 a, Küsterkamp",
        "12-14 Küsterkamp, Hinterhaus",
    ] {
        assert_eq!(find_in_town(line).await, Some(expected), "{line}");
    }
}

#[tokio::test]
async fn street_is_found_in_its_short_forms() {
    for (short, long) in [
        ("Lange Str. 7", "Lange Straße 7"),
        ("lange str 7", "Lange Straße 7"),
        ("Lange Strasse 7", "Lange Straße 7"),
        ("LANGE STRASSE 7", "Lange Straße 7"),
        ("LANGE STRAẞE 7", "Lange Straße 7"),
        ("Nordstr. 3", "Nordstraße 3"),
        ("3 Nordstr.", "Nordstraße 3"),
        ("Uberseedamm 3", "Überseedamm"),
    ] {
        let (found, expected) = (find_in_town(short).await.unwrap(), find_in_town(long).await.unwrap());
        // Umlauts without their dots are not guessed.
        let precision = if short.starts_with('U') { Precision::PostalCode } else { Precision::House };
        assert_eq!(found.precision, precision, "{short}");
        assert_eq!(found == expected, precision == Precision::House, "{short}");
    }
}

#[tokio::test]
async fn number_that_a_street_lacks_is_found_as_the_street() {
    let street = find_in_town("Küsterkamp").await.unwrap();
    assert_eq!(street.precision, Precision::Street);
    for line in ["Küsterkamp 27", "Küsterkamp 0", "Küsterkamp 99999999999999999999", "Küsterkamp, Hinterhaus"]
    {
        assert_eq!(find_in_town(line).await, Some(street), "{line}");
    }
}

#[tokio::test]
async fn street_that_the_town_lacks_is_found_as_its_postal_code() {
    let middle = find_in_town("Nirgendwo 1").await.unwrap();
    assert_eq!(middle.precision, Precision::PostalCode);
    for line in ["", "   ", "12", "12345678901", "ÄÖÜ!?", &"9 ".repeat(5_000), &"ß".repeat(100_000)] {
        assert_eq!(find_in_town(line).await, Some(middle), "{line:.20}");
    }
    let other = find("Nirgendwo 1", "28998", "", "DE").await.unwrap();
    assert!(other.position.distance(middle.position) > 1_000.0);
    assert_eq!(find("Nirgendwo 1", "", "Soukhaven", "DE").await, None);
}

#[tokio::test]
async fn postal_code_or_city_must_be_the_towns() {
    let line = "Küsterkamp 12";
    let expected = find_in_town(line).await;
    for (code, name) in [
        ("28991", ""),
        ("D-28991", "Berlin"),
        ("DE 28991", ""),
        (" 28 991 ", ""),
        ("", "soukhaven"),
        ("", "Soukhaven-Altstadt"),
        ("10115", " SOUKHAVEN "),
    ] {
        assert_eq!(find(line, code, name, "de").await, expected, "{code}, {name}");
    }
    for (code, name, country) in [
        ("", "", "DE"),
        ("10115", "Berlin", "DE"),
        ("", "Soukhavenburg", "DE"),
        ("2899", "Haven", "DE"),
        ("28991", "Soukhaven", "FR"),
        ("28991", "Soukhaven", ""),
    ] {
        assert_eq!(find(line, code, name, country).await, None, "{code}, {name}, {country}");
    }
}

#[test]
fn addresses_name_each_house_once_and_evenly() {
    let houses = city().houses();
    assert!(houses > 30_000, "{houses}");
    let lines: HashSet<String> = city().addresses(9).map(|address| address.line1).collect();
    assert_eq!(u64::try_from(lines.len()).unwrap(), houses);
    let codes: HashSet<String> = city().addresses(9).take(60).map(|address| address.postal_code).collect();
    assert_eq!(codes.len(), 9, "60 addresses are in every postal code: {codes:?}");
    assert!(city().addresses(2).take(1_000).all(|address| city().is_inside(address.position)));
}

#[test]
fn addresses_are_those_of_their_seed() {
    assert!(city().addresses(4).take(50).eq(city().addresses(4).take(50)));
    assert_ne!(city().addresses(4).next(), city().addresses(5).next());
    assert!(city().addresses(u64::MAX).next().is_some());
    assert_eq!(city().address(city().houses()), None);
    assert_eq!(city().address(u64::MAX), None);
}
