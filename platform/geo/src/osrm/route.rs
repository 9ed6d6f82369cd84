//! One way, by the service `route`.

use serde::Deserialize;

use super::{Answered, MAX_AWAY, sound, written};
use crate::leg::Leg;
use crate::position::Position;
use crate::web::{Answer, NoAnswer, Web};

#[derive(Deserialize)]
struct Response {
    code: String,
    #[serde(default)]
    routes: Vec<Route>,
    #[serde(default)]
    waypoints: Vec<Waypoint>,
}

#[derive(Deserialize)]
struct Route {
    /// In seconds.
    duration: f64,
    /// In metres.
    distance: f64,
    geometry: Geometry,
    #[serde(default)]
    legs: Vec<Part>,
}

#[derive(Deserialize)]
struct Geometry {
    /// Longitude and latitude of each point.
    coordinates: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
struct Part {
    annotation: Option<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    /// Seconds from each point to the next.
    duration: Vec<f64>,
}

/// A place of the roads that is closest to one that was asked for.
#[derive(Deserialize)]
pub(super) struct Waypoint {
    /// In metres from it.
    pub distance: Option<f64>,
}

impl Waypoint {
    pub fn is_off_roads(&self) -> bool {
        self.distance.is_some_and(|away| away > f64::from(MAX_AWAY))
    }
}

pub(super) async fn ask(web: &Web, from: Position, to: Position) -> Result<Answered, NoAnswer> {
    let places = format!("{};{}", written(from), written(to));
    let mut url = web.url(["route", "v1", "driving", &places]);
    url.set_query(Some("overview=full&geometries=geojson&annotations=duration"));
    web.ask(url, answered).await
}

fn answered(answer: Answer<Response>) -> Result<Answered, NoAnswer> {
    let (Answer::Found(response) | Answer::Refused(Some(response))) = answer else {
        return Err(NoAnswer::Wrong);
    };
    match response.code.as_str() {
        "Ok" => {}
        "NoRoute" => return Ok(Answered::NoWay),
        // Of the two nobody says which.
        "NoSegment" => return Ok(Answered::OffRoads { is_begin: false }),
        _ => return Err(NoAnswer::Wrong),
    }
    if let Some(index) = response.waypoints.iter().position(Waypoint::is_off_roads) {
        return Ok(Answered::OffRoads { is_begin: index == 0 });
    }
    let route = response.routes.into_iter().next().ok_or(NoAnswer::Wrong)?;
    Ok(Answered::Way(leg(route)?.into()))
}

fn leg(route: Route) -> Result<Leg, NoAnswer> {
    let points = route.geometry.coordinates.into_iter();
    let points = points.map(|(longitude, latitude)| Position::new(latitude, longitude));
    let points = points.collect::<Result<Vec<_>, _>>().map_err(|_| NoAnswer::Wrong)?;
    let annotated = route.legs.into_iter().next().and_then(|part| part.annotation);
    let steps = annotated.map(|annotation| annotation.duration);
    // Where the seconds of each step are not told, they are as the metres.
    let steps = steps.filter(|steps| steps.len() + 1 == points.len()).unwrap_or_else(|| lengths(&points));
    let reached = reached(&steps, sound(route.duration)?)?;
    Leg::new(points, reached, sound(route.distance)?).map_err(|_| NoAnswer::Wrong)
}

fn lengths(points: &[Position]) -> Vec<f64> {
    points.iter().zip(points.iter().skip(1)).map(|(from, to)| from.distance(*to)).collect()
}

/// After how many of `seconds` each point is reached: turns take time too, which no step has.
fn reached(steps: &[f64], seconds: f64) -> Result<Vec<f64>, NoAnswer> {
    let mut sum = 0.0;
    let mut sums = vec![0.0];
    for step in steps {
        sum += sound(*step)?;
        sums.push(sum);
    }
    let scale = if sum > 0.0 { seconds / sum } else { 0.0 };
    Ok(sums.into_iter().map(|until| until * scale).collect())
}
