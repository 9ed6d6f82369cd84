//! Keeps what is to be delivered of an order, once for its key.

use logistics_entities::delivery::{Model, Status};
use platform_holds::{Opened, check, open, stands};
use sea_orm::IntoActiveModel;

use super::error::DeliveryError;
use super::holds::Deliveries;
use super::internal::PlanDeliveryInput;
use super::parcel::{MAX_PARCELS, Parcel};
use super::service::by_service;
use super::store::DeliveryTable;
use crate::app::App;

/// What became of a request to keep a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planned {
    Kept,
    /// The key was closed before: its order was called off.
    Closed,
}

/// Keeps a delivery. Nothing limited is held for it, so it stands until it is stopped.
pub async fn plan(app: &App, input: PlanDeliveryInput) -> Result<Planned, DeliveryError> {
    if !(1..=MAX_PARCELS).contains(&input.parcels.len()) || !input.parcels.iter().all(Parcel::is_filled) {
        return Err(DeliveryError::InvalidParcels);
    }
    let deliveries = Deliveries(app);
    if let Some(known) = check(&deliveries, &input.key, input.expires_at).await? {
        return again(&known, &input);
    }
    let row = Model {
        order_id: Some(input.order_id),
        order_number: Some(input.order_number.clone()),
        user_id: input.user_id,
        guest_id: input.guest_id.clone(),
        status: Status::Committed,
        address: Some(serde_json::to_value(&input.address)?),
        parcels: Some(serde_json::to_value(&input.parcels)?),
        expires_at: input.expires_at,
        ..deliveries.nothing(&input.key)
    };
    let row = match &input.service {
        Some(service) => by_service(app, row, service, &input.address).await?,
        None => row,
    };
    match open(&deliveries, &input.key, row.into_active_model()).await? {
        Opened::New(tx) => {
            tx.commit().await?;
            Ok(Planned::Kept)
        }
        Opened::Known(known) => again(&known, &input),
    }
}

/// The answer to a key that is known already.
fn again(known: &Model, input: &PlanDeliveryInput) -> Result<Planned, DeliveryError> {
    let is_same = known.order_id.map(|order| order == input.order_id);
    match stands::<DeliveryTable>(known, is_same)? {
        true => Ok(Planned::Kept),
        false => Ok(Planned::Closed),
    }
}
