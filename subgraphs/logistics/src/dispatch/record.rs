//! What staff writes down of a shipment that is under way.

use async_graphql::{Enum, InputObject};
use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::tracking_event::Source;
use platform_core::id::{ShipmentId, UserId};
use platform_core::moment;
use platform_text::optional_line;

use crate::app::App;
use crate::route::{RouteError, follow_shipment, lock_route_of};
use crate::shipment::{Changed, Event, Report, ShipmentError, report_in};

const MAX_PLACE: usize = 100;
const MAX_NOTE: usize = 300;
/// How much faster than the shop's a clock may go that says when something happened.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// What happened to a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "ShipmentEventKind")]
pub enum Recorded {
    /// Its seller has packed it.
    Packed,
    /// The carrier took it from its seller.
    HandedOver,
    /// It was seen on its way.
    InTransit,
    /// A courier left with it for the recipient.
    OutForDelivery,
    /// A courier was there and could not deliver it.
    Attempted,
    /// The recipient has it.
    Delivered,
    /// It is back at its seller.
    Returned,
    /// Nobody knows where it is; it may turn up.
    Lost,
}

impl From<Recorded> for Event {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::Packed => Self::Packed,
            Recorded::HandedOver => Self::HandedOver,
            Recorded::InTransit => Self::InTransit,
            Recorded::OutForDelivery => Self::OutForDelivery,
            Recorded::Attempted => Self::Attempted,
            Recorded::Delivered => Self::Delivered,
            Recorded::Returned => Self::Returned,
            Recorded::Lost => Self::Lost,
        }
    }
}

/// Something that happened to a shipment.
#[derive(Debug, InputObject)]
pub struct RecordShipmentEventInput {
    /// To which shipment.
    pub shipment_id: ShipmentId,
    /// What happened.
    pub kind: Recorded,
    /// When it happened; now unless given, not in the future, and not before the shipment was made.
    pub at: Option<DateTime<Utc>>,
    /// Where it happened, as people say it: one line of at most 100 characters. Whoever has the tracking link reads it.
    pub place: Option<String>,
    /// What else there is to say: one line of at most 300 characters, for the buyer and the vendor.
    pub note: Option<String>,
}

/// Writes down what happened to a shipment of whichever vendor. A courier's route that it is on follows.
pub async fn record(
    app: &App,
    input: RecordShipmentEventInput,
    actor: Option<UserId>,
) -> Result<Changed, RouteError> {
    let said = checked(app, &input, actor)?;
    let tx = app.begin().await?;
    let route = lock_route_of(&tx, app, input.shipment_id).await?;
    let changed = report_in(&tx, app, input.shipment_id, said).await?;
    if let (Some(route), Changed::To(shipment)) = (route, &changed) {
        follow_shipment(&tx, app, route, shipment.id, shipment.status).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

fn checked(
    app: &App,
    input: &RecordShipmentEventInput,
    actor: Option<UserId>,
) -> Result<Report, ShipmentError> {
    let at = input.at.map(|at| moment::check("at", at)).transpose()?;
    if at.is_some_and(|at| at > app.now() + SKEW) {
        return Err(ShipmentError::InFuture);
    }
    Ok(Report {
        event: input.kind.into(),
        source: Source::Staff,
        actor,
        place: optional_line("place", input.place.as_deref(), MAX_PLACE)?,
        note: optional_line("note", input.note.as_deref(), MAX_NOTE)?,
        at,
    })
}
