//! Uses of coupons: held for a checkout, then committed or given back; each idempotent by its caller's key.

use std::collections::BTreeSet;

use catalog_entities::{HoldStatus, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_database::Violation;
use platform_server::Platform;
use platform_text::{find_control, token};
use sea_orm::ConnectionTrait;

use super::rules::{Rejection, Terms};
use super::{CouponError, store, terms};
use crate::holds::Holder;

/// How many expired holds one sweep ends.
const SWEEP: u64 = 200;
/// A taken ordinal makes the insert start over; more often than this means a defect.
const ATTEMPTS: usize = 3;

#[derive(Debug, Clone, PartialEq)]
pub enum UseOutcome {
    Reserved {
        coupon_id: CouponId,
        code: String,
        expires_at: DateTime<Utc>,
    },
    Rejected(Rejection),
    /// The key's use ended before.
    Closed(HoldStatus),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct CouponUses {
    pub(super) platform: Platform,
}

enum Attempt {
    Done(UseOutcome),
    OrdinalTaken,
}

impl CouponUses {
    pub fn new(platform: Platform) -> Self {
        Self { platform }
    }

    /// The coupon with this code, whatever its spelling.
    pub async fn by_code(
        &self,
        connection: &impl ConnectionTrait,
        code: &str,
    ) -> Result<Option<Terms>, CouponError> {
        if find_control(code).is_some() {
            return Ok(None);
        }
        store::find_by_code(connection, code).await?.map(terms).transpose()
    }

    /// Why a user cannot use the coupon now; `Ok` is no promise for later.
    pub async fn usable(
        &self,
        connection: &impl ConnectionTrait,
        terms: &Terms,
        user: Option<UserId>,
    ) -> Result<Result<(), Rejection>, CouponError> {
        if let Err(rejection) = terms.open_at(self.platform.clock.now(), user.is_some()) {
            return Ok(Err(rejection));
        }
        if let (Some(limit), Some(user)) = (terms.per_user_limit, user) {
            let taken = store::ordinals(connection, terms.id, user).await?;
            if free_ordinal(&taken, limit).is_none() {
                return Ok(Err(Rejection::UsedUpByUser));
            }
        }
        Ok(Ok(()))
    }

    /// Holds one use of a coupon.
    pub async fn reserve(
        &self,
        key: &str,
        code: &str,
        user: Option<UserId>,
        holder: Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<UseOutcome, CouponError> {
        token("key", key, 1..=200)?;
        let read = self.platform.database.read();
        let found = self.by_code(read, code).await?;
        if let Some(known) = store::find(read, key).await? {
            return answer_again(known, found.as_ref(), user);
        }
        if expires_at <= self.platform.clock.now() {
            return Err(CouponError::ExpiryInPast);
        }
        let Some(terms) = found else { return Ok(UseOutcome::Rejected(Rejection::Unknown)) };
        // Refused here, a use does not queue for the coupon's row; what this lets pass is decided below.
        if let Err(rejection) = self.usable(read, &terms, user).await? {
            return Ok(UseOutcome::Rejected(rejection));
        }
        for _ in 0..ATTEMPTS {
            if let Attempt::Done(outcome) = self.try_reserve(key, &terms, user, &holder, expires_at).await? {
                return Ok(outcome);
            }
        }
        Ok(UseOutcome::Rejected(Rejection::UsedUpByUser))
    }

    async fn try_reserve(
        &self,
        key: &str,
        terms: &Terms,
        user: Option<UserId>,
        holder: &Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<Attempt, CouponError> {
        let tx = self.platform.database.begin().await?;
        if !store::count_use(&tx, terms.id).await? {
            tx.rollback().await?;
            // The same key may have taken the last use a moment ago.
            return Ok(Attempt::Done(match store::find(self.platform.database.read(), key).await? {
                Some(known) => answer_again(known, Some(terms), user)?,
                None => UseOutcome::Rejected(Rejection::Exhausted),
            }));
        }
        let ordinal = match (terms.per_user_limit, user) {
            (Some(limit), Some(user)) => {
                let Some(free) = free_ordinal(&store::ordinals(&*tx, terms.id, user).await?, limit) else {
                    tx.rollback().await?;
                    return Ok(Attempt::Done(UseOutcome::Rejected(Rejection::UsedUpByUser)));
                };
                Some(free)
            }
            _ => None,
        };
        let row = coupon_use::Model {
            id: self.platform.ids.next_uuid(),
            key: key.to_owned(),
            coupon_id: Some(terms.id),
            user_id: user,
            ordinal,
            status: HoldStatus::Held,
            expires_at,
            created_at: self.platform.clock.now(),
            holder: holder.name.clone(),
            network: holder.network.clone(),
            waiting: false,
        };
        match store::insert_unless_known(&tx, &row).await {
            Ok(true) => {
                tx.commit().await?;
                Ok(Attempt::Done(reserved(terms, &row)))
            }
            Ok(false) => {
                tx.rollback().await?;
                let known =
                    store::find(self.platform.database.read(), key).await?.ok_or(CouponError::UnknownUse)?;
                answer_again(known, Some(terms), user).map(Attempt::Done)
            }
            Err(error) if error.is_unique_violation() => {
                tx.rollback().await?;
                Ok(Attempt::OrdinalTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a held use final; returns the status after it.
    pub async fn commit(&self, key: &str) -> Result<HoldStatus, CouponError> {
        self.end(key, &[HoldStatus::Held], HoldStatus::Committed).await
    }

    /// Gives a held or committed use back; returns the status after it. Closes an unknown key.
    pub async fn release(&self, key: &str) -> Result<HoldStatus, CouponError> {
        let live = [HoldStatus::Held, HoldStatus::Committed];
        match self.end(key, &live, HoldStatus::Released).await {
            Err(CouponError::UnknownUse) => {
                let now = self.platform.clock.now();
                let closed = coupon_use::Model {
                    id: self.platform.ids.next_uuid(),
                    key: key.to_owned(),
                    coupon_id: None,
                    user_id: None,
                    ordinal: None,
                    status: HoldStatus::Released,
                    expires_at: now,
                    created_at: now,
                    holder: None,
                    network: None,
                    waiting: false,
                };
                let tx = self.platform.database.begin().await?;
                if store::insert_unless_known(&tx, &closed).await? {
                    tx.commit().await?;
                    return Ok(HoldStatus::Released);
                }
                // The use arrived meanwhile.
                tx.rollback().await?;
                self.end(key, &live, HoldStatus::Released).await
            }
            other => other,
        }
    }

    /// Ends holds that have lapsed; returns how many.
    pub async fn expire(&self) -> Result<u64, CouponError> {
        let now = self.platform.clock.now();
        let mut ended = 0;
        for key in store::lapsed(&self.platform.database, now, SWEEP).await? {
            ended += u64::from(
                self.end(&key, &[HoldStatus::Held], HoldStatus::Expired).await? == HoldStatus::Expired,
            );
        }
        Ok(ended)
    }

    async fn end(&self, key: &str, from: &[HoldStatus], to: HoldStatus) -> Result<HoldStatus, CouponError> {
        let tx = self.platform.database.begin().await?;
        let known = store::find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?;
        // The coupon's row is locked before the use's, as in `reserve`, so that two transactions never wait for each
        // other.
        if let Some(coupon) = known.coupon_id
            && to != HoldStatus::Committed
        {
            store::lock(&tx, coupon).await?;
        }
        let moved = store::end(&tx, known.id, from, to, self.platform.clock.now()).await?;
        if moved
            && to != HoldStatus::Committed
            && let Some(coupon) = known.coupon_id
        {
            store::take_use(&tx, coupon).await?;
        }
        let status =
            if moved { to } else { store::find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?.status };
        tx.commit().await?;
        Ok(status)
    }
}

fn reserved(terms: &Terms, row: &coupon_use::Model) -> UseOutcome {
    UseOutcome::Reserved { coupon_id: terms.id, code: terms.code.clone(), expires_at: row.expires_at }
}

/// The answer to a key that is known already.
fn answer_again(
    known: coupon_use::Model,
    terms: Option<&Terms>,
    user: Option<UserId>,
) -> Result<UseOutcome, CouponError> {
    if known.coupon_id.is_some() && (known.user_id != user || known.coupon_id != terms.map(|terms| terms.id))
    {
        return Err(CouponError::KeyReused);
    }
    Ok(match (known.status, terms) {
        (HoldStatus::Held | HoldStatus::Committed, Some(terms)) => reserved(terms, &known),
        (status, _) => UseOutcome::Closed(status),
    })
}

fn free_ordinal(taken: &BTreeSet<i32>, limit: i32) -> Option<i32> {
    (0..limit).find(|ordinal| !taken.contains(ordinal))
}
