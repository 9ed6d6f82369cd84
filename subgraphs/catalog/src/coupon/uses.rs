//! Uses of coupons: held for a checkout, then committed or given back; each idempotent by its caller's key.

use std::collections::BTreeSet;

use catalog_entities::{HoldStatus, coupon, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_database::{StoreError, Transaction, Violation};
use platform_server::Platform;
use platform_text::{find_control, token};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::rules::{Rejection, Terms, normalize_code};
use super::{CouponError, terms};
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
        let row = coupon::Entity::find()
            .filter(coupon::Column::Code.eq(normalize_code(code)))
            .one(connection)
            .await?;
        row.map(terms).transpose()
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
            let taken = ordinals(connection, terms.id, user).await?;
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
        if let Some(known) = find(read, key).await? {
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
        let within = Condition::any()
            .add(coupon::Column::TotalLimit.is_null())
            .add(Expr::col(coupon::Column::Used).lt(Expr::col(coupon::Column::TotalLimit)));
        let counted = coupon::Entity::update_many()
            .col_expr(coupon::Column::Used, Expr::col(coupon::Column::Used).add(1))
            .filter(coupon::Column::Id.eq(terms.id))
            .filter(coupon::Column::Enabled.eq(true))
            .filter(within)
            .exec(&*tx)
            .await?;
        if counted.rows_affected == 0 {
            tx.rollback().await?;
            // The same key may have taken the last use a moment ago.
            return Ok(Attempt::Done(match find(self.platform.database.read(), key).await? {
                Some(known) => answer_again(known, Some(terms), user)?,
                None => UseOutcome::Rejected(Rejection::Exhausted),
            }));
        }
        let ordinal = match (terms.per_user_limit, user) {
            (Some(limit), Some(user)) => {
                let Some(free) = free_ordinal(&ordinals(&*tx, terms.id, user).await?, limit) else {
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
        match insert_new(&tx, &row).await {
            Ok(true) => {
                tx.commit().await?;
                Ok(Attempt::Done(reserved(terms, &row)))
            }
            Ok(false) => {
                tx.rollback().await?;
                let known = find(self.platform.database.read(), key).await?.ok_or(CouponError::UnknownUse)?;
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
                if insert_new(&tx, &closed).await? {
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
        let lapsed: Vec<String> = coupon_use::Entity::find()
            .select_only()
            .column(coupon_use::Column::Key)
            .filter(coupon_use::Column::Status.eq(HoldStatus::Held))
            .filter(coupon_use::Column::ExpiresAt.lte(self.platform.clock.now()))
            .order_by_asc(coupon_use::Column::ExpiresAt)
            .limit(SWEEP)
            .into_tuple()
            .all(self.platform.database.read())
            .await?;
        let mut ended = 0;
        for key in lapsed {
            ended += u64::from(
                self.end(&key, &[HoldStatus::Held], HoldStatus::Expired).await? == HoldStatus::Expired,
            );
        }
        Ok(ended)
    }

    async fn end(&self, key: &str, from: &[HoldStatus], to: HoldStatus) -> Result<HoldStatus, CouponError> {
        let tx = self.platform.database.begin().await?;
        let known = find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?;
        // The coupon's row is locked before the use's, as in `reserve`, so that two transactions never wait for each
        // other.
        if let Some(coupon) = known.coupon_id
            && to != HoldStatus::Committed
        {
            coupon::Entity::find_by_id(coupon).lock_exclusive().one(&*tx).await?;
        }
        let mut update = coupon_use::Entity::update_many()
            .col_expr(coupon_use::Column::Status, Expr::value(to))
            .col_expr(coupon_use::Column::Holder, Expr::value(Option::<String>::None))
            .col_expr(coupon_use::Column::Network, Expr::value(Option::<String>::None))
            .col_expr(coupon_use::Column::Waiting, Expr::value(false))
            .filter(coupon_use::Column::Id.eq(known.id))
            .filter(coupon_use::Column::Status.is_in(from.iter().copied()));
        if to == HoldStatus::Expired {
            update = update.filter(coupon_use::Column::ExpiresAt.lte(self.platform.clock.now()));
        }
        let moved = update.exec(&*tx).await?.rows_affected == 1;
        if moved && to != HoldStatus::Committed {
            coupon::Entity::update_many()
                .col_expr(coupon::Column::Used, Expr::col(coupon::Column::Used).sub(1))
                .filter(coupon::Column::Id.eq(known.coupon_id))
                .exec(&*tx)
                .await?;
        }
        let status = if moved { to } else { find(&*tx, key).await?.ok_or(CouponError::UnknownUse)?.status };
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

/// The ordinals of a user's live uses of a coupon.
async fn ordinals(
    connection: &impl ConnectionTrait,
    coupon: CouponId,
    user: UserId,
) -> Result<BTreeSet<i32>, StoreError> {
    let taken: Vec<Option<i32>> = coupon_use::Entity::find()
        .select_only()
        .column(coupon_use::Column::Ordinal)
        .filter(coupon_use::Column::CouponId.eq(coupon))
        .filter(coupon_use::Column::UserId.eq(user))
        .filter(coupon_use::Column::Status.is_in([HoldStatus::Held, HoldStatus::Committed]))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(taken.into_iter().flatten().collect())
}

fn free_ordinal(taken: &BTreeSet<i32>, limit: i32) -> Option<i32> {
    (0..limit).find(|ordinal| !taken.contains(ordinal))
}

pub(super) async fn find(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<coupon_use::Model>, StoreError> {
    Ok(coupon_use::Entity::find().filter(coupon_use::Column::Key.eq(key)).one(connection).await?)
}

/// Inserts a use unless its key is taken.
async fn insert_new(tx: &Transaction, row: &coupon_use::Model) -> Result<bool, StoreError> {
    let insert = coupon_use::ActiveModel {
        id: Set(row.id),
        key: Set(row.key.clone()),
        coupon_id: Set(row.coupon_id),
        user_id: Set(row.user_id),
        ordinal: Set(row.ordinal),
        status: Set(row.status),
        expires_at: Set(row.expires_at),
        created_at: Set(row.created_at),
        holder: Set(row.holder.clone()),
        network: Set(row.network.clone()),
        waiting: Set(row.waiting),
    };
    let conflict = OnConflict::column(coupon_use::Column::Key).do_nothing().to_owned();
    Ok(coupon_use::Entity::insert(insert).on_conflict(conflict).exec_without_returning(&**tx).await? == 1)
}
