//! What goes to a carrier and comes from it, as JSON. Fields that nobody here knows are left out.

use chrono::{DateTime, Utc};
use platform_commerce::{Money, PostalAddress};
use serde::{Deserialize, Serialize};

use super::super::{Bought, CarrierError, CarrierEvent, LabelOrder, MAX_EVENTS, Parcel};
use super::client::HttpError;

/// The most characters of what a carrier says.
const MAX_WORDS: usize = 300;
const MAX_PLACE: usize = 100;
/// The most characters of a code, a service or an id.
const MAX_ID: usize = 100;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ParcelBody<'a> {
    sender: &'a [String],
    recipient: &'a PostalAddress,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
}

pub(super) fn parcel(parcel: &Parcel) -> ParcelBody<'_> {
    let Parcel { sender, recipient, reference } = parcel;
    ParcelBody { sender, recipient, reference, service: None }
}

pub(super) fn order(order: &LabelOrder) -> ParcelBody<'_> {
    ParcelBody { service: Some(&order.service), ..parcel(&order.parcel) }
}

#[derive(Deserialize)]
pub(super) struct Rates {
    pub rates: Vec<Rate>,
}

#[derive(Deserialize)]
pub(super) struct Rate {
    service: String,
    name: String,
    price: Price,
}

#[derive(Deserialize)]
struct Price {
    /// In major units, such as `5.90`.
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shipment {
    id: String,
    tracking_number: String,
    price: Price,
}

#[derive(Deserialize)]
pub(super) struct Found {
    pub shipments: Vec<Shipment>,
}

#[derive(Deserialize)]
pub(super) struct Events {
    pub events: Vec<Event>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    id: String,
    code: String,
    #[serde(default)]
    description: String,
    place: Option<String>,
    at: DateTime<Utc>,
}

#[derive(Deserialize)]
pub(super) struct Webhook {
    pub data: WebhookData,
}

#[derive(Deserialize)]
pub(super) struct WebhookData {
    /// The carrier's id of the parcel.
    pub shipment: String,
    pub events: Vec<Event>,
}

impl Price {
    fn read(&self) -> Option<Money> {
        let price = Money::parse(&self.amount, self.currency.parse().ok()?).ok()?;
        (!price.is_negative()).then_some(price)
    }
}

impl Rate {
    /// `None` for one that cannot be ordered.
    pub fn read(self) -> Option<super::Rate> {
        let price = self.price.read()?;
        Some(super::Rate { service: id(self.service)?, name: words(&self.name), price })
    }
}

impl Shipment {
    pub fn read(self) -> Result<Bought, CarrierError> {
        let bought = || {
            let price = self.price.read()?;
            Some(Bought { reference: id(self.id)?, tracking_number: id(self.tracking_number)?, price })
        };
        bought().ok_or_else(|| HttpError::Wrong.into())
    }
}

/// The last of them; one without an id, which could not be told from itself, is left out.
pub(super) fn events(told: Vec<Event>) -> Vec<CarrierEvent> {
    let mut events: Vec<CarrierEvent> = told
        .into_iter()
        .filter_map(|event| {
            let place = event.place.map(|place| cut(&place, MAX_PLACE)).filter(|place| !place.is_empty());
            let words = words(&event.description);
            Some(CarrierEvent {
                id: id(event.id)?,
                code: cut(&event.code, MAX_ID),
                words,
                place,
                at: event.at,
            })
        })
        .collect();
    events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    events.split_off(events.len().saturating_sub(MAX_EVENTS))
}

/// What a carrier says, as it may be shown.
pub(super) fn words(text: &str) -> String {
    cut(text, MAX_WORDS)
}

/// One line without what cannot be seen.
fn cut(text: &str, most: usize) -> String {
    let seen: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn id(text: String) -> Option<String> {
    let is_id = (1..=MAX_ID).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    is_id.then_some(text)
}
