//! Whether who acts still is what their token says.
//!
//! The gateway hears of a revocation within a second or two, and until then an old token goes on to count there. What
//! nobody may do in that time is asked of the database here, in the transaction that would do it: so nobody who lost a
//! right uses it to get it back.
//!
//! Invariants: every change of rights, accounts, partners and keys, and whatever else staff or a user do here, is begun by
//! [`begin`]. Locks are taken in the order user, session, partner, and those of several users in the order of their ids:
//! of two administrators who revoke each other the second waits, and then finds what the first did. Services are
//! taken at their word: what they ask for is nobody's token.

use std::collections::BTreeSet;

use platform_core::id::{PartnerId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use users_entities::api_key;
use users_entities::user::{self, Status};

use crate::app::App;
use crate::demo_ids;
use crate::role::scopes::{granted, identity_role};
use crate::role::store;
use crate::store::user as users;

#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    #[error("the session has ended; sign in again")]
    Ended,
    #[error("what you may do has changed; refresh your token")]
    Changed,
    #[error("the API key no longer works")]
    KeyEnded,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for StandingError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Ended | Self::Changed | Self::KeyEnded => ErrorCode::Unauthenticated,
            Self::Store(error) => error.code(),
        }
    }
}

platform_core::api_error!(StandingError);

/// Whether nobody may use the account: staff blocked it, or it is of a demo that is off. It is mailed no code, none works
/// for it, and it is told so to nobody but who knows its password.
pub fn is_barred(app: &App, user: &user::Model) -> bool {
    user.status == Status::Blocked || demo_ids::is_closed(app, user.id.0)
}

/// Begins what `actor` does to `users`, whose rows it locks; those of them that are nobody's are for the caller to find.
/// Refused unless the actor's session, account or key is in force and allows all that the token says, and so it stays
/// until the transaction ends.
pub async fn begin(app: &App, actor: &Identity, users: &[UserId]) -> Result<Transaction, StandingError> {
    let tx = app.begin().await?;
    let account = lock(&tx, users, actor.user).await?;
    if actor.is_service() {
        return Ok(tx);
    }
    match actor.partner {
        Some(partner) => check_partner(&tx, app, actor, partner).await?,
        None => check_user(&tx, app, actor, account).await?,
    }
    Ok(tx)
}

/// Locks `users` and, against changes alone unless it is one of them, the actor; returns the actor's account.
async fn lock(
    tx: &Transaction,
    users: &[UserId],
    actor: Option<UserId>,
) -> Result<Option<user::Model>, StoreError> {
    let mut before: BTreeSet<UserId> = users.iter().copied().collect();
    let Some(actor) = actor else {
        users::lock_all(tx, &before).await?;
        return Ok(None);
    };
    let mut after = before.split_off(&actor);
    let is_changed = after.remove(&actor);
    users::lock_all(tx, &before).await?;
    let account = match is_changed {
        true => users::lock(tx, actor).await?,
        false => users::lock_shared(tx, actor).await?,
    };
    users::lock_all(tx, &after).await?;
    Ok(account)
}

async fn check_user(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    account: Option<user::Model>,
) -> Result<(), StandingError> {
    let account = account.filter(|account| !is_barred(app, account)).ok_or(StandingError::Ended)?;
    if let Some(session) = actor.session
        && !store::lock_live(tx, account.id, session).await?
    {
        return Err(StandingError::Ended);
    }
    let rights = store::rights(&**tx, account.id, app.config.demo).await?;
    let roles: BTreeSet<_> = rights.roles.iter().copied().map(identity_role).collect();
    let allowed = granted(&rights.roles, &rights.vendors).into_iter().map(String::from).collect();
    match actor.roles.is_subset(&roles) && actor.scopes.is_subset(&allowed) {
        true => Ok(()),
        false => Err(StandingError::Changed),
    }
}

/// An identity does not say which of the partner's keys it came with: one that is in force has to allow as much.
async fn check_partner(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    id: PartnerId,
) -> Result<(), StandingError> {
    let demo = app.config.demo;
    if !store::lock_partner(tx, id, demo).await? || demo_ids::is_closed(app, id.0) {
        return Err(StandingError::KeyEnded);
    }
    let keys = store::keys_in_force(tx, id, demo).await?;
    let now = app.now();
    let allows = |key: &api_key::Model| {
        let scopes: BTreeSet<String> = serde_json::from_value(key.scopes.clone()).unwrap_or_default();
        key.expires_at.is_none_or(|expires| expires > now) && actor.scopes.is_subset(&scopes)
    };
    if keys.iter().any(allows) { Ok(()) } else { Err(StandingError::KeyEnded) }
}
