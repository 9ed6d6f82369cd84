//! Asking for a code, and showing one.

use chrono::TimeDelta;
use orders_entities::order::{Model, Status};
use orders_entities::order_code::{self, Purpose};
use platform_database::{StoreError, Transaction};
use platform_identity::Caller;
use platform_text::Email;
use uuid::Uuid;

use super::code::Code;
use super::mail::OrderCodeMail;
use super::{GuestError, Guests, store};
use crate::order;
use crate::peers::users;

/// How long a code may be used.
const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// Between two mails for one order and purpose, so that nobody can fill a stranger's mailbox.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Mails for one order and purpose within [`DAY`].
const PER_DAY: u64 = 5;
const DAY: TimeDelta = TimeDelta::days(1);
/// Wrong guesses after which a code is worth nothing.
const MAX_GUESSES: i32 = 5;

/// Which order a code is asked for.
pub struct Wanted<'a> {
    /// As a person typed it.
    pub number: &'a str,
    /// The order's address, where the caller has to know it.
    pub email: Option<&'a Email>,
    pub purpose: Purpose,
}

impl Guests {
    /// Has a code mailed to the order's address, unless the caller's network has asked for too many mails. If there is no such order, or it had a code a moment ago, nothing
    /// differs but the mail.
    #[tracing::instrument(name = "orders.guest.request", skip_all)]
    pub async fn request(&self, caller: &Caller, wanted: Wanted<'_>) -> Result<(), GuestError> {
        // Counted before the order is looked for, so that a refusal tells nothing of it.
        if let Some(retry_after) = users::count_mail(&self.peers, caller).await? {
            return Err(GuestError::TooManyMails { retry_after });
        }
        let tx = self.orders.database.begin().await?;
        let found = match order::parse_number(wanted.number) {
            Some(number) => order::lock_by_number(&tx, &number).await?,
            None => None,
        };
        let code = match found.filter(|order| is_open(order, &wanted)) {
            Some(order) => self.issue(&tx, &order, wanted.purpose).await?,
            None => None,
        };
        // Without a code the job does nothing: a decoy, as costly to enqueue as any other.
        self.jobs.enqueue(&tx, &OrderCodeMail { code }).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn issue(
        &self,
        tx: &Transaction,
        order: &Model,
        purpose: Purpose,
    ) -> Result<Option<Uuid>, StoreError> {
        let now = self.orders.clock.now();
        let lately = store::issued_since(tx, order.id, purpose, now - PAUSE).await?;
        if lately > 0 || store::issued_since(tx, order.id, purpose, now - DAY).await? >= PER_DAY {
            return Ok(None);
        }
        let id = self.orders.ids.next_uuid();
        let row = order_code::Model {
            id,
            order_id: order.id,
            purpose,
            hash: None,
            guesses: 0,
            issued_at: now,
            expires_at: now + LIFETIME,
        };
        store::insert(tx, row).await?;
        Ok(Some(id))
    }

    /// Uses a code up, for an order that is locked in `tx`; false if it is not good, and then the guess is counted.
    /// Commit either way.
    pub(super) async fn redeem(
        &self,
        tx: &Transaction,
        order: &Model,
        purpose: Purpose,
        typed: &str,
    ) -> Result<bool, StoreError> {
        let now = self.orders.clock.now();
        let live = store::live(tx, order.id, purpose, now, MAX_GUESSES).await?;
        let hash = Code::parse(typed).map(|code| code.hash(order.id, purpose));
        if hash.is_some() && live.iter().any(|row| row.hash == hash) {
            store::end_all(tx, order.id, now).await?;
            return Ok(true);
        }
        store::count_guess(tx, order.id, purpose).await?;
        Ok(false)
    }
}

/// Whether the order is a guest's that the purpose still makes sense for.
fn is_open(order: &Model, wanted: &Wanted<'_>) -> bool {
    let known = wanted.email.is_none_or(|email| order.email.as_deref() == Some(email.as_str()));
    let sensible = match wanted.purpose {
        Purpose::Claim => true,
        Purpose::Cancel => !matches!(order.status, Status::Completed | Status::Cancelled | Status::Failed),
    };
    order.user_id.is_none() && order.email.is_some() && known && sensible
}

/// Deletes what no limit counts any more.
pub async fn forget_old(guests: &Guests) -> Result<(), StoreError> {
    store::forget(&guests.orders.database, guests.orders.clock.now() - DAY).await
}
