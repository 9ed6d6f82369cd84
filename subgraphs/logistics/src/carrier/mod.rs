//! Outside carriers: what a carrier can do for the shop, and what it answers. The own couriers are none of these.
//!
//! Invariants: a call never runs inside a database transaction, and what it buys it buys once for its key; what a carrier
//! says is cut to size and cleaned before anything sees it. Deliberately absent: shipments, which `booking` gives to
//! carriers.

mod error;
mod http;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use platform_commerce::{Money, PostalAddress};

pub use error::{CarrierError, WebhookError};
pub use http::SANDBOX_TOKEN;
pub use settings::{SANDBOX, SandboxKeys, check};

/// The most rates that are told of one carrier.
pub const MAX_RATES: usize = 20;
/// The most events that are taken from one answer or webhook: the last of them.
pub const MAX_EVENTS: usize = 200;

/// A parcel as a carrier has to know it.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Lines with name and address.
    pub sender: Vec<String>,
    pub recipient: PostalAddress,
    /// What the shop calls it; it stands on the label.
    pub reference: String,
}

/// What a carrier would bring a parcel for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// As orders name it.
    pub service: String,
    /// As people read it.
    pub name: String,
    pub price: Money,
}

/// A label to be bought.
#[derive(Debug, Clone)]
pub struct LabelOrder {
    /// The same key buys the same label.
    pub key: String,
    /// Of [`Rate::service`].
    pub service: String,
    pub parcel: Parcel,
}

/// A label that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// The carrier's id of the parcel.
    pub reference: String,
    /// What a person reads from it.
    pub tracking_number: String,
    pub price: Money,
}

/// Something that a carrier says happened to a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierEvent {
    /// The carrier's id of it, the same however often it is told.
    pub id: String,
    /// What kind of thing happened, in the carrier's code.
    pub code: String,
    /// What happened, in the carrier's words.
    pub words: String,
    /// Where, as people say it.
    pub place: Option<String>,
    pub at: DateTime<Utc>,
}

/// A webhook that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierWebhook {
    /// The carrier's id of it, the same however often it is delivered.
    pub id: String,
    /// The parcel that it is about, as [`Bought::reference`].
    pub reference: String,
    pub events: Vec<CarrierEvent>,
}

/// Who brings parcels for the shop.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// What it would bring a parcel for; none where it does not go.
    async fn rates(&self, parcel: &Parcel) -> Result<Vec<Rate>, CarrierError>;

    /// Buys a label. The same key gives the same label.
    async fn buy(&self, order: &LabelOrder) -> Result<Bought, CarrierError>;

    /// The label that was bought under a key of [`Self::buy`], for whoever has lost the answer.
    async fn find(&self, key: &str) -> Result<Option<Bought>, CarrierError>;

    /// The label of a parcel, a PDF.
    async fn label(&self, reference: &str) -> Result<Vec<u8>, CarrierError>;

    /// Gives a label back that is not used. One that was given back before is left as it is; a parcel that is under way is
    /// refused.
    async fn cancel(&self, reference: &str) -> Result<(), CarrierError>;

    /// What happened to a parcel, in any order.
    async fn track(&self, reference: &str) -> Result<Vec<CarrierEvent>, CarrierError>;

    /// Believes a webhook or not. `now` bounds the age of its signature.
    fn webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<CarrierWebhook, WebhookError>;
}

/// The carriers of this installation, by name.
#[derive(Default)]
pub struct Carriers(BTreeMap<String, Arc<dyn Carrier>>);

impl Carriers {
    pub fn get(&self, name: &str) -> Result<&dyn Carrier, CarrierError> {
        let carrier = self.0.get(name).map(|carrier| &**carrier);
        carrier.ok_or_else(|| CarrierError::Unknown(name.chars().take(32).collect()))
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &dyn Carrier)> {
        self.0.iter().map(|(name, carrier)| (name.as_str(), &**carrier))
    }
}
