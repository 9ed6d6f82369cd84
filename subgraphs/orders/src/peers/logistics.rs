//! How an order can be delivered, and what is to be delivered of it, asked of logistics.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("logistics");
}

use chrono::{DateTime, Utc};
use platform_commerce::PostalAddress;
use platform_core::id::{DeliveryServiceId, OrderId, OrderLineId, PickUpPointId};
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};

use asked::extend_slot::ExtendSlotResult;
use asked::hold_slot::HoldSlotResult;
use asked::plan_delivery::PlanDeliveryResult;
use asked::stop_delivery::StopDeliveryResult;
use asked::{
    ConfirmSlot, ConfirmSlotInput, Delivery, DeliveryOptions, ExtendSlot, ExtendSlotInput, HoldSlot,
    HoldSlotInput, PlanDelivery, ReleaseSlot, ReleaseSlotInput, StopDelivery, StopDeliveryInput,
    StoredAddressInput, TrackingLinks,
};

use super::catalog::{Extended, Holder};

#[cfg(test)]
pub use asked::delivery_options::ParcelFee;
pub use asked::delivery_options::{DeliveryOption, DeliveryOptions as Options};
pub use asked::tracking_links::TrackingLink;
pub use asked::{
    ChosenServiceInput as PlannedService, DeliveryAddressInput as DeliveryAddress,
    DeliveryChoiceInput as Wish, DeliveryOptionsInput as Load, ParcelInput as Parcel,
    ParcelItemInput as ParcelItem, ParcelLoadInput as ParcelLoad, PlanDeliveryInput as Plan,
};

/// How a service delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "DeliveryKind")]
pub enum DeliveryKind {
    /// To the door, some days after the order.
    Standard,
    /// To the door, on the day of the order where it is placed before the cut-off time.
    SameDay,
    /// To the door, in the hours that the buyer chooses.
    Slot,
    /// To a point where the buyer fetches it.
    PickUp,
}

/// Why an order cannot be delivered as it was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "DeliveryProblemCode")]
pub enum DeliveryProblem {
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

/// What a buyer has chosen, as it is sent and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryChoice {
    pub service_id: DeliveryServiceId,
    pub slot_id: Option<String>,
    pub pick_up_point_id: Option<PickUpPointId>,
}

impl From<&DeliveryChoice> for Wish {
    fn from(choice: &DeliveryChoice) -> Self {
        let DeliveryChoice { service_id, slot_id, pick_up_point_id } = choice.clone();
        Self { service_id, slot_id, pick_up_point_id }
    }
}

/// How a cart can be delivered, and how it is with what was chosen.
pub async fn delivery_options(peers: &Peers, caller: &Caller, input: Load) -> Result<Options, PeerError> {
    peers.ask(DeliveryOptions { input }, caller).await
}

/// By what the parcels of an order are followed: for its buyer alone.
pub async fn tracking_links(peers: &Peers, order: OrderId) -> Result<Vec<TrackingLink>, PeerError> {
    peers.ask(TrackingLinks { order_id: order }, peers.own()).await
}

/// What became of a request to hold a place in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotHold {
    Held,
    Full,
    NotOpen {
        is_closed: bool,
    },
    /// The key's hold ended before.
    Closed,
}

pub async fn hold_slot(
    peers: &Peers,
    key: &str,
    slot: &str,
    holder: &Holder,
    expires_at: DateTime<Utc>,
) -> Result<SlotHold, PeerError> {
    let input = HoldSlotInput {
        key: key.to_owned(),
        slot_id: slot.to_owned(),
        expires_at,
        holder: holder.name.clone(),
        network: holder.network(),
    };
    match peers.ask(HoldSlot { input }, peers.own()).await? {
        HoldSlotResult::SlotPlaceHeld => Ok(SlotHold::Held),
        HoldSlotResult::SlotFull => Ok(SlotHold::Full),
        HoldSlotResult::SlotNotOpen(slot) => Ok(SlotHold::NotOpen { is_closed: slot.is_closed }),
        HoldSlotResult::SlotHoldClosed => Ok(SlotHold::Closed),
        HoldSlotResult::Unrecognised => Err(PeerError::unrecognised::<HoldSlot>()),
    }
}

/// Holds a place longer, while a payment waits for its customer.
pub async fn extend_slot(peers: &Peers, key: &str, expires_at: DateTime<Utc>) -> Result<Extended, PeerError> {
    let input = ExtendSlotInput { key: key.to_owned(), expires_at };
    match peers.ask(ExtendSlot { input }, peers.own()).await? {
        ExtendSlotResult::SlotPlaceHeld => Ok(Extended::Held),
        ExtendSlotResult::SlotHoldLimitReached => Ok(Extended::LimitReached),
        ExtendSlotResult::SlotHoldClosed => Ok(Extended::Closed),
        ExtendSlotResult::Unrecognised => Err(PeerError::unrecognised::<ExtendSlot>()),
    }
}

pub async fn release_slot(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let input = ReleaseSlotInput { key: key.to_owned() };
    peers.ask(ReleaseSlot { input }, peers.own()).await.map(drop)
}

/// Makes the held place the order's; where it fell to others, logistics has the buyer choose another.
pub async fn confirm_slot(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let input = ConfirmSlotInput { key: key.to_owned() };
    peers.ask(ConfirmSlot { input }, peers.own()).await.map(drop)
}

/// An address as it is kept with a delivery.
pub fn stored(address: PostalAddress) -> StoredAddressInput {
    let PostalAddress { recipient, company, line1, line2, city, region, postal_code, country, phone } =
        address;
    StoredAddressInput { recipient, company, line1, line2, city, region, postal_code, country, phone }
}

/// Whether a delivery is kept; false if its key was closed before.
pub async fn plan_delivery(peers: &Peers, input: Plan) -> Result<bool, PeerError> {
    match peers.ask(PlanDelivery { input }, peers.own()).await? {
        PlanDeliveryResult::DeliveryPlanned => Ok(true),
        PlanDeliveryResult::DeliveryClosed => Ok(false),
        PlanDeliveryResult::Unrecognised => Err(PeerError::unrecognised::<PlanDelivery>()),
    }
}

/// Whether a parcel of a delivery has left its seller, so that it is not stopped any more. Nothing has of one that nobody
/// knows.
pub async fn has_left(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    let delivery = peers.ask(Delivery { key: key.to_owned() }, peers.own()).await?;
    Ok(delivery.is_some_and(|delivery| delivery.has_left))
}

/// Pieces of a line that have left their seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipped {
    pub line: OrderLineId,
    pub quantity: i32,
}

/// What became of a request to stop a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing of it is sent, now or later.
    Stopped,
    /// A parcel has left its seller. These pieces have: told where the rest was to be called off.
    Underway(Vec<Shipped>),
}

/// Stops the delivery of an order that is called off, was given back or is undone; where something has left, all goes on, or
/// with `rest` what has left.
pub async fn stop_delivery(peers: &Peers, key: &str, rest: bool) -> Result<Stopped, PeerError> {
    let input = StopDeliveryInput { key: key.to_owned(), rest };
    match peers.ask(StopDelivery { input }, peers.own()).await? {
        StopDeliveryResult::DeliveryStopped => Ok(Stopped::Stopped),
        StopDeliveryResult::DeliveryUnderway(underway) => {
            let pieces = underway.shipped.into_iter();
            let pieces = pieces.map(|pieces| Shipped { line: pieces.line_id, quantity: pieces.quantity });
            Ok(Stopped::Underway(pieces.collect()))
        }
        StopDeliveryResult::Unrecognised => Err(PeerError::unrecognised::<StopDelivery>()),
    }
}
