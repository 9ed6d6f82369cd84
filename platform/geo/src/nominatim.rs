//! Addresses as a Nominatim server knows them (<https://nominatim.org/release-docs/latest/api/Search/>).

use std::num::NonZeroU32;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use platform_core::Clock;
use serde::Deserialize;

use crate::geocoder::{Geocoder, GeocoderError, Place, Precision, Wanted};
use crate::position::Position;
use crate::web::{Answer, InvalidService, Kept, NoAnswer, Service, Web};

/// How many addresses are kept, found or not.
const MAX_KEPT: u64 = 10_000;
/// For how long an address that was found is kept.
const FOUND_FOR: TimeDelta = TimeDelta::days(1);
/// For how long it is kept that nobody knows an address: maps grow.
const UNKNOWN_FOR: TimeDelta = TimeDelta::hours(1);

/// A geocoder of a Nominatim server.
pub struct Nominatim {
    web: Web,
    kept: Kept<Wanted, Option<Place>>,
}

/// A place as Nominatim's format `jsonv2` has it.
#[derive(Deserialize)]
struct Found {
    lat: String,
    lon: String,
    /// From 4, a country, to 30, a house.
    place_rank: u8,
}

impl Nominatim {
    /// The server is asked one question at once, and at most so many a second: one is what the public server allows.
    pub fn new(
        service: &Service,
        per_second: NonZeroU32,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InvalidService> {
        let web = Web::new(service, 1, Some(per_second), clock.clone())?;
        Ok(Self { web, kept: Kept::new(MAX_KEPT, clock, |_| 1) })
    }

    async fn ask(&self, wanted: &Wanted) -> Result<Option<Place>, NoAnswer> {
        let mut url = self.web.url(["search"]);
        url.query_pairs_mut().append_pair("format", "jsonv2").append_pair("limit", "1");
        let country = wanted.country.to_lowercase();
        let lines = [
            ("street", &wanted.line1),
            ("city", &wanted.city),
            ("countrycodes", &country),
            ("postalcode", &wanted.postal_code),
        ];
        for (name, line) in lines.into_iter().filter(|(_, line)| !line.is_empty()) {
            url.query_pairs_mut().append_pair(name, line);
        }
        self.web.ask(url, place).await
    }
}

fn place(answer: Answer<Vec<Found>>) -> Result<Option<Place>, NoAnswer> {
    // What the server cannot make sense of is no address that it knows.
    let Answer::Found(found) = answer else { return Ok(None) };
    let Some(found) = found.into_iter().next() else { return Ok(None) };
    let degrees = found.lat.parse().ok().zip(found.lon.parse().ok());
    let position = degrees.and_then(|(latitude, longitude)| Position::new(latitude, longitude).ok());
    let position = position.ok_or(NoAnswer::Wrong)?;
    Ok(precision(found.place_rank).map(|precision| Place { position, precision }))
}

/// By the ranks that Nominatim gives places; what is no more than a town is no address.
const fn precision(rank: u8) -> Option<Precision> {
    match rank {
        28.. => Some(Precision::House),
        26..=27 => Some(Precision::Street),
        20..=25 => Some(Precision::PostalCode),
        _ => None,
    }
}

#[async_trait]
impl Geocoder for Nominatim {
    async fn find(&self, wanted: &Wanted) -> Result<Option<Place>, GeocoderError> {
        if let Some(found) = self.kept.get(wanted) {
            return Ok(found);
        }
        let found = self.ask(wanted).await.map_err(|error| GeocoderError::Unavailable(error.into()))?;
        let age = if found.is_some() { FOUND_FOR } else { UNKNOWN_FOR };
        self.kept.keep(wanted.clone(), found, age);
        Ok(found)
    }
}
