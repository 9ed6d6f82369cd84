//! Pick-up points in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use platform_core::id::PickUpPointId;
use platform_identity::Scope;
use platform_server::{access, cost};

use super::closest::{MAX_LISTED, closest};
use super::error::PickUpError;

use super::set_point::set_point;
use super::view::PickUpPoint;
use crate::address::{Address, DeliveryAddressInput};
use crate::app::App;
use crate::geo::GeoPositionInput;
use crate::local_time::Weekday;

#[derive(Default)]
pub struct PickUpQuery;

#[Object]
impl PickUpQuery {
    /// Points in use where parcels can be fetched, the closest to the address first, in its country; all by their names
    /// without one.
    #[graphql(directive = access::public::apply(), directive = cost::list::apply(20))]
    async fn pick_up_points(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To which address they shall be close.")] near: Option<DeliveryAddressInput>,
        #[graphql(default = 20, desc = "How many at most: 1 to 50.")] first: i32,
    ) -> Result<Option<Vec<PickUpPoint>>> {
        let count = usize::try_from(first).ok().filter(|_| (1..=MAX_LISTED).contains(&first));
        let count = count.ok_or(PickUpError::InvalidCount)?;
        let app = ctx.data_unchecked::<App>();
        let near = near.map(Address::try_from).transpose().map_err(PickUpError::from)?;
        let at = match &near {
            Some(address) => address.position(app.geocoder()).await,
            None => None,
        };
        let points = app.points().get().await.map_err(PickUpError::from)?;
        let country = near.as_ref().map(|address| address.country.as_str());
        let found = closest(&points, country, at, count);
        Ok(Some(found.into_iter().cloned().map(PickUpPoint).collect()))
    }

    /// The pick-up point with this id, in use or not; null if there is none.
    #[graphql(directive = access::public::apply())]
    async fn pick_up_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `PickUpPoint.id`.")] id: PickUpPointId,
    ) -> Result<Option<PickUpPoint>> {
        let found = super::find(ctx.data_unchecked::<App>().database(), id).await;
        Ok(found.map_err(PickUpError::from)?.map(PickUpPoint))
    }
}

/// Where a pick-up point is.
#[derive(Debug, InputObject)]
pub struct PickUpAddressInput {
    /// Street and number.
    pub line1: String,
    /// More of the address, such as the shop that it is in.
    pub line2: Option<String>,
    /// Town or city.
    pub city: String,
    /// State, province or prefecture.
    pub region: Option<String>,
    /// As the country writes it.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Hours of some days of the week in which a point is open.
#[derive(Debug, InputObject)]
pub struct OpeningHoursInput {
    /// On which days, at least one.
    pub weekdays: Vec<Weekday>,
    /// As `HH:MM` in the point's time zone.
    pub opens: String,
    /// As `HH:MM`, after the opening; `24:00` is the end of the day.
    pub closes: String,
}

/// A pick-up point as it shall be.
#[derive(Debug, InputObject)]
pub struct SetPickUpPointInput {
    /// The point to change; a new one is made unless given.
    pub id: Option<PickUpPointId>,
    /// As buyers read it: one line of at most 100 characters.
    pub name: String,
    /// Where it is.
    pub address: PickUpAddressInput,
    /// Where that is on the map; looked up unless given.
    pub position: Option<GeoPositionInput>,
    /// Name of its time zone in the time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
    /// When it is open.
    pub hours: Vec<OpeningHoursInput>,
    /// Whether buyers can choose it.
    #[graphql(default = true)]
    pub is_active: bool,
}

/// The pick-up point was stored.
#[derive(SimpleObject)]
struct PickUpPointPayload {
    /// The point as it is now.
    pick_up_point: PickUpPoint,
}

#[derive(Default)]
pub struct PickUpMutation;

#[Object]
impl PickUpMutation {
    /// Makes a pick-up point, or writes one anew. What is on its way there stays so.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn set_pick_up_point(
        &self,
        ctx: &Context<'_>,
        input: SetPickUpPointInput,
    ) -> Result<Option<PickUpPointPayload>> {
        let point = set_point(ctx.data_unchecked::<App>(), input).await?;
        Ok(Some(PickUpPointPayload { pick_up_point: PickUpPoint(point) }))
    }
}
