//! The sandbox's webhooks: signed like a real gateway's, delivered by a durable job until they are taken.

use axum::http::HeaderMap;
use platform_database::StoreError;
use platform_jobs::{Job, JobContext};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::charges::{DELAYED, Sandbox};
use crate::gateway::{Gateway, GatewayError, WebhookError, WebhookEvent};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeliverWebhook {
    pub reference: String,
}

impl Job for DeliverWebhook {
    const KIND: &'static str = "payments.sandbox-webhook";
    const MAX_ATTEMPTS: u32 = 30;
}

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("the charge cannot be read")]
    Gateway(#[from] GatewayError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the webhook cannot be signed")]
    Unsigned,
    #[error("the webhook was rejected")]
    Refused(#[from] WebhookError),
}

impl Sandbox {
    /// The signed webhook that says how a charge stands, as the receiving side believes it. Time has passed for a
    /// delayed charge: it is approved first.
    pub async fn webhook(
        &self,
        job: &DeliverWebhook,
        context: &JobContext,
    ) -> Result<WebhookEvent, DeliveryError> {
        let charge = Self::charge(self.platform.database.read(), &job.reference).await?;
        if charge.state == DELAYED {
            self.approve_delayed(&job.reference).await?;
        }
        let (headers, body) = self.signed(job, &context.id.to_string())?;
        Ok(self.verify_webhook(&headers, &body, self.platform.clock.now())?)
    }

    fn signed(&self, job: &DeliverWebhook, id: &str) -> Result<(HeaderMap, Vec<u8>), DeliveryError> {
        let body = json!({ "kind": "charge.updated", "reference": job.reference }).to_string().into_bytes();
        let secret = self.secret.as_ref().ok_or(DeliveryError::Unsigned)?;
        let headers = secret.sign(id, self.platform.clock.now(), &body).ok_or(DeliveryError::Unsigned)?;
        Ok((headers, body))
    }
}
