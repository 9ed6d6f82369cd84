//! Addresses of a Nominatim server, which a double stands for.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use platform_geo::{Geocoder, GeocoderError, Nominatim, Place, Precision, Wanted};
use serde_json::json;

use crate::double::{Double, Say, nonsense, position};

const FAST: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

fn nominatim(double: &Double) -> Nominatim {
    Nominatim::new(&double.service(), FAST, double.clock.clone()).unwrap()
}

fn wanted(line1: &str) -> Wanted {
    Wanted {
        line1: line1.to_owned(),
        postal_code: "53111".to_owned(),
        city: "Bonn & Köln".to_owned(),
        country: "DE".to_owned(),
    }
}

fn found(rank: u8) -> Say {
    Say::Json(json!([{ "lat": "50.7", "lon": "7.1", "place_rank": rank, "name": "x" }]))
}

#[tokio::test]
async fn an_address_is_found_as_precisely_as_it_is_known() {
    let place = |precision| Some(Place { position: position(50.7, 7.1), precision });
    for (rank, expected) in [
        (30, place(Precision::House)),
        (26, place(Precision::Street)),
        (21, place(Precision::PostalCode)),
        (16, None),
    ] {
        let double = Double::saying(found(rank)).await;
        assert_eq!(nominatim(&double).find(&wanted("Münsterplatz 1")).await.unwrap(), expected, "{rank}");
        let asked = &double.asked()[0];
        assert_eq!(asked.path, "/maps/search");
        assert_eq!(
            asked.query,
            "format=jsonv2&limit=1&street=M%C3%BCnsterplatz+1&city=Bonn+%26+K%C3%B6ln&countrycodes=de&postalcode=53111"
        );
        assert!(asked.agent.starts_with("Souk/") && asked.agent.ends_with("(+shop@example.com)"));
    }
}

#[tokio::test]
async fn an_address_is_asked_for_once_in_a_day_and_an_unknown_one_once_in_an_hour() {
    for (say, hours) in [(found(30), 24), (Say::Json(json!([])), 1), (Say::Refused(json!({})), 1)] {
        let double = Double::saying(say).await;
        let nominatim = nominatim(&double);
        for _ in 0..3 {
            nominatim.find(&wanted("Street 1")).await.unwrap();
        }
        assert_eq!(double.asked().len(), 1);
        double.clock.advance(Duration::from_secs(hours * 3_600 + 1));
        nominatim.find(&wanted("Street 1")).await.unwrap();
        assert_eq!(double.asked().len(), 2);
        nominatim.find(&wanted("Street 2")).await.unwrap();
        assert_eq!(double.asked().len(), 3);
    }
}

#[tokio::test]
async fn a_nominatim_that_makes_no_sense_is_unavailable_and_asked_again() {
    let mut cases = nonsense();
    let place = |latitude: &str| Say::Json(json!([{ "lat": latitude, "lon": "7.1", "place_rank": 30 }]));
    cases.extend([("no number", place("north")), ("no place of the earth", place("91"))]);
    for (what, say) in cases {
        let double = Double::saying(say).await;
        let nominatim = nominatim(&double);
        for expected in 1..=2 {
            let error = nominatim.find(&wanted("Geheimweg 1")).await.unwrap_err();
            let GeocoderError::Unavailable(source) = &error;
            let mut said = format!("{error} {source}");
            let mut cause = source.source();
            while let Some(error) = cause {
                said = format!("{said} {error} {error:?}");
                cause = error.source();
            }
            assert!(!said.contains("Geheimweg"), "no address in a log: {said}");
            assert_eq!(double.asked().len(), expected, "{what}");
        }
    }
}

/// Not faster than it is asked to be; how slow the machine is makes no difference.
#[tokio::test]
async fn addresses_are_asked_for_so_many_times_a_second() {
    let double = Double::saying(Say::Json(json!([]))).await;
    let twenty = NonZeroU32::new(20).unwrap();
    let nominatim = Nominatim::new(&double.service(), twenty, double.clock.clone()).unwrap();
    let begin = Instant::now();
    for n in 0..5 {
        nominatim.find(&wanted(&format!("Street {n}"))).await.unwrap();
    }
    assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
    assert_eq!(double.asked().len(), 5);
}
