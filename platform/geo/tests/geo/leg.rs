//! A leg can be cut where somebody is on it.

use platform_geo::{InvalidLeg, Leg, Position};

fn east(meters: f64) -> Position {
    Position::new(0.0, meters / 111_195.08).unwrap()
}

/// 100 m in 10 s, a stop of 5 s, 100 m in 40 s.
fn leg() -> Leg {
    let points = vec![east(0.0), east(100.0), east(100.0), east(200.0)];
    Leg::new(points, vec![0.0, 10.0, 15.0, 55.0], 200.0).unwrap()
}

fn assert_at(position: Position, meters: f64) {
    assert!(position.distance(east(meters)) < 0.01, "{position} is not {meters} m to the east");
}

#[test]
fn at_moves_with_the_speed_of_each_piece() {
    for (seconds, meters) in
        [(0.0, 0.0), (5.0, 50.0), (10.0, 100.0), (12.0, 100.0), (35.0, 150.0), (55.0, 200.0)]
    {
        assert_at(leg().at(seconds), meters);
    }
}

#[test]
fn at_stays_at_the_ends_before_and_after_the_leg() {
    for (seconds, meters) in [(-1.0, 0.0), (f64::NAN, 0.0), (56.0, 200.0), (f64::INFINITY, 200.0)] {
        assert_at(leg().at(seconds), meters);
    }
}

#[test]
fn nearest_gives_the_seconds_that_lead_there() {
    let beside = Position::new(30.0 / 111_195.08, 150.0 / 111_195.08).unwrap();
    let nearest = leg().nearest(beside);
    assert!((nearest.seconds - 35.0).abs() < 0.01, "{nearest:?}");
    assert!((nearest.meters_away - 30.0).abs() < 0.01, "{nearest:?}");
    assert_eq!(leg().nearest(east(-50.0)).seconds, 0.0);
    assert_eq!(leg().nearest(east(1_000.0)).seconds, 55.0);
}

#[test]
fn nearest_is_found_across_the_date_line() {
    let point = |longitude| Position::new(0.0, longitude).unwrap();
    let leg = Leg::new(vec![point(179.999), point(-179.999)], vec![0.0, 10.0], 222.0).unwrap();
    assert!((leg.nearest(point(180.0)).seconds - 5.0).abs() < 1e-6);
    assert!(leg.at(5.0).distance(point(-180.0)) < 0.01);
}

#[test]
fn rest_begins_where_one_is() {
    let rest = leg().rest(5.0);
    assert_eq!(rest.len(), 4);
    assert_at(rest[0], 50.0);
    assert_at(rest[1], 100.0);
    assert_eq!(leg().rest(99.0), vec![east(200.0)]);
    assert_eq!(leg().rest(-1.0).len(), 5);
}

#[test]
fn a_leg_of_one_point_is_there_at_once() {
    let leg = Leg::new(vec![east(7.0)], vec![0.0], 0.0).unwrap();
    assert_eq!((leg.seconds(), leg.meters()), (0.0, 0.0));
    assert_eq!(leg.rest(3.0), vec![east(7.0)]);
    let nearest = leg.nearest(east(10.0));
    assert!(nearest.seconds == 0.0 && (nearest.meters_away - 3.0).abs() < 0.01, "{nearest:?}");
}

#[test]
fn new_refuses_what_cannot_be_driven() {
    let new = |reached: Vec<f64>, meters| Leg::new(vec![east(0.0), east(1.0)], reached, meters);
    assert_eq!(new(vec![0.0], 1.0), Err(InvalidLeg::Length { points: 2, times: 1 }));
    assert_eq!(Leg::new(vec![], vec![], 0.0), Err(InvalidLeg::Length { points: 0, times: 0 }));
    for times in [[1.0, 2.0], [0.0, -1.0], [0.0, f64::NAN], [0.0, f64::INFINITY]] {
        assert_eq!(new(times.to_vec(), 1.0), Err(InvalidLeg::Times), "{times:?}");
    }
    assert_eq!(new(vec![0.0, 1.0], -1.0), Err(InvalidLeg::Meters));
    assert_eq!(new(vec![0.0, 1.0], f64::NAN), Err(InvalidLeg::Meters));
}

#[test]
fn json_gives_back_the_leg_and_is_checked() {
    let json = serde_json::to_string(&leg()).unwrap();
    assert_eq!(serde_json::from_str::<Leg>(&json).unwrap(), leg());
    assert!(serde_json::from_str::<Leg>(&json.replace("15.0", "5.0")).is_err());
}
