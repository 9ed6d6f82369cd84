//! Roads of an OSRM server, which a double stands for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform_geo::{InvalidService, MAX_PLACES, Osrm, Position, Roads, RoadsError};
use serde_json::{Value, json};

use crate::double::{Asked, Double, Say, nonsense, position, straight};

fn osrm(double: &Double) -> Osrm {
    Osrm::new(&double.service(), straight(), double.clock.clone()).unwrap()
}

fn route(coordinates: Value, steps: Value) -> Value {
    json!({
        "code": "Ok",
        "routes": [{
            "duration": 60.0, "distance": 500.0, "geometry": { "type": "LineString", "coordinates": coordinates },
            "legs": [{ "annotation": { "duration": steps } }],
        }],
        "waypoints": [{ "distance": 3.0 }, { "distance": 4.0 }],
    })
}

fn ways() -> (Position, Position) {
    (position(53.0, 8.0), position(53.01, 8.02))
}

fn one_way() -> Value {
    route(json!([[8.0, 53.0], [8.01, 53.0], [8.02, 53.01]]), json!([10.0, 20.0]))
}

#[tokio::test]
async fn a_leg_is_the_way_that_osrm_knows() {
    let double = Double::saying(Say::Json(one_way())).await;
    let (from, to) = ways();
    let leg = osrm(&double).leg(from, to).await.unwrap();
    assert_eq!(leg.points(), [from, position(53.0, 8.01), to]);
    assert_eq!((leg.seconds(), leg.meters()), (60.0, 500.0));
    // The seconds of its steps, and the turns between them.
    assert_eq!(leg.at(20.0), position(53.0, 8.01));
    let asked = &double.asked()[0];
    assert_eq!(asked.path, "/maps/route/v1/driving/8.000000,53.000000;8.020000,53.010000");
    assert_eq!(asked.agent, format!("Souk/{} (+shop@example.com)", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn a_leg_without_seconds_of_its_steps_is_driven_at_one_speed() {
    let told = route(json!([[8.0, 53.0], [8.01, 53.0], [8.02, 53.0]]), json!([1.0]));
    let double = Double::saying(Say::Json(told)).await;
    let (from, to) = ways();
    let leg = osrm(&double).leg(from, to).await.unwrap();
    let half = leg.nearest(position(53.0, 8.01)).seconds;
    assert!((half - 30.0).abs() < 0.1, "{half}");
}

#[tokio::test]
async fn a_leg_is_asked_for_once_in_a_day() {
    let double = Double::saying(Say::Json(one_way())).await;
    let (osrm, (from, to)) = (osrm(&double), ways());
    for (shift, expected) in [(0, 1), (86_000, 1), (500, 2)] {
        double.clock.advance(Duration::from_secs(shift));
        osrm.leg(from, to).await.unwrap();
        assert_eq!(double.asked().len(), expected);
    }
    osrm.leg(to, from).await.unwrap();
    assert_eq!(double.asked().len(), 3, "the way back is another");
}

#[tokio::test]
async fn a_leg_is_straight_where_osrm_makes_no_sense() {
    let (from, to) = ways();
    let mut cases = nonsense();
    let of = |coordinates| Say::Json(route(coordinates, json!([])));
    cases.extend([
        ("no route", Say::Json(json!({ "code": "Ok", "routes": [], "waypoints": [] }))),
        ("no points", of(json!([]))),
        ("no place of the earth", of(json!([[8.0, 53.0], [8.0, 253.0]]))),
        ("times that fall", Say::Json(route(json!([[8, 53], [8, 54]]), json!([-1])))),
        ("another code", Say::Refused(json!({ "code": "InvalidQuery" }))),
        ("a refusal of another form", Say::Refused(json!([]))),
    ]);
    for (what, say) in cases {
        let double = Double::saying(say).await;
        let leg = osrm(&double).leg(from, to).await.unwrap();
        assert_eq!(leg, straight().leg(from, to).await.unwrap(), "{what}");
        let matrix = osrm(&double).matrix(&[from, to]).await.unwrap();
        assert_eq!(matrix, straight().matrix(&[from, to]).await.unwrap(), "{what}");
    }
}

#[tokio::test]
async fn a_dead_osrm_is_left_alone_for_a_while() {
    let is_up = Arc::new(AtomicBool::new(false));
    let up = is_up.clone();
    let say = move |_: &Asked| match up.load(Ordering::SeqCst) {
        true => Say::Json(one_way()),
        false => Say::Status(502),
    };
    let double = Double::new(say).await;
    let (osrm, (from, to)) = (osrm(&double), ways());
    let leg = async || osrm.leg(from, to).await.unwrap();
    for _ in 0..10 {
        assert_eq!(leg().await.points().len(), 2);
    }
    assert_eq!(double.asked().len(), 3, "then it rests");
    double.clock.advance(Duration::from_secs(31));
    for _ in 0..5 {
        leg().await;
    }
    assert_eq!(double.asked().len(), 4, "one question finds out that it is dead still");
    is_up.store(true, Ordering::SeqCst);
    double.clock.advance(Duration::from_secs(31));
    assert_eq!(leg().await.points().len(), 3);
    assert_eq!(leg().await.points().len(), 3);
}

#[tokio::test]
async fn a_leg_to_where_no_road_leads_is_refused_and_asked_for_again_after_an_hour() {
    let (from, to) = ways();
    let mut far = one_way();
    far["waypoints"][0]["distance"] = json!(1_001.0);
    for (say, is_no_way) in [
        (Say::Refused(json!({ "code": "NoRoute", "message": "Impossible route" })), true),
        (Say::Refused(json!({ "code": "NoSegment" })), false),
        (Say::Json(far), false),
    ] {
        let double = Double::saying(say).await;
        let osrm = osrm(&double);
        for _ in 0..2 {
            let error = osrm.leg(from, to).await.unwrap_err();
            let fits = match error {
                RoadsError::NoWay { .. } => is_no_way,
                RoadsError::OffRoads { within, .. } => !is_no_way && within == 1_000,
                _ => false,
            };
            assert!(fits, "{error}");
        }
        assert_eq!(double.asked().len(), 1);
        double.clock.advance(Duration::from_secs(3_601));
        osrm.leg(from, to).await.unwrap_err();
        assert_eq!(double.asked().len(), 2);
    }
}

/// The places of a question for a table, and how many of them are begins.
fn asked_for(asked: &Asked) -> (Vec<(f64, f64)>, usize) {
    let list = asked.path.strip_prefix("/maps/table/v1/driving/").unwrap();
    let place = |text: &str| {
        let (longitude, latitude) = text.split_once(',').unwrap();
        (longitude.parse().unwrap(), latitude.parse().unwrap())
    };
    let sources = asked.query.split('&').find_map(|part| part.strip_prefix("sources=")).unwrap();
    (list.split(';').map(place).collect(), sources.split(';').count())
}

/// Seconds are what lies between the longitudes, in thousandths of a degree, metres ten times as many.
fn table(asked: &Asked) -> Value {
    let (places, begins) = asked_for(asked);
    let (from, to) = places.split_at(begins);
    let rows = |factor: f64| -> Vec<Vec<f64>> {
        let between = |a: &(f64, f64), b: &(f64, f64)| ((a.0 - b.0).abs() * 1000.0).round() * factor;
        from.iter().map(|a| to.iter().map(|b| between(a, b)).collect()).collect()
    };
    let snapped = |places: &[(f64, f64)]| vec![json!({ "distance": 1.0 }); places.len()];
    json!({
        "code": "Ok", "durations": rows(1.0), "distances": rows(10.0),
        "sources": snapped(from), "destinations": snapped(to),
    })
}

fn places(count: usize) -> Vec<Position> {
    (0..count)
        .map(|n| position(53.0, 8.0 + f64::from(u32::try_from(n * n % 997).unwrap()) / 1000.0))
        .collect()
}

#[tokio::test]
async fn a_matrix_is_asked_for_in_blocks_and_kept() {
    let double = Double::new(|asked| Say::Json(table(asked))).await;
    let (osrm, places) = (osrm(&double), places(120));
    let matrix = osrm.matrix(&places).await.unwrap();
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let expected = ((from.longitude() - to.longitude()).abs() * 1000.0).round();
            assert_eq!(f64::from(matrix.seconds(i, j).unwrap()), expected, "{i} to {j}");
            assert_eq!(f64::from(matrix.meters(i, j).unwrap()), expected * 10.0);
        }
    }
    assert_eq!(double.asked().len(), 9);
    assert!(double.asked().iter().all(|asked| asked_for(asked).0.len() <= 100));
    assert_eq!(osrm.matrix(&places).await.unwrap(), matrix);
    assert_eq!(double.asked().len(), 9);
    double.clock.advance(Duration::from_secs(601));
    osrm.matrix(&places).await.unwrap();
    assert_eq!(double.asked().len(), 18);
}

#[tokio::test]
async fn a_matrix_has_the_straight_way_where_no_road_leads() {
    let double = Double::new(|asked| {
        let mut told = table(asked);
        told["durations"][0][1] = Value::Null;
        told["distances"][0][1] = Value::Null;
        told["destinations"][2]["distance"] = json!(5_000.0);
        Say::Json(told)
    })
    .await;
    let places = places(3);
    let matrix = osrm(&double).matrix(&places).await.unwrap();
    let guessed = straight().matrix(&places).await.unwrap();
    for (i, j, is_guessed) in [(0, 1, true), (1, 0, false), (0, 2, true), (1, 2, true), (2, 1, false)] {
        assert_eq!(matrix.meters(i, j) == guessed.meters(i, j), is_guessed, "{i} to {j}");
    }
}

#[tokio::test]
async fn a_matrix_of_which_a_block_is_missing_is_straight_altogether() {
    let double = Double::new(|asked| {
        let (places, begins) = asked_for(asked);
        let mut told = table(asked);
        // One is as if the server knew of a place less.
        if begins != places.len() - begins {
            told["durations"].as_array_mut().unwrap().pop();
        }
        Say::Json(told)
    })
    .await;
    let places = places(60);
    let matrix = osrm(&double).matrix(&places).await.unwrap();
    assert_eq!(matrix, straight().matrix(&places).await.unwrap());
}

#[tokio::test]
async fn a_matrix_of_too_many_places_is_not_asked_for() {
    let double = Double::new(|asked| Say::Json(table(asked))).await;
    let error = osrm(&double).matrix(&places(MAX_PLACES + 1)).await.unwrap_err();
    assert!(matches!(error, RoadsError::Matrix(_)), "{error}");
    assert_eq!(osrm(&double).matrix(&[]).await.unwrap().size(), 0);
    assert_eq!(double.asked().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_a_service_is_refused() {
    let double = Double::saying(Say::Status(500)).await;
    for url in ["", "maps.example", "ftp://maps.example", "http://", "http://maps.example/?key=1"] {
        let service = platform_geo::Service { url: url.to_owned(), ..double.service() };
        let refused = Osrm::new(&service, straight(), double.clock.clone()).err();
        assert!(matches!(refused, Some(InvalidService::Url)), "{url}");
    }
    let service = platform_geo::Service { contact: "a\nb".to_owned(), ..double.service() };
    let refused = Osrm::new(&service, straight(), double.clock.clone()).err();
    assert!(matches!(refused, Some(InvalidService::Contact)));
}
