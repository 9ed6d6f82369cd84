//! Uses of coupons: held for a checkout, then committed or given back; each idempotent by its caller's key.

use std::collections::BTreeSet;

use catalog_entities::{HoldStatus, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_database::{Database, Transaction};
use platform_holds::{Holder, Holds, NewRow, Opened, Transition, check, find, give, open, stands, take};
use platform_server::Platform;
use platform_text::find_control;
use sea_orm::{ConnectionTrait, IntoActiveModel};

use super::rules::{Rejection, Terms};
use super::store::{UseTable, Used};
use super::{CouponError, store, terms};

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
        if let Err(rejection) = terms.open_at(self.now(), user.is_some()) {
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
        let known = check(self, key, expires_at).await?;
        let read = self.platform.database.read();
        let found = self.by_code(read, code).await?;
        if let Some(known) = known {
            return answer_again(&known, found.as_ref(), user);
        }
        // Refused here, a use does not queue for the coupon's row; what this lets pass is decided below. The last use may be
        // the one that this key holds.
        let rejection = match &found {
            None => Some(Rejection::Unknown),
            Some(terms) => self.usable(read, terms, user).await?.err(),
        };
        match (rejection, found) {
            (None, Some(terms)) => self.reserve_now(key, &terms, user, holder, expires_at).await,
            (rejection, found) => match find(self, key).await? {
                Some(known) => answer_again(&known, found.as_ref(), user),
                None => Ok(UseOutcome::Rejected(rejection.unwrap_or(Rejection::Unknown))),
            },
        }
    }

    async fn reserve_now(
        &self,
        key: &str,
        terms: &Terms,
        user: Option<UserId>,
        holder: Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<UseOutcome, CouponError> {
        let row = coupon_use::Model {
            coupon_id: Some(terms.id),
            user_id: user,
            status: HoldStatus::Held,
            expires_at,
            holder: holder.name,
            network: holder.network,
            ..self.no_use(key)
        };
        let tx = match open(self, key, row.into_active_model()).await? {
            Opened::Known(known) => return answer_again(&known, Some(terms), user),
            Opened::New(tx) => tx,
        };
        if let Some(rejection) = self.take(&tx, key, terms, user).await? {
            tx.rollback().await?;
            return Ok(UseOutcome::Rejected(rejection));
        }
        tx.commit().await?;
        Ok(reserved(terms, expires_at))
    }

    /// Counts the use that `tx` has just written, and numbers it where its user has a limit; why not, if there is none left.
    async fn take(
        &self,
        tx: &Transaction,
        key: &str,
        terms: &Terms,
        user: Option<UserId>,
    ) -> Result<Option<Rejection>, CouponError> {
        if !take::<Used>(tx, terms.id, 1, self.now()).await? {
            return Ok(Some(Rejection::Exhausted));
        }
        let (Some(limit), Some(user)) = (terms.per_user_limit, user) else { return Ok(None) };
        // The coupon is locked by now: of a user's uses the second sees the first's ordinal.
        let Some(free) = free_ordinal(&store::ordinals(&**tx, terms.id, user).await?, limit) else {
            return Ok(Some(Rejection::UsedUpByUser));
        };
        store::set_ordinal(tx, key, free).await?;
        Ok(None)
    }

    /// A key under which no use is held.
    fn no_use(&self, key: &str) -> coupon_use::Model {
        let now = self.now();
        coupon_use::Model {
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
        }
    }
}

impl Holds for CouponUses {
    type Table = UseTable;
    type Error = CouponError;

    fn database(&self) -> &Database {
        &self.platform.database
    }

    fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    fn closed(&self, key: &str) -> NewRow<UseTable> {
        self.no_use(key).into_active_model()
    }

    async fn moved(
        &self,
        tx: &Transaction,
        row: &coupon_use::Model,
        by: Transition,
    ) -> Result<(), CouponError> {
        match (by, row.coupon_id) {
            // A held use is counted already.
            (Transition::Commit, _) | (_, None) => Ok(()),
            (Transition::Release | Transition::Expire | Transition::Return, Some(coupon)) => {
                Ok(give::<Used>(tx, coupon, 1, self.now()).await?)
            }
        }
    }
}

fn reserved(terms: &Terms, expires_at: DateTime<Utc>) -> UseOutcome {
    UseOutcome::Reserved { coupon_id: terms.id, code: terms.code.clone(), expires_at }
}

/// The answer to a key that is known already.
fn answer_again(
    known: &coupon_use::Model,
    terms: Option<&Terms>,
    user: Option<UserId>,
) -> Result<UseOutcome, CouponError> {
    let is_same =
        known.coupon_id.map(|coupon| known.user_id == user && terms.is_some_and(|terms| terms.id == coupon));
    Ok(match (stands::<UseTable>(known, is_same)?, terms) {
        (true, Some(terms)) => reserved(terms, known.expires_at),
        _ => UseOutcome::Closed(known.status),
    })
}

fn free_ordinal(taken: &BTreeSet<i32>, limit: i32) -> Option<i32> {
    (0..limit).find(|ordinal| !taken.contains(ordinal))
}
