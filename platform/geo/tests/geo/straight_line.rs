//! Ways where no roads are known.

use platform_geo::{MAX_PLACES, Position, Roads, RoadsError, StraightLine};

fn position(latitude: f64, longitude: f64) -> Position {
    Position::new(latitude, longitude).unwrap()
}

#[tokio::test]
async fn a_leg_is_the_straight_line_times_the_factor() {
    let roads = StraightLine::new(1.5, 10.0).unwrap();
    let (from, to) = (position(53.0, 8.0), position(53.1, 8.2));
    let leg = roads.leg(from, to).await.unwrap();
    assert_eq!(leg.points(), [from, to]);
    assert_eq!(leg.meters(), from.distance(to) * 1.5);
    assert_eq!(leg.seconds(), from.distance(to) * 0.15);
    assert_eq!(roads.leg(from, from).await.unwrap().seconds(), 0.0);
}

#[tokio::test]
async fn a_matrix_agrees_with_the_legs() {
    let roads = StraightLine::new(1.3, 8.0).unwrap();
    let places = [position(53.0, 8.0), position(53.1, 8.2), position(-53.1, -8.2)];
    let matrix = roads.matrix(&places).await.unwrap();
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let leg = roads.leg(*from, *to).await.unwrap();
            assert!((f64::from(matrix.seconds(i, j).unwrap()) - leg.seconds()).abs() <= 0.5);
            assert!((f64::from(matrix.meters(i, j).unwrap()) - leg.meters()).abs() <= 0.5);
        }
    }
    assert_eq!((matrix.size(), matrix.seconds(3, 0), matrix.meters(0, 3)), (3, None, None));
}

#[tokio::test]
async fn a_matrix_of_too_many_places_is_refused() {
    let roads = StraightLine::new(1.3, 8.0).unwrap();
    let places = vec![position(0.0, 0.0); MAX_PLACES + 1];
    let error = roads.matrix(&places).await.unwrap_err();
    assert!(matches!(error, RoadsError::Matrix(_)), "{error}");
    assert!(error.to_string().contains("ask for fewer"), "{error}");
}

#[test]
fn new_refuses_what_no_road_has() {
    for (factor, speed) in [(0.9, 8.0), (f64::NAN, 8.0), (1.3, 0.0), (1.3, f64::INFINITY)] {
        assert!(StraightLine::new(factor, speed).is_err(), "{factor}, {speed}");
    }
}
