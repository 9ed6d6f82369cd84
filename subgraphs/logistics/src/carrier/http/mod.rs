//! A carrier that speaks the HTTP API of docs/carriers.md.

mod client;
mod wire;

use async_trait::async_trait;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use platform_webhooks::Secret;
use reqwest::Method;

pub use client::{Credential, HttpError, SANDBOX_TOKEN};

use super::{
    Bought, Carrier, CarrierError, CarrierEvent, CarrierWebhook, LabelOrder, MAX_RATES, Parcel, Rate,
    WebhookError,
};
use client::Client;

/// The largest answer, but for labels.
const MAX_JSON: usize = 1 << 20;
/// The largest label.
const MAX_LABEL: usize = 4 << 20;
/// What a PDF begins with.
const PDF: &[u8] = b"%PDF-";

/// A carrier behind a URL.
pub struct HttpCarrier {
    client: Client,
    webhooks: Option<Secret>,
}

impl HttpCarrier {
    /// `credential` goes with each request; without `webhooks` no webhook is believed.
    pub fn new(
        url: &str,
        credential: Option<Credential>,
        webhooks: Option<Secret>,
    ) -> Result<Self, HttpError> {
        Ok(Self { client: Client::new(url, credential)?, webhooks })
    }
}

#[async_trait]
impl Carrier for HttpCarrier {
    async fn rates(&self, parcel: &Parcel) -> Result<Vec<Rate>, CarrierError> {
        let request = self.client.request(Method::POST, ["rates"]).json(&wire::parcel(parcel));
        let answer: wire::Rates = self.client.ask(request, MAX_JSON).await?;
        Ok(answer.rates.into_iter().take(MAX_RATES).filter_map(wire::Rate::read).collect())
    }

    async fn buy(&self, order: &LabelOrder) -> Result<Bought, CarrierError> {
        let request = self.client.request(Method::POST, ["shipments"]);
        let request = request.header("idempotency-key", &order.key).json(&wire::order(order));
        let answer: wire::Shipment = self.client.ask(request, MAX_JSON).await?;
        answer.read()
    }

    async fn find(&self, key: &str) -> Result<Option<Bought>, CarrierError> {
        let request = self.client.look_up("shipments", "key", key);
        let answer: wire::Found = self.client.ask(request, MAX_JSON).await?;
        answer.shipments.into_iter().next().map(wire::Shipment::read).transpose()
    }

    async fn label(&self, reference: &str) -> Result<Vec<u8>, CarrierError> {
        let request = self.client.request(Method::GET, ["shipments", reference, "label"]);
        let label = self.client.bytes(request, MAX_LABEL).await?;
        if label.starts_with(PDF) { Ok(label) } else { Err(HttpError::NoPdf.into()) }
    }

    async fn cancel(&self, reference: &str) -> Result<(), CarrierError> {
        let request = self.client.request(Method::DELETE, ["shipments", reference]);
        self.client.bytes(request, MAX_JSON).await.map(drop)
    }

    async fn track(&self, reference: &str) -> Result<Vec<CarrierEvent>, CarrierError> {
        let request = self.client.request(Method::GET, ["shipments", reference, "events"]);
        let answer: wire::Events = self.client.ask(request, MAX_JSON).await?;
        Ok(wire::events(answer.events))
    }

    fn webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<CarrierWebhook, WebhookError> {
        let secret = self.webhooks.as_ref().ok_or(WebhookError::NotSetUp)?;
        let id = secret.verify(headers, body, now)?.to_owned();
        let told: wire::Webhook = serde_json::from_slice(body).map_err(WebhookError::Malformed)?;
        Ok(CarrierWebhook { id, reference: told.data.shipment, events: wire::events(told.data.events) })
    }
}
