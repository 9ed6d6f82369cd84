//! The slot of a name, if it can be chosen now.

use chrono::TimeDelta;
use logistics_entities::service::Kind;

use super::error::SlotError;
use super::name::SlotName;
use super::window::{Slot, slots};
use crate::app::App;

/// How far ahead slots can be chosen.
pub const AHEAD: TimeDelta = TimeDelta::days(30);

/// Why a slot cannot be chosen, whether it has places left or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpen {
    /// No service has it now.
    Unknown,
    /// It is too late to choose it.
    Closed,
}

/// The slot of a name.
pub async fn find(app: &App, name: SlotName) -> Result<Result<Slot, NotOpen>, SlotError> {
    let zones = app.zones().get().await?;
    let service = zones.service(name.service).filter(|service| service.row.kind == Kind::Slot);
    let Some(service) = service else { return Ok(Err(NotOpen::Unknown)) };
    if name.begins_at > app.now() + AHEAD {
        return Ok(Err(NotOpen::Unknown));
    }
    let Some(slot) = slots(service, name.begins_at, name.begins_at).pop() else {
        return Ok(Err(NotOpen::Unknown));
    };
    if !slot.is_open(app.now()) {
        return Ok(Err(NotOpen::Closed));
    }
    Ok(Ok(slot))
}
