//! What the sandbox's carrier reads and writes: its side of docs/carriers.md.

use chrono::{DateTime, Utc};
use platform_commerce::PostalAddress;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Service;

/// A parcel that is to be brought.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub service: Option<String>,
    pub sender: Vec<String>,
    pub recipient: PostalAddress,
    pub reference: String,
}

/// Something that happened to a parcel.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    pub id: String,
    pub code: String,
    pub description: String,
    pub place: Option<String>,
    pub at: DateTime<Utc>,
}

pub fn rate(service: &Service) -> Value {
    json!({ "service": service.code, "name": service.name, "price": price(service) })
}

pub fn price(service: &Service) -> Value {
    let amount = format!("{}.{:02}", service.cents / 100, service.cents % 100);
    json!({ "amount": amount, "currency": "EUR" })
}
