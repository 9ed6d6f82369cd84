//! A delivery as a hold on the platform's engine.

use chrono::{DateTime, Utc};
use logistics_entities::delivery::{Model, Status};
use platform_database::{Database, Transaction};
use platform_holds::{Holds, NewRow, Transition};
use sea_orm::IntoActiveModel;

use super::error::DeliveryError;
use super::store::{self, DeliveryTable};
use crate::app::App;
use crate::shipment::{self, Calling};
use crate::slot;

/// The deliveries of orders.
pub struct Deliveries<'a>(pub &'a App);

impl Deliveries<'_> {
    /// A key under which nothing is kept.
    pub fn nothing(&self, key: &str) -> Model {
        let now = self.0.now();
        Model {
            key: key.to_owned(),
            order_id: None,
            order_number: None,
            user_id: None,
            guest_id: None,
            status: Status::Released,
            address: None,
            is_located: false,
            latitude: None,
            longitude: None,
            service_id: None,
            service_kind: None,
            service_name: None,
            time_zone: None,
            arrives_from: None,
            arrives_by: None,
            slot_key: None,
            slot_begins_at: None,
            slot_ends_at: None,
            needs_slot: false,
            pick_up_point_id: None,
            parcels: None,
            expires_at: now,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Holds for Deliveries<'_> {
    type Table = DeliveryTable;
    type Error = DeliveryError;

    fn database(&self) -> &Database {
        self.0.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn closed(&self, key: &str) -> NewRow<DeliveryTable> {
        self.nothing(key).into_active_model()
    }

    async fn moved(&self, tx: &Transaction, row: &Model, by: Transition) -> Result<(), DeliveryError> {
        match by {
            Transition::Commit => Ok(()),
            Transition::Release | Transition::Expire | Transition::Return => {
                if let Some(order) = row.order_id
                    && shipment::call_off(tx, self.0, order).await? == Calling::Underway
                {
                    return Err(DeliveryError::Underway);
                }
                free_slot(tx, self.0, row).await?;
                Ok(store::forget(tx, &row.key).await?)
            }
        }
    }
}

/// Gives the place in a slot back that a delivery has, which is not made.
pub async fn free_slot(tx: &Transaction, app: &App, delivery: &Model) -> Result<(), DeliveryError> {
    match &delivery.slot_key {
        Some(key) => Ok(slot::free_place(tx, app, key).await?),
        None => Ok(()),
    }
}
