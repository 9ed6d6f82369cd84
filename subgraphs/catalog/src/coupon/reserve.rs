//! Holding a use of a coupon for a checkout, once for its caller's key.

use catalog_entities::{HoldStatus, coupon_use};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_database::Transaction;
use platform_holds::{Holder, Opened, check, find, open, stands, take};
use sea_orm::IntoActiveModel;

use super::rules::{Rejection, Terms};
use super::store::{UseTable, Used};
use super::uses::{CouponUses, find_terms, free_ordinal, no_use, usable};
use super::{CouponError, store};
use crate::app::App;

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

/// Holds one use of a coupon.
pub async fn reserve(
    app: &App,
    key: &str,
    code: &str,
    user: Option<UserId>,
    holder: Holder,
    expires_at: DateTime<Utc>,
) -> Result<UseOutcome, CouponError> {
    let known = check(&CouponUses(app), key, expires_at).await?;
    let found = find_terms(app, code).await?;
    if let Some(known) = known {
        return answer_again(&known, found.as_ref(), user);
    }
    // Refused here, a use does not queue for the coupon's row; what this lets pass is decided below. The last use may be
    // the one that this key holds.
    let rejection = match &found {
        None => Some(Rejection::Unknown),
        Some(terms) => usable(app, terms, user).await?.err(),
    };
    match (rejection, found) {
        (None, Some(terms)) => reserve_now(app, key, &terms, user, holder, expires_at).await,
        (rejection, found) => match find(&CouponUses(app), key).await? {
            Some(known) => answer_again(&known, found.as_ref(), user),
            None => Ok(UseOutcome::Rejected(rejection.unwrap_or(Rejection::Unknown))),
        },
    }
}

async fn reserve_now(
    app: &App,
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
        ..no_use(app, key)
    };
    let tx = match open(&CouponUses(app), key, row.into_active_model()).await? {
        Opened::Known(known) => return answer_again(&known, Some(terms), user),
        Opened::New(tx) => tx,
    };
    if let Some(rejection) = count(&tx, app, key, terms, user).await? {
        tx.rollback().await?;
        return Ok(UseOutcome::Rejected(rejection));
    }
    tx.commit().await?;
    Ok(reserved(terms, expires_at))
}

/// Counts the use that `tx` has just written, and numbers it where its user has a limit; why not, if there is none left.
async fn count(
    tx: &Transaction,
    app: &App,
    key: &str,
    terms: &Terms,
    user: Option<UserId>,
) -> Result<Option<Rejection>, CouponError> {
    if !take::<Used>(tx, terms.id, 1, app.now()).await? {
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
