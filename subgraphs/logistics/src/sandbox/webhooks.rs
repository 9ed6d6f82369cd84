//! The sandbox's webhooks: signed as any carrier's are, delivered by a durable job to where any carrier's come in.

use platform_jobs::{Job, JobContext, JobError, JobHandler};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{books, store};
use crate::app::App;
use crate::booking::{ReceiveError, receive};
use crate::carrier::{SANDBOX, SandboxKeys};

/// Tells what has happened to a parcel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SandboxWebhook {
    pub reference: String,
}

impl Job for SandboxWebhook {
    const KIND: &'static str = "logistics.sandbox-webhook";
    const MAX_ATTEMPTS: u32 = 20;
}

impl JobHandler<SandboxWebhook> for App {
    async fn run(&self, context: JobContext, job: SandboxWebhook) -> Result<(), JobError> {
        let Some(row) = store::find(self.database(), &job.reference).await? else { return Ok(()) };
        let now = self.now();
        let data = json!({ "shipment": row.reference, "events": books::events(&row, now) });
        let body = json!({ "type": "shipment.updated", "timestamp": now, "data": data }).to_string();
        let keys = SandboxKeys::of(&self.url_key);
        let id = format!("{}.{}", context.id, context.attempt);
        let headers = keys.webhooks.sign(&id, now, body.as_bytes());
        let headers = headers.ok_or_else(|| JobError::reject("the webhook cannot be signed"))?;
        match receive(self, SANDBOX, &headers, body.as_bytes()).await {
            // Another installation has bought the label: it asks for what happened.
            Ok(()) | Err(ReceiveError::NoCarrier(_) | ReceiveError::NoParcel) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
