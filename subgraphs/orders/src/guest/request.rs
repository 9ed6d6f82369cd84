//! Asking for a code. It is mailed to the order's address whoever asks, so what is limited is how often: for one network, so
//! that nobody uses up what another may ask for, and in all, so that nobody fills the mailbox from many. Past the limit in
//! all a code is made when none is good any more; the address then has one that is good, or gets one.

use std::time::Duration;

use chrono::TimeDelta;
use orders_entities::order::{Model, Status};
use orders_entities::order_code::{self, Purpose};
use platform_database::{StoreError, Transaction};
use platform_identity::Caller;
use platform_jobs::{JobContext, JobError, RecurringJob};
use platform_text::Email;
use uuid::Uuid;

use super::guess::asker;
use super::mail::OrderCodeMail;
use super::{GuestError, store};
use crate::app::App;
use crate::order::{self, has_left};
use crate::peers::users;

/// How long a code may be used.
const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// Between two mails for one order and purpose, so that nobody can fill a stranger's mailbox.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Mails for one order and purpose within [`DAY`] that one network asks for.
const OF_NETWORK: usize = 5;
/// The same of all networks, from which on only one is good at a time.
const IN_ALL: usize = 10;
const DAY: TimeDelta = TimeDelta::days(1);

/// Which order a code is asked for.
pub struct Wanted<'a> {
    /// As a person typed it.
    pub number: &'a str,
    /// The order's address, where the caller has to know it.
    pub email: Option<&'a Email>,
    pub purpose: Purpose,
}

/// Has a code mailed to the order's address, unless the caller's network has asked for too many mails. If there is no
/// such order, or enough codes of it were asked for, nothing differs but the mail.
#[tracing::instrument(name = "orders.guest.request", skip_all)]
pub async fn request(app: &App, caller: &Caller, wanted: Wanted<'_>) -> Result<(), GuestError> {
    // Counted before the order is looked for, so that a refusal tells nothing of it.
    if let Some(retry_after) = users::count_mail(app.peers(), caller).await? {
        return Err(GuestError::TooManyMails { retry_after });
    }
    let tx = app.begin().await?;
    let found = match order::parse_number(wanted.number) {
        Some(number) => order::lock_by_number(&tx, &number).await?,
        None => None,
    };
    let code = match found.filter(|order| is_open(order, &wanted)) {
        Some(order) => issue(&tx, app, caller, &order, wanted.purpose).await?,
        None => None,
    };
    // Without a code the job does nothing: a decoy, as costly to enqueue as any other.
    app.jobs.enqueue(&tx, &OrderCodeMail { code }).await?;
    tx.commit().await?;
    Ok(())
}

async fn issue(
    tx: &Transaction,
    app: &App,
    caller: &Caller,
    order: &Model,
    purpose: Purpose,
) -> Result<Option<Uuid>, StoreError> {
    let (now, asker) = (app.now(), asker(order.id, caller));
    let of_today = store::issued_since(tx, order.id, purpose, now - DAY).await?;
    let since = |time| of_today.iter().any(|code| code.issued_at > time);
    let own = of_today.iter().filter(|code| code.asker.as_ref() == Some(&asker)).count();
    if since(now - PAUSE) || own >= OF_NETWORK || of_today.len() >= IN_ALL && since(now - LIFETIME) {
        return Ok(None);
    }
    let id = app.next_id();
    let row = order_code::Model {
        id,
        order_id: order.id,
        purpose,
        hash: None,
        guesses: 0,
        asker: Some(asker),
        issued_at: now,
        expires_at: now + LIFETIME,
    };
    store::insert(tx, row).await?;
    Ok(Some(id))
}

/// Whether the order is a guest's that the purpose still makes sense for.
fn is_open(order: &Model, wanted: &Wanted<'_>) -> bool {
    let known = wanted.email.is_none_or(|email| order.email.as_deref() == Some(email.as_str()));
    let sensible = match wanted.purpose {
        Purpose::Claim => true,
        Purpose::Cancel => {
            !has_left(order.status) && !matches!(order.status, Status::Cancelled | Status::Failed)
        }
    };
    order.user_id.is_none() && order.email.is_some() && known && sensible
}

/// Deletes the codes that no limit counts any more.
pub struct ForgetCodes(pub App);

impl RecurringJob for ForgetCodes {
    const NAME: &'static str = "orders.codes";
    const EVERY: Duration = Duration::from_secs(3_600);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(store::forget(self.0.database(), self.0.now() - DAY).await?)
    }
}
