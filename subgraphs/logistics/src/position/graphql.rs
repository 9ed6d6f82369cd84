//! Reports of positions in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use logistics_entities::RouteId;
use platform_identity::{Policy, Role};
use platform_server::access;

use super::report::report;
use crate::app::App;
use crate::route::courier;

/// Where a van was at a moment.
#[derive(Debug, InputObject)]
pub struct CourierPositionInput {
    /// In degrees north of the equator: -90 to 90.
    pub latitude: f64,
    /// In degrees east of Greenwich: -180 to 180.
    pub longitude: f64,
    /// Where it goes, in degrees clockwise from north: 0 to 360.
    pub heading: Option<f64>,
    /// In metres a second: 0 to 100.
    pub speed: Option<f64>,
    /// When it was there.
    pub recorded_at: DateTime<Utc>,
}

/// Where a van was.
#[derive(Debug, InputObject)]
pub struct ReportPositionInput {
    /// The caller's route, which has started.
    pub route_id: RouteId,
    /// 1 to 100, in any order. Of a second one is kept; what was reported before changes nothing.
    pub positions: Vec<CourierPositionInput>,
}

/// The positions were taken.
#[derive(SimpleObject)]
struct ReportPositionPayload {
    /// How many of them were new.
    accepted: usize,
}

#[derive(Default)]
pub struct PositionMutation;

#[Object]
impl PositionMutation {
    /// Reports where the courier is on the route, for those who wait.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Courier)))]
    async fn report_position(
        &self,
        ctx: &Context<'_>,
        input: ReportPositionInput,
    ) -> Result<Option<ReportPositionPayload>> {
        let app = ctx.data_unchecked::<App>();
        let accepted = report(app, input.route_id, courier(ctx)?, &input.positions).await?;
        Ok(Some(ReportPositionPayload { accepted }))
    }
}
