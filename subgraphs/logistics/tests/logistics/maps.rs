//! Couriers on the roads of OSRM, to addresses that Nominatim knows: doubles stand for both.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use platform_testkit::TestClient;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{App, City, Crew, builder, dispatcher, one_shipment_to};

const PLAN: &str =
    "mutation { planRoutes(input: {}) { routes { stops { path { latitude longitude } } } left { id } } }";

/// Where every address is: not far from the depot, so that a van comes there before its shift is over.
fn found() -> (f64, f64) {
    let place = platform_geo::City::bundled().unwrap().address(7).unwrap().position;
    (place.latitude(), place.longitude())
}

/// A server with both services: addresses are at one place, roads lead by one other, and each says what its status has it say.
#[derive(Clone)]
struct Maps {
    nominatim: Arc<AtomicU16>,
    osrm: Arc<AtomicU16>,
    searches: Arc<AtomicUsize>,
    url: Arc<str>,
}

impl Maps {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).into();
        let [nominatim, osrm] = [(); 2].map(|()| Arc::new(AtomicU16::new(200)));
        let maps = Self { nominatim, osrm, searches: Arc::default(), url };
        let routes = Router::new()
            .route("/search", get(search))
            .route("/route/v1/driving/{places}", get(route))
            .route("/table/v1/driving/{places}", get(table))
            .with_state(maps.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        maps
    }

    /// The subgraph with these as its maps.
    async fn app(&self) -> App {
        let url = self.url.to_string();
        let change = |config: &mut platform_server::PlatformConfig| {
            config.fulfilment.osrm_url.clone_from(&url);
            config.fulfilment.nominatim_url = url;
            config.fulfilment.nominatim_per_second = std::num::NonZeroU32::new(1_000).unwrap();
        };
        builder().configure(change).start().await
    }
}

fn answer(status: &AtomicU16, body: Value) -> Response {
    match StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap() {
        StatusCode::OK => Json(body).into_response(),
        status => status.into_response(),
    }
}

async fn search(State(maps): State<Maps>) -> Response {
    maps.searches.fetch_add(1, Ordering::SeqCst);
    let (latitude, longitude) = found();
    let place = json!({ "lat": latitude.to_string(), "lon": longitude.to_string(), "place_rank": 30 });
    answer(&maps.nominatim, json!([place]))
}

async fn route(State(maps): State<Maps>, Path(places): Path<String>) -> Response {
    let place = |text: &str| text.split(',').map(|part| part.parse::<f64>().unwrap()).collect::<Vec<_>>();
    let ends: Vec<_> = places.split(';').map(place).collect();
    let line = [ends[0].clone(), vec![7.0, 51.0], ends[1].clone()];
    let way =
        json!({ "duration": 300.0, "distance": 2_000.0, "geometry": { "coordinates": line }, "legs": [] });
    answer(&maps.osrm, json!({ "code": "Ok", "waypoints": [], "routes": [way] }))
}

async fn table(State(maps): State<Maps>, Path(places): Path<String>) -> Response {
    let count = places.split(';').count() / 2;
    let rows = vec![vec![300.0; count]; count];
    let snapped = vec![json!({ "distance": 0.0 }); count];
    let table = json!({
        "code": "Ok", "durations": rows, "distances": rows, "sources": snapped, "destinations": snapped,
    });
    answer(&maps.osrm, table)
}

async fn planned(staff: &TestClient) -> (usize, usize, Value) {
    let answer = staff.execute(PLAN, json!({})).await;
    let count = |list: &str| answer.at(&format!("planRoutes.{list}")).as_array().unwrap().len();
    (count("routes"), count("left"), answer.body.clone())
}

#[tokio::test]
async fn a_route_leads_over_the_roads_of_osrm_to_what_nominatim_has_found() {
    let maps = Maps::start().await;
    let app = maps.app().await;
    Crew::of(&app, 1, 5).await;
    one_shipment_to(&app, City::elsewhere()).await;
    let (routes, left, body) = planned(&dispatcher(&app)).await;
    assert_eq!((routes, left), (1, 0), "{body}");
    let path = &body["data"]["planRoutes"]["routes"][0]["stops"][0]["path"];
    assert_eq!(path[1], json!({ "latitude": 51.0, "longitude": 7.0 }), "{body}");
    let (latitude, longitude) = found();
    assert_eq!(path[2], json!({ "latitude": latitude, "longitude": longitude }));
}

/// What is not looked up yet waits, and is looked up again.
#[tokio::test]
async fn a_delivery_waits_while_nominatim_is_away() {
    let maps = Maps::start().await;
    let app = maps.app().await;
    Crew::of(&app, 1, 5).await;
    one_shipment_to(&app, City::elsewhere()).await;
    let staff = dispatcher(&app);
    maps.nominatim.store(503, Ordering::SeqCst);
    for searches in 1..=2 {
        let (routes, left, body) = planned(&staff).await;
        assert_eq!((routes, left), (0, 1), "{body}");
        assert_eq!(maps.searches.load(Ordering::SeqCst), searches);
    }
    maps.nominatim.store(200, Ordering::SeqCst);
    let (routes, left, body) = planned(&staff).await;
    assert_eq!((routes, left), (1, 0), "{body}");
}

#[tokio::test]
async fn routes_are_planned_on_straight_lines_while_osrm_is_away() {
    let maps = Maps::start().await;
    let app = maps.app().await;
    maps.osrm.store(500, Ordering::SeqCst);
    Crew::of(&app, 1, 5).await;
    one_shipment_to(&app, City::elsewhere()).await;
    let (routes, left, body) = planned(&dispatcher(&app)).await;
    assert_eq!((routes, left), (1, 0), "{body}");
    let path = &body["data"]["planRoutes"]["routes"][0]["stops"][0]["path"];
    assert_eq!(path.as_array().unwrap().len(), 2, "{body}");
}
