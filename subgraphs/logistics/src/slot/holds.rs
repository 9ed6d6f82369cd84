//! A place in a slot as a hold on the platform's engine.

use chrono::{DateTime, Utc};
use logistics_entities::slot_hold::{Model, Status};
use platform_database::{Database, Transaction};
use platform_holds::{Holds, NewRow, Transition, give};
use sea_orm::IntoActiveModel;

use super::error::SlotError;
use super::store::{HoldsOfSlots, Places};
use crate::app::App;

/// The places that are held.
pub struct SlotHolds<'a>(pub &'a App);

impl SlotHolds<'_> {
    /// A key under which nothing is held.
    pub fn nothing(&self, key: &str) -> Model {
        let now = self.0.now();
        Model {
            key: key.to_owned(),
            slot_id: None,
            status: Status::Released,
            holder: None,
            network: None,
            waiting: false,
            expires_at: now,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Holds for SlotHolds<'_> {
    type Table = HoldsOfSlots;
    type Error = SlotError;

    fn database(&self) -> &Database {
        self.0.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn closed(&self, key: &str) -> NewRow<HoldsOfSlots> {
        self.nothing(key).into_active_model()
    }

    async fn moved(&self, tx: &Transaction, row: &Model, by: Transition) -> Result<(), SlotError> {
        match (by, row.slot_id) {
            // A held place is counted already.
            (Transition::Commit, _) | (_, None) => Ok(()),
            (Transition::Release | Transition::Expire | Transition::Return, Some(slot)) => {
                Ok(give::<Places>(tx, slot, 1, self.now()).await?)
            }
        }
    }
}
