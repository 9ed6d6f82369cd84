//! Which pick-up points are close to a place.

use logistics_entities::pick_up_point::Model;
use platform_geo::Position;

/// The most points that are listed at once.
pub const MAX_LISTED: i32 = 50;

/// The points of a country, or of all, the closest to a place first; those whose place nobody knows last, and by their names
/// where there is no place to be close to.
pub fn closest<'a>(
    points: &'a [Model],
    country: Option<&str>,
    at: Option<Position>,
    count: usize,
) -> Vec<&'a Model> {
    let mut found: Vec<(f64, &Model)> = points
        .iter()
        .filter(|point| country.is_none_or(|country| point.country == country))
        .map(|point| (meters(point, at), point))
        .collect();
    found.sort_by(|(a, one), (b, other)| a.total_cmp(b).then_with(|| one.name.cmp(&other.name)));
    found.into_iter().take(count).map(|(_, point)| point).collect()
}

fn meters(point: &Model, at: Option<Position>) -> f64 {
    let place = point.latitude.zip(point.longitude);
    let place = place.and_then(|(latitude, longitude)| Position::from_micro(latitude, longitude).ok());
    place.zip(at).map_or(f64::INFINITY, |(place, at)| place.distance(at))
}
