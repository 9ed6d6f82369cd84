//! Which of the services a buyer has chosen, and whether it can be had.

use async_graphql::Enum;
use logistics_entities::service::Kind;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId, PickUpPointId};

use super::offer::Offered;
use crate::app::App;
use crate::coverage::Arrival;
use crate::slot::{self, InvalidSlotName, NotOpen, SlotError, SlotName};

/// What a buyer has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub service: DeliveryServiceId,
    /// An id that is of no slot is one that no service has.
    pub slot: Option<Result<SlotName, InvalidSlotName>>,
    pub pick_up_point: Option<PickUpPointId>,
}

/// Why what was chosen cannot be had as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "DeliveryProblemCode")]
pub enum Problem {
    /// Nobody delivers there what is in the cart: the place, the weight or the currency is of no service.
    NotDelivered,
    /// The service is none of those that deliver it.
    NotOffered,
    /// The service delivers in slots: choose one.
    SlotNeeded,
    /// The service has no such slot.
    UnknownSlot,
    /// It is too late to choose the slot.
    SlotClosed,
    /// All places of the slot are taken.
    SlotFull,
    /// The buyer fetches it: choose a pick-up point.
    PickUpPointNeeded,
    /// There is no such pick-up point in the zone of the address.
    UnknownPickUpPoint,
}

/// The service that counts, and how it is with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    pub service: Option<DeliveryServiceId>,
    pub arrival: Option<Arrival>,
    pub problem: Option<Problem>,
}

/// What was chosen of the services; the first that needs nothing more chosen where nothing was.
pub async fn choose(app: &App, offered: &[Offered], choice: Option<Choice>) -> Result<Chosen, SlotError> {
    let needs_nothing = |offer: &&Offered| matches!(offer.service.row.kind, Kind::Standard | Kind::SameDay);
    let found = match choice {
        Some(choice) => offered.iter().find(|offer| offer.service.row.id == choice.service),
        None => offered.iter().find(needs_nothing).or(offered.first()),
    };
    let Some(offer) = found else {
        let problem = if offered.is_empty() { Problem::NotDelivered } else { Problem::NotOffered };
        return Ok(Chosen { service: None, arrival: None, problem: Some(problem) });
    };
    let (arrival, problem) = match offer.service.row.kind {
        Kind::Standard | Kind::SameDay => (offer.arrival, None),
        Kind::Slot => in_slot(app, offer, choice.and_then(|choice| choice.slot)).await?,
        Kind::PickUp => {
            let point = choice.and_then(|choice| choice.pick_up_point);
            (offer.arrival, at_point(app, offer.service.row.zone_id, point).await?)
        }
    };
    Ok(Chosen { service: Some(offer.service.row.id), arrival, problem })
}

async fn in_slot(
    app: &App,
    offer: &Offered,
    name: Option<Result<SlotName, InvalidSlotName>>,
) -> Result<(Option<Arrival>, Option<Problem>), SlotError> {
    let Some(name) = name else { return Ok((None, Some(Problem::SlotNeeded))) };
    let Some(name) = name.ok().filter(|name| name.service == offer.service.row.id) else {
        return Ok((None, Some(Problem::UnknownSlot)));
    };
    let slot = match slot::find(app, name).await? {
        Ok(slot) => slot,
        Err(NotOpen::Unknown) => return Ok((None, Some(Problem::UnknownSlot))),
        Err(NotOpen::Closed) => return Ok((None, Some(Problem::SlotClosed))),
    };
    let has_places = slot::has_places(app.database(), &slot).await?;
    let arrival = Arrival { from: slot.begins_at(), by: slot.ends_at };
    Ok((Some(arrival), (!has_places).then_some(Problem::SlotFull)))
}

async fn at_point(
    app: &App,
    zone: DeliveryZoneId,
    point: Option<PickUpPointId>,
) -> Result<Option<Problem>, SlotError> {
    let Some(point) = point else { return Ok(Some(Problem::PickUpPointNeeded)) };
    let (points, zones) = (app.points().get().await?, app.zones().get().await?);
    let is_known = points.iter().any(|known| known.id == point && zones.has_point(zone, known));
    Ok((!is_known).then_some(Problem::UnknownPickUpPoint))
}
