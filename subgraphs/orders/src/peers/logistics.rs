//! What is to be delivered of an order, asked of logistics.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("logistics");
}

use platform_commerce::PostalAddress;
use platform_server::{PeerError, Peers};

use asked::plan_delivery::PlanDeliveryResult;
use asked::stop_delivery::StopDeliveryResult;
use asked::{PlanDelivery, StopDelivery, StoredAddressInput};

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

/// What became of a request to stop a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing of it is sent, now or later.
    Stopped,
    /// A parcel has left its seller: all is as it was.
    Underway,
}

/// Stops the delivery of an order that is called off or undone.
pub async fn stop_delivery(peers: &Peers, key: &str) -> Result<Stopped, PeerError> {
    match peers.ask(StopDelivery { key: key.to_owned() }, peers.own()).await? {
        StopDeliveryResult::DeliveryStopped => Ok(Stopped::Stopped),
        StopDeliveryResult::DeliveryUnderway => Ok(Stopped::Underway),
        StopDeliveryResult::Unrecognised => Err(PeerError::unrecognised::<StopDelivery>()),
    }
}
