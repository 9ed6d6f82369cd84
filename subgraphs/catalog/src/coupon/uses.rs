//! Uses of coupons as holds, and whether there is one left.

use std::collections::BTreeSet;

use catalog_entities::{HoldStatus, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_database::{Database, Transaction};
use platform_holds::{Holds, NewRow, Transition, give};
use platform_text::find_control;
use sea_orm::IntoActiveModel;

use super::rules::{Rejection, Terms};
use super::store::{UseTable, Used};
use super::{CouponError, store, terms};
use crate::app::App;

/// The holds of coupons.
pub struct CouponUses<'a>(pub &'a App);

impl Holds for CouponUses<'_> {
    type Table = UseTable;
    type Error = CouponError;

    fn database(&self) -> &Database {
        self.0.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn closed(&self, key: &str) -> NewRow<UseTable> {
        no_use(self.0, key).into_active_model()
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

/// A key under which no use is held.
pub fn no_use(app: &App, key: &str) -> coupon_use::Model {
    let now = app.now();
    coupon_use::Model {
        id: app.next_id(),
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

/// The terms of the coupon with this code, whatever its spelling.
pub async fn find_terms(app: &App, code: &str) -> Result<Option<Terms>, CouponError> {
    if find_control(code).is_some() {
        return Ok(None);
    }
    store::find_by_code(app.database().read(), code).await?.map(terms).transpose()
}

/// Why a user cannot use the coupon now; `Ok` is no promise for later.
pub async fn usable(
    app: &App,
    terms: &Terms,
    user: Option<UserId>,
) -> Result<Result<(), Rejection>, CouponError> {
    if let Err(rejection) = terms.open_at(app.now(), user.is_some()) {
        return Ok(Err(rejection));
    }
    if let (Some(limit), Some(user)) = (terms.per_user_limit, user) {
        let taken = store::ordinals(app.database().read(), terms.id, user).await?;
        if free_ordinal(&taken, limit).is_none() {
            return Ok(Err(Rejection::UsedUpByUser));
        }
    }
    Ok(Ok(()))
}

pub fn free_ordinal(taken: &BTreeSet<i32>, limit: i32) -> Option<i32> {
    (0..limit).find(|ordinal| !taken.contains(ordinal))
}
