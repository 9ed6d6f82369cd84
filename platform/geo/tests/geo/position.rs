//! What a position is, how far it is to another and in which direction.

use platform_geo::Position;

fn position(latitude: f64, longitude: f64) -> Position {
    Position::new(latitude, longitude).unwrap()
}

#[test]
fn new_refuses_what_is_not_on_the_earth() {
    for (latitude, longitude) in
        [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5), (0.0, -181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        assert!(Position::new(latitude, longitude).is_err(), "{latitude}, {longitude}");
    }
    assert!(Position::new(-90.0, 180.0).is_ok());
    assert!(Position::from_micro(90_000_001, 0).is_err());
    let error = Position::new(91.0, 8.0).unwrap_err().to_string();
    assert!(error.contains("latitude from -90 to 90"), "{error}");
}

#[test]
fn micro_gives_back_what_from_micro_took() {
    for (latitude, longitude) in [(53_950_001, 8_300_007), (-1, 1), (0, -180_000_000)] {
        let position = Position::from_micro(latitude, longitude).unwrap();
        assert_eq!(position.micro(), (latitude, longitude));
    }
    assert_eq!(position(1.000_000_4, -1.000_000_6).micro(), (1_000_000, -1_000_001));
}

#[test]
fn distance_is_that_of_the_great_circle() {
    // Paris to New York, as published: 5,837 km.
    let (paris, york) = (position(48.8566, 2.3522), position(40.7128, -74.0060));
    assert!((paris.distance(york) - 5_837_000.0).abs() < 2_000.0, "{}", paris.distance(york));
    assert_eq!(paris.distance(paris), 0.0);
    let half = position(0.0, 0.0).distance(position(0.0, 180.0));
    assert!((half - 20_015_114.0).abs() < 10.0, "{half}");
    assert!(position(0.0, 179.999).distance(position(0.0, -179.999)) < 250.0);
}

#[test]
fn bearing_turns_from_north_to_east() {
    let here = position(0.0, 0.0);
    for (there, degrees) in [
        (position(1.0, 0.0), 0.0),
        (position(0.0, 1.0), 90.0),
        (position(-1.0, 0.0), 180.0),
        (position(0.0, -1.0), 270.0),
        (here, 0.0),
    ] {
        assert!((here.bearing(there) - degrees).abs() < 1e-9, "{there}: {}", here.bearing(there));
    }
    let over = position(0.0, 179.999).bearing(position(0.0, -179.999));
    assert!((over - 90.0).abs() < 1e-9, "{over}");
}

#[test]
fn json_is_two_names_and_is_checked() {
    let json = r#"{"latitude":53.950123,"longitude":8.3}"#;
    let read: Position = serde_json::from_str(json).unwrap();
    assert_eq!(read.micro(), (53_950_123, 8_300_000));
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
    assert!(serde_json::from_str::<Position>(r#"{"latitude":95,"longitude":8.3}"#).is_err());
}
