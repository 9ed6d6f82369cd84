//! Decides what becomes of points.

use chrono::{DateTime, TimeDelta, Utc};
use payments_entities::ledger_account::Kind as AccountKind;
use payments_entities::ledger_transaction::Kind as LedgerKind;
use payments_entities::points_account;
use payments_entities::points_entry::{self, Kind};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::UserId;
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction, Violation};
use platform_holds::HoldError;
use platform_jobs::JobOptions;
use platform_server::{PeerError, Peers};
use platform_text::TextError;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::jobs::ExpirePoints;
use super::store;
use crate::app::App;
use crate::ledger::{self, LedgerError, Posting, SplitError};
use crate::peers::users;

/// How long points stay good.
const LIFETIME: TimeDelta = TimeDelta::days(365);
/// The most points given at once.
const MAX_AT_ONCE: i64 = 10_000_000;
/// The most points that an account comes to hold by gifts: what is given back besides stays within 32 bits.
const MAX_BALANCE: i64 = 1_000_000_000;
/// Entries looked at when points are spent: enough for any account that is not made of crumbs.
pub(super) const MAX_ENTRIES: u64 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    #[error("the number of points must be between 1 and {MAX_AT_ONCE}")]
    InvalidNumber,
    #[error("an account holds at most {MAX_BALANCE} points")]
    AccountFull,
    #[error("there is no user with this id")]
    UnknownUser,
    #[error("the hold of points was released already")]
    Released,
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("points were given to somebody else for this reference; use a fresh one")]
    ReferenceUsed,
    #[error("{given} points were given for this reference; use a fresh one to give others")]
    OtherPointsGiven { given: i64 },
    #[error("points of another currency were given for this reference; use a fresh one")]
    OtherCurrencyGiven,
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Users(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PointsError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidNumber | Self::Text(_) => ErrorCode::BadUserInput,
            Self::AccountFull => ErrorCode::LimitExceeded,
            Self::ReferenceUsed | Self::OtherPointsGiven { .. } | Self::OtherCurrencyGiven => {
                ErrorCode::IdempotencyKeyReused
            }
            Self::Hold(error) => error.code(),
            Self::Split(error) => error.code(),
            Self::UnknownUser => ErrorCode::NotFound,
            Self::Users(error) => error.code(),
            Self::Released => ErrorCode::Conflict,
            Self::Ledger(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidNumber | Self::OtherPointsGiven { .. } => Some("points"),
            Self::ReferenceUsed | Self::UnknownUser => Some("userId"),
            Self::OtherCurrencyGiven => Some("currency"),
            Self::Hold(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::Split(error) => error.field(),
            Self::AccountFull | Self::Released | Self::Ledger(_) | Self::Users(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PointsError);

#[derive(Clone)]
pub struct Points {
    pub app: App,
}

impl Points {
    pub async fn account(&self, user: UserId) -> Result<Option<points_account::Model>, PointsError> {
        Ok(store::account(self.app.database().read(), user).await?)
    }

    /// Points that a user can spend now.
    pub async fn available(&self, user: UserId) -> Result<i64, PointsError> {
        Ok(self.account(user).await?.map_or(0, |account| account.balance.saturating_sub(account.held)))
    }

    /// Gives points at the platform's expense; once for a reference, which is refused with another user, number or
    /// currency.
    pub async fn grant(
        &self,
        peers: &Peers,
        user: UserId,
        points: i64,
        reference: &str,
        currency: CurrencyCode,
    ) -> Result<(), PointsError> {
        if !(1..=MAX_AT_ONCE).contains(&points) {
            return Err(PointsError::InvalidNumber);
        }
        // Asked before the transaction: none is open across a call.
        if !users::exists(peers, user).await? {
            return Err(PointsError::UnknownUser);
        }
        let tx = self.app.begin().await?;
        let expires_at = self.app.now() + LIFETIME;
        if self.add(&tx, user, Kind::Granted, reference, points, expires_at).await? {
            let account = store::account(&*tx, user).await?;
            if account.is_some_and(|account| account.balance > MAX_BALANCE) {
                return Err(PointsError::AccountFull);
            }
            let value = Money::from_minor(points, currency);
            let posting = |kind, minor| Posting {
                kind,
                owner: String::new(),
                amount: Money::from_minor(minor, currency),
            };
            let postings = [
                posting(AccountKind::PointsExpense, value.minor()),
                posting(AccountKind::PointsLiability, value.minor().saturating_neg()),
            ];
            self.app.ledger().book(&tx, LedgerKind::PointsGrant, reference, &postings).await?;
        } else {
            let given = store::entry(&tx, Kind::Granted, reference).await?;
            if let Some(given) = given {
                if given.user_id != user {
                    return Err(PointsError::ReferenceUsed);
                }
                if given.points != points {
                    return Err(PointsError::OtherPointsGiven { given: given.points });
                }
                let booked = ledger::postings(&tx, LedgerKind::PointsGrant, reference).await?;
                if booked.iter().any(|posting| posting.amount.currency() != currency) {
                    return Err(PointsError::OtherCurrencyGiven);
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns the points that a refund or a cancelled order gives back.
    pub async fn give_back(
        &self,
        tx: &Transaction,
        user: UserId,
        reference: &str,
        points: i64,
    ) -> Result<(), PointsError> {
        if points > 0 {
            self.add(tx, user, Kind::Returned, reference, points, self.app.now() + LIFETIME).await?;
        }
        Ok(())
    }

    /// Adds points unless `kind` and `reference` were counted before; says whether it did.
    async fn add(
        &self,
        tx: &Transaction,
        user: UserId,
        kind: Kind,
        reference: &str,
        points: i64,
        expires_at: DateTime<Utc>,
    ) -> Result<bool, PointsError> {
        let now = self.app.now();
        let entry = points_entry::ActiveModel {
            id: Set(self.app.next_id()),
            user_id: Set(user),
            kind: Set(kind),
            reference: Set(reference.to_owned()),
            points: Set(points),
            unspent: Set(points),
            expires_at: Set(Some(expires_at)),
            created_at: Set(now),
        };
        if !store::insert_unless_known(tx, entry).await? {
            return Ok(false);
        }
        store::add_to_account(tx, user, points, now).await?;
        let options = JobOptions { run_at: Some(expires_at), unique_key: None };
        self.app.platform().jobs.enqueue_with(tx, &ExpirePoints { user_id: user }, options).await?;
        Ok(true)
    }

    /// Takes away what expired. Points that are held wait until their order is decided.
    pub async fn expire(&self, user: UserId) -> Result<(), PointsError> {
        let now = self.app.now();
        let tx = self.app.begin().await?;
        let Some(account) = store::lock_account(&tx, user).await? else {
            return Ok(());
        };
        let mut free = account.balance.saturating_sub(account.held);
        for entry in store::spendable(&tx, user, MAX_ENTRIES).await? {
            if entry.expires_at.is_none_or(|at| at > now) || entry.unspent > free {
                continue;
            }
            free = free.saturating_sub(entry.unspent);
            let (id, points) = (entry.id, entry.unspent);
            let mut row = entry.into_active_model();
            row.unspent = Set(0);
            store::update_entry(&tx, row).await?;
            self.spend(&tx, user, Kind::Expired, &id.to_string(), points).await?;
            self.change_account(&tx, user, points.saturating_neg(), 0).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn spend(
        &self,
        tx: &Transaction,
        user: UserId,
        kind: Kind,
        reference: &str,
        points: i64,
    ) -> Result<(), StoreError> {
        let entry = points_entry::ActiveModel {
            id: Set(self.app.next_id()),
            user_id: Set(user),
            kind: Set(kind),
            reference: Set(reference.to_owned()),
            points: Set(points.saturating_neg()),
            unspent: Set(0),
            expires_at: Set(None),
            created_at: Set(self.app.now()),
        };
        store::insert_entry(tx, entry).await
    }

    pub(super) async fn change_account(
        &self,
        tx: &Transaction,
        user: UserId,
        balance: i64,
        held: i64,
    ) -> Result<(), PointsError> {
        let changed = store::change_account(tx, user, balance, held, self.app.now()).await;
        match changed {
            Err(error) if error.is_check_violation() => {
                tracing::error!(user.id = %user, balance, held, "points would have gone negative");
                Err(error.into())
            }
            other => Ok(other?),
        }
    }
}
