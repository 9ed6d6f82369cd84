//! What is read of a town's document, and what is refused.

use platform_geo::{City, CityError, Position, Roads, RoadsError};
use serde_json::{Value, json};

use crate::town::city;

/// A town of two streets that do not meet, each with a house on either side.
fn hamlet() -> Value {
    json!({
        "name": "Weiler", "country": "DE", "timeZone": "Europe/Berlin", "origin": [8.0, 53.0], "unit": 1e-6,
        "bounds": [-9000, -9000, 9000, 9000],
        "districts": [{"name": "Weiler", "postalCode": "27000", "ring": [-9000, -9000, 9000, -9000, 9000, 9000, -9000, 9000]}],
        "nodes": [0, 0, 3000, 0, 0, 3000, 3000, 3000],
        "streets": [
            {"name": "Dorfstraße", "class": "residential", "oneway": false, "bridge": false, "nodes": [0, 1], "numbers": [1, 2]},
            {"name": "Am Holz", "class": "lane", "oneway": true, "bridge": false, "nodes": [2, 3], "numbers": [1, 2]},
        ],
    })
}

fn parse(document: &Value) -> Result<City, CityError> {
    City::parse(&serde_json::to_vec(document).unwrap())
}

#[test]
fn bundled_town_is_soukhaven() {
    let city = city();
    assert_eq!((city.name(), city.country(), city.time_zone()), ("Soukhaven", "DE", "Europe/Berlin"));
    assert!(city.is_inside(Position::new(53.95, 8.3).unwrap()));
    assert!(!city.is_inside(Position::new(53.9, 8.3).unwrap()));
    assert_eq!(city.bounds().south_west.micro(), (53_918_559, 8_231_312));
    assert_eq!(city.bounds().north_east.micro(), (53_981_441, 8_368_688));
}

#[tokio::test]
async fn small_town_is_read_and_driven() {
    let hamlet = parse(&hamlet()).unwrap();
    let addresses: Vec<String> = hamlet.addresses(0).map(|address| address.line1).collect();
    assert_eq!(hamlet.houses(), 4);
    assert_eq!(addresses.len(), 4);
    let at = |latitude, longitude| Position::from_micro(latitude, longitude).unwrap();
    let leg = hamlet.leg(at(53_000_000, 8_000_000), at(53_000_000, 8_003_000)).await.unwrap();
    assert_eq!(leg.points(), [at(53_000_000, 8_000_000), at(53_000_000, 8_003_000)]);
    assert!((leg.meters() / leg.seconds() - 24.0 / 3.6).abs() < 1e-6);
}

#[tokio::test]
async fn streets_that_do_not_meet_have_no_way() {
    let hamlet = parse(&hamlet()).unwrap();
    let at = |latitude, longitude| Position::from_micro(latitude, longitude).unwrap();
    let (here, there) = (at(53_000_000, 8_001_000), at(53_003_000, 8_001_000));
    let error = hamlet.leg(here, there).await.unwrap_err();
    assert!(matches!(error, RoadsError::NoWay { .. }), "{error}");
    let error = hamlet.matrix(&[here, there]).await.unwrap_err();
    assert!(matches!(error, RoadsError::NoWay { .. }), "{error}");
    // Back along a one-way street.
    let error = hamlet.leg(at(53_003_000, 8_002_000), there).await.unwrap_err();
    assert!(matches!(error, RoadsError::NoWay { .. }), "{error}");
}

#[test]
fn parse_refuses_what_is_no_town() {
    let with = |pointer: &str, value: Value| {
        let mut document = hamlet();
        *document.pointer_mut(pointer).unwrap() = value;
        parse(&document).unwrap_err()
    };
    assert!(matches!(with("/name", json!(7)), CityError::Form(_)));
    assert!(matches!(with("/streets/0/class", json!("canal")), CityError::Form(_)));
    assert!(matches!(with("/unit", json!(1e-7)), CityError::Unit(_)));
    assert!(matches!(with("/nodes", json!([0, 0])), CityError::Nodes(1)));
    assert!(matches!(with("/origin", json!([8.0, 99.0])), CityError::Origin(_)));
    assert!(matches!(with("/nodes/0", json!(2_000_000_000)), CityError::FarAway { x: 2_000_000_000, y: 0 }));
    assert!(matches!(with("/streets/0/nodes", json!([0])), CityError::Street { .. }));
    assert!(matches!(with("/streets/0/nodes/1", json!(4)), CityError::Street { .. }));
    for numbers in [json!([2, 3]), json!([1, 3]), json!([3, 2]), json!([1, 10_002])] {
        assert!(matches!(with("/streets/0/numbers", numbers), CityError::Numbers { .. }));
    }
    assert!(matches!(with("/districts", json!([])), CityError::NoDistricts));
    assert!(matches!(with("/districts/0/ring", json!([0, 0, 1, 1])), CityError::NoDistricts));
    let mut houseless = hamlet();
    houseless["streets"] = json!([]);
    assert!(matches!(parse(&houseless), Err(CityError::NoHouses)));
    assert!(matches!(City::parse(b"{"), Err(CityError::Form(_))));
    assert!(matches!(City::parse(&vec![b' '; (16 << 20) + 1]), Err(CityError::TooLarge { .. })));
}
