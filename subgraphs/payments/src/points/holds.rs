//! Points that an order under way sets aside: held, then spent or given back; each idempotent by its caller's key.

use chrono::{DateTime, Utc};
use payments_entities::ledger_transaction::Kind as LedgerKind;
use payments_entities::points_entry::Kind;
use payments_entities::points_hold::{self, Status};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::UserId;
use platform_database::{Database, Transaction};
use platform_holds::{Holds, NewRow, Opened, Transition, check, give, open, stands, take};
use sea_orm::IntoActiveModel;

use super::account::{available, deduct, give_back, take_from_entries};
use super::error::PointsError;
use super::refunded::return_refunded;
use super::store::{self, HeldPoints, PointsHoldTable};
use crate::app::App;
use crate::ledger::Split;

/// What became of a request to hold points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldOutcome {
    Held,
    NotEnough { available: i64 },
}

/// What points alone pay for: no payment books it.
#[derive(Debug, Clone)]
pub struct SaleByPoints {
    pub currency: CurrencyCode,
    pub split: Split,
}

/// The holds of points, and what those that are spent pay for by themselves.
struct PointsHolds<'a> {
    app: &'a App,
    sale: Option<&'a SaleByPoints>,
}

/// Sets points aside under `key`. The same key gives the same answer.
pub async fn hold(
    app: &App,
    key: &str,
    user: UserId,
    points: i64,
    expires_at: DateTime<Utc>,
) -> Result<HoldOutcome, PointsError> {
    if points <= 0 {
        return Err(PointsError::InvalidNumber);
    }
    let holds = PointsHolds { app, sale: None };
    if let Some(known) = check(&holds, key, expires_at).await? {
        return answer_again(&known, user, points);
    }
    let row = points_hold::Model {
        user_id: Some(user),
        points,
        status: Status::Held,
        expires_at,
        ..holds.no_points(key)
    };
    let tx = match open(&holds, key, row.into_active_model()).await? {
        Opened::Known(known) => return answer_again(&known, user, points),
        Opened::New(tx) => tx,
    };
    if !take::<HeldPoints>(&tx, user, points, app.now()).await? {
        tx.rollback().await?;
        return Ok(HoldOutcome::NotEnough { available: available(app, user).await? });
    }
    tx.commit().await?;
    Ok(HoldOutcome::Held)
}

/// Spends held points, and books `sale` if there is nothing else to pay for it; spent already: nothing happens.
pub async fn commit(app: &App, key: &str, sale: Option<&SaleByPoints>) -> Result<(), PointsError> {
    match platform_holds::commit(&PointsHolds { app, sale }, key).await? {
        Status::Committed => Ok(()),
        Status::Held | Status::Released => Err(PointsError::Released),
    }
}

/// Gives held points free again; of spent ones those come back as a fresh entry that no refund gave back, and what they
/// alone paid for is booked back. Closes an unknown key.
pub async fn release(app: &App, key: &str) -> Result<(), PointsError> {
    platform_holds::undo(&PointsHolds { app, sale: None }, key).await?;
    Ok(())
}

/// Gives points free that nobody spent in time; returns how many holds ended.
pub async fn expire_holds(app: &App) -> Result<u64, PointsError> {
    platform_holds::expire(&PointsHolds { app, sale: None }).await
}

impl PointsHolds<'_> {
    /// A key under which no points are held.
    fn no_points(&self, key: &str) -> points_hold::Model {
        let now = self.now();
        points_hold::Model {
            key: key.to_owned(),
            user_id: None,
            points: 0,
            status: Status::Released,
            expires_at: now,
            updated_at: now,
        }
    }

    /// Takes held points off the account, of what expires first first.
    async fn spend(
        &self,
        tx: &Transaction,
        user: UserId,
        hold: &points_hold::Model,
    ) -> Result<(), PointsError> {
        // Whoever spends or expires entries has the account locked.
        store::lock_account(tx, user).await?;
        take_from_entries(tx, user, hold.points).await?;
        deduct(self.app, tx, user, Kind::Redeemed, &hold.key, hold.points, hold.points).await?;
        return_refunded(self.app, tx, user, &hold.key).await?;
        if let Some(sale) = self.sale {
            let postings = sale.split.capture(Money::zero(sale.currency), "")?;
            self.app.ledger().book(tx, LedgerKind::Capture, &hold.key, &postings).await?;
        }
        Ok(())
    }
}

impl Holds for PointsHolds<'_> {
    type Table = PointsHoldTable;
    type Error = PointsError;

    fn database(&self) -> &Database {
        self.app.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    fn closed(&self, key: &str) -> NewRow<PointsHoldTable> {
        self.no_points(key).into_active_model()
    }

    async fn moved(
        &self,
        tx: &Transaction,
        row: &points_hold::Model,
        by: Transition,
    ) -> Result<(), PointsError> {
        let Some(user) = row.user_id else { return Ok(()) };
        match by {
            Transition::Commit => self.spend(tx, user, row).await,
            Transition::Release | Transition::Expire => {
                Ok(give::<HeldPoints>(tx, user, row.points, self.now()).await?)
            }
            Transition::Return => {
                let returned = store::returned_by_refunds(tx, &row.key).await?;
                give_back(self.app, tx, user, &row.key, row.points.saturating_sub(returned)).await?;
                Ok(self.app.ledger().reverse(tx, LedgerKind::Capture, &row.key, LedgerKind::Refund).await?)
            }
        }
    }
}

/// The answer to a key that is known already.
fn answer_again(known: &points_hold::Model, user: UserId, points: i64) -> Result<HoldOutcome, PointsError> {
    let is_same = known.user_id.map(|holder| holder == user && known.points == points);
    match stands::<PointsHoldTable>(known, is_same)? {
        true => Ok(HoldOutcome::Held),
        false => Err(PointsError::Released),
    }
}
