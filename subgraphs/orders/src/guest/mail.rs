//! The job that makes a code and has it mailed.

use orders_entities::order_code::Purpose;
use platform_commerce::Market;
use platform_jobs::{Job, JobContext, JobError, JobHandler};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::Code;
use super::store;
use crate::app::App;
use crate::order;
use crate::peers::users::{self, Mail, MailData, MailTemplate};

/// Mails the code of a row.
#[derive(Debug, Serialize, Deserialize)]
pub struct OrderCodeMail {
    /// `None`: nothing to do.
    pub(super) code: Option<Uuid>,
}

impl Job for OrderCodeMail {
    const KIND: &'static str = "orders.code-mail";
    /// Some two hours. A code that has expired meanwhile is not mailed.
    const MAX_ATTEMPTS: u32 = 14;
}

impl JobHandler<OrderCodeMail> for App {
    async fn run(&self, context: JobContext, job: OrderCodeMail) -> Result<(), JobError> {
        send(self, &context, job).await
    }
}

/// Repeated, it makes another code and mails that: the one that was mailed last is good.
async fn send(app: &App, context: &JobContext, job: OrderCodeMail) -> Result<(), JobError> {
    let (database, now) = (app.database(), app.now());
    let Some(id) = job.code else { return Ok(()) };
    let Some(row) = store::find(database, id).await?.filter(|row| row.expires_at > now) else {
        return Ok(());
    };
    let Some(order) = order::find_order(database, row.order_id).await?.filter(|o| o.user_id.is_none()) else {
        return Ok(());
    };
    let Some(email) = &order.email else { return Ok(()) };
    let market: Market = serde_json::from_value(order.market.clone())?;
    let code = Code::from_uuid(app.next_id());
    store::set_hash(database, id, code.hash(order.id, row.purpose)).await?;
    let template = match row.purpose {
        Purpose::Claim => MailTemplate::OrderClaim,
        Purpose::Cancel => MailTemplate::OrderCancellation,
    };
    let code = code.expose();
    let mail = Mail {
        key: format!("orders.code:{id}:{}", context.attempt),
        template,
        to: email.clone(),
        language: market.language.to_string(),
        data: MailData {
            order_number: order.number.clone(),
            code: Some(code),
            order: None,
            parcels: Vec::new(),
        },
    };
    Ok(users::send_mail(app.peers(), mail).await?)
}
