//! Photos as proof of a delivery: of the place where it was left, or of the recipient's signature.

use logistics_entities::route::Status as RouteStatus;
use logistics_entities::stop::Status;
use platform_core::id::ShipmentId;
use platform_files::{Kind, NewUpload, OpenUpload};
use platform_identity::Identity;

use super::error::RouteError;
use super::store;
use crate::app::App;

/// What an upload of a photo is for; stored with it.
pub const PURPOSE: &str = "logistics.proof";

/// The most bytes of a photo that is sent.
pub const MAX_BYTES: u32 = 5 << 20;

/// Makes an upload for the courier who is on the road with the shipment.
pub async fn create_upload(
    app: &App,
    courier: &Identity,
    shipment: ShipmentId,
) -> Result<OpenUpload, RouteError> {
    let stop = match store::pending_stop(app.database(), shipment).await? {
        Some(stop) => Some(stop),
        None => store::last_stop(app.database(), shipment).await?,
    };
    // Until the route has ended, what was tried in vain may still be delivered.
    let open = stop.filter(|stop| matches!(stop.status, Status::Pending | Status::Attempted));
    let stop = open.ok_or(RouteError::NotOnYourRoute)?;
    let route = store::find(app.database(), stop.route_id).await?;
    let route = route.filter(|route| courier.owns(route.user_id)).ok_or(RouteError::NotOnYourRoute)?;
    if route.status != RouteStatus::Started {
        return Err(RouteError::NotStarted);
    }
    let new = NewUpload { purpose: PURPOSE, subject: shipment.0, kinds: &Kind::ALL, max_bytes: MAX_BYTES };
    Ok(app.proofs().open_upload(courier, new).await?)
}
