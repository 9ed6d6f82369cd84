//! What is to be delivered of an order, asked of logistics.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("logistics");
}

use platform_commerce::PostalAddress;
use platform_core::id::OrderLineId;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};

use asked::plan_delivery::PlanDeliveryResult;
use asked::stop_delivery::StopDeliveryResult;
use asked::{Delivery, PlanDelivery, StopDelivery, StopDeliveryInput, StoredAddressInput};

pub use asked::{ParcelInput as Parcel, ParcelItemInput as ParcelItem, PlanDeliveryInput as Plan};

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
