//! Pick-up points as clients see them.

use async_graphql::{ID, Object, Result, SimpleObject};
use logistics_entities::pick_up_point::Model;
use platform_commerce::PostalAddress;
use platform_server::cost;

use super::error::PickUpError;
use super::hours::Hours;
use crate::geo::GeoPosition;
use crate::local_time::{Weekday, Weekdays, written};

/// Where buyers fetch their parcels.
pub struct PickUpPoint(pub Model);

/// Where buyers fetch their parcels.
#[Object]
impl PickUpPoint {
    /// Identifier, by which checkouts and inputs name the point.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// As buyers read it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is; the recipient is its name.
    async fn address(&self) -> Result<PostalAddress> {
        Ok(serde_json::from_value(self.0.address.clone()).map_err(PickUpError::from)?)
    }

    /// Where that is on the map; null where nobody knows.
    async fn position(&self) -> Option<GeoPosition> {
        let (latitude, longitude) = self.0.latitude.zip(self.0.longitude)?;
        GeoPosition::stored(latitude, longitude)
    }

    /// Name of its time zone in the time zone database.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// When it is open.
    #[graphql(directive = cost::list::apply(5))]
    async fn hours(&self) -> Result<Vec<OpeningHours>> {
        let hours: Vec<Hours> = serde_json::from_value(self.0.hours.clone()).map_err(PickUpError::from)?;
        Ok(hours.into_iter().map(Into::into).collect())
    }

    /// Whether buyers can choose it.
    async fn is_active(&self) -> bool {
        self.0.is_active
    }
}

/// Hours of some days of the week in which a point is open.
#[derive(SimpleObject)]
struct OpeningHours {
    /// On which days.
    #[graphql(directive = cost::list::apply(7))]
    weekdays: Vec<Weekday>,
    /// As `HH:MM` in the point's time zone.
    opens: String,
    /// As `HH:MM`; `24:00` is the end of the day.
    closes: String,
}

impl From<Hours> for OpeningHours {
    fn from(hours: Hours) -> Self {
        Self {
            weekdays: Weekdays(hours.weekdays).days(),
            opens: written(hours.opens),
            closes: written(hours.closes),
        }
    }
}
