//! Whose roads and whose addresses this installation goes by: those of services for maps that the configuration names, or
//! of the bundled town.

use std::sync::Arc;
use std::time::Duration;

use platform_config::FulfilmentConfig;
use platform_core::{Clock, SystemClock};
use platform_geo::{
    City, CityError, Geocoder, InvalidService, InvalidStraightLine, Nominatim, Osrm, Roads, Service,
    StraightLine,
};

use crate::streets::Streets;

const MS_PER_KMH: f64 = 1.0 / 3.6;

/// Why there are no maps.
#[derive(Debug, thiserror::Error)]
pub enum MapsError {
    #[error("fulfilment.{setting}: {source}")]
    Service { setting: &'static str, source: InvalidService },
    #[error("fulfilment.straight_line_percent, fulfilment.straight_line_kmh: {0}")]
    StraightLine(#[from] InvalidStraightLine),
    #[error("the bundled town cannot be read")]
    City(#[from] &'static CityError),
}

/// Roads and addresses.
pub struct Maps {
    pub roads: Arc<dyn Roads>,
    pub geocoder: Arc<dyn Geocoder>,
}

impl Maps {
    pub fn of(config: &FulfilmentConfig, clock: &Arc<dyn Clock>) -> Result<Self, MapsError> {
        let city = City::bundled()?;
        let service = |url: &str| Service {
            url: url.to_owned(),
            patience: Duration::from_millis(config.maps_timeout_ms),
            contact: config.maps_contact.clone(),
        };
        let of = |setting| move |source| MapsError::Service { setting, source };
        let roads: Arc<dyn Roads> = match config.osrm_url.as_str() {
            "" => Arc::new(Streets::of(city)),
            url => {
                let factor = f64::from(config.straight_line_percent) / 100.0;
                let speed = f64::from(config.straight_line_kmh) * MS_PER_KMH;
                let straight = StraightLine::new(factor, speed)?;
                Arc::new(Osrm::new(&service(url), straight, clock.clone()).map_err(of("osrm_url"))?)
            }
        };
        let geocoder: Arc<dyn Geocoder> = match config.nominatim_url.as_str() {
            "" => Arc::new(city),
            url => {
                let nominatim = Nominatim::new(&service(url), config.nominatim_per_second, clock.clone());
                Arc::new(nominatim.map_err(of("nominatim_url"))?)
            }
        };
        Ok(Self { roads, geocoder })
    }
}

/// Fails where the configuration names services for maps that there cannot be.
pub fn check_maps(config: &FulfilmentConfig) -> Result<(), MapsError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Maps::of(config, &clock).map(drop)
}
