//! The mails about a parcel of an order: its courier is on the way with it, or has rung in vain.
//!
//! A job names the parcel as it was at a version, in the transaction that wrote that down; what is not so any more when the job
//! runs is told no more.

use contracts::logistics::ShipmentStatus;
use platform_core::id::{OrderId, ShipmentId};
use platform_database::Transaction;
use platform_jobs::{Job, JobContext, JobError, JobHandler};
use serde::{Deserialize, Serialize};

use super::error::OrderError;
use super::mail::{OrderMail, Told, send};
use super::store;
use crate::app::App;
use crate::peers::users::MailTemplate;

/// What a mail tells of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParcelTold {
    OutForDelivery,
    Attempted,
}

impl ParcelTold {
    /// What of a parcel's new status is told by mail. The rest is told of the whole order.
    pub const fn of(status: ShipmentStatus) -> Option<Self> {
        match status {
            ShipmentStatus::OutForDelivery => Some(Self::OutForDelivery),
            ShipmentStatus::Attempted => Some(Self::Attempted),
            ShipmentStatus::Created
            | ShipmentStatus::Packed
            | ShipmentStatus::HandedOver
            | ShipmentStatus::InTransit
            | ShipmentStatus::Delivered
            | ShipmentStatus::Returned
            | ShipmentStatus::Lost
            | ShipmentStatus::Cancelled => None,
        }
    }

    const fn template(self) -> MailTemplate {
        match self {
            Self::OutForDelivery => MailTemplate::OrderOutForDelivery,
            Self::Attempted => MailTemplate::OrderDeliveryAttempted,
        }
    }
}

/// Mails what became of a parcel.
#[derive(Debug, Serialize, Deserialize)]
pub struct ParcelMail {
    order: OrderId,
    parcel: ShipmentId,
    /// As of which the parcel stood so.
    version: i64,
    told: ParcelTold,
}

impl Job for ParcelMail {
    const KIND: &'static str = "orders.parcel-mail";
    const MAX_ATTEMPTS: u32 = OrderMail::MAX_ATTEMPTS;
}

/// Has it mailed that a parcel of an order came to stand so.
pub async fn announce(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    parcel: ShipmentId,
    version: i64,
    told: ParcelTold,
) -> Result<(), OrderError> {
    app.jobs.enqueue(tx, &ParcelMail { order, parcel, version, told }).await?;
    Ok(())
}

impl JobHandler<ParcelMail> for App {
    async fn run(&self, _: JobContext, job: ParcelMail) -> Result<(), JobError> {
        let ParcelMail { order, parcel, version, told } = job;
        let stands = store::parcel(self.database(), parcel).await?;
        if stands.is_none_or(|row| row.version != version) {
            return Ok(());
        }
        let Some(order) = store::find(self.database(), order).await? else { return Ok(()) };
        let told = Told::of_parcel(told.template(), format!("parcel:{parcel}:{version}"), parcel);
        send(self, &order, told).await
    }
}
