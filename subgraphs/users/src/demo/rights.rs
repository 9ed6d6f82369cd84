//! What demo accounts gave to others: roles, memberships, partners and keys. Where the demo is off none of it is in
//! force until an operator has looked at it; until then whoever has it is what they were without.
//!
//! Why refused and not merely reported: anybody who read the documents could have been the one who gave it.

use std::collections::BTreeMap;
use std::fmt;

use platform_core::id::{ApiKeyId, PartnerId, UserId};
use platform_database::{Database, StoreError, Transaction};
use platform_identity::Identity;
use platform_server::Platform;
use serde_json::json;
use users_entities::user_role::Role;
use uuid::Uuid;

use super::store::{self, Kept};
use crate::app::{App, AppError};
use crate::audit::{self, Action};
use crate::demo_ids::is_demo;
use crate::partner::PartnerError;
use crate::role;
use crate::store::user as users;

/// Why an operator's word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DemoRightsError {
    #[error("nothing that the demo gave has the id {0}; `souk demo-rights` lists what there is")]
    Unknown(Uuid),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Partner(#[from] PartnerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account, partner or key with what the demo gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemoRight {
    Account { id: UserId, roles: Vec<Role>, vendors: usize },
    Partner { id: PartnerId, name: String },
    ApiKey { id: ApiKeyId, name: String, prefix: String },
}

impl DemoRight {
    /// By which it is kept or ended.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Account { id, .. } => id.0,
            Self::Partner { id, .. } => id.0,
            Self::ApiKey { id, .. } => id.0,
        }
    }
}

impl fmt::Display for DemoRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { id, roles, vendors } => {
                let mut what: Vec<String> = roles.iter().map(|role| role::name(*role).to_owned()).collect();
                if *vendors > 0 {
                    what.push(format!("acts for {vendors} vendors"));
                }
                write!(f, "account {id} ({})", what.join(", "))
            }
            Self::Partner { id, name } => write!(f, "partner {id} ({name})"),
            Self::ApiKey { id, name, prefix } => write!(f, "API key {id} ({name}, {prefix}…)"),
        }
    }
}

/// What the demo gave and nobody has decided on yet; without the demo's own users and partner, which are closed anyhow.
pub async fn held(database: &Database) -> Result<Vec<DemoRight>, StoreError> {
    let mut accounts: BTreeMap<UserId, (Vec<Role>, usize)> = BTreeMap::new();
    let roles = store::given_roles(database).await?;
    for row in roles.into_iter().filter(|row| !is_demo(row.user_id.0) && row.role != Role::Buyer) {
        accounts.entry(row.user_id).or_default().0.push(row.role);
    }
    let memberships = store::given_memberships(database).await?;
    for row in memberships.into_iter().filter(|row| !is_demo(row.user_id.0)) {
        accounts.entry(row.user_id).or_default().1 += 1;
    }
    let partners = store::made_partners(database).await?;
    let keys = store::made_keys(database).await?;
    let accounts =
        accounts.into_iter().map(|(id, (roles, vendors))| DemoRight::Account { id, roles, vendors });
    let partners = partners
        .into_iter()
        .filter(|row| !is_demo(row.id.0))
        .map(|row| DemoRight::Partner { id: row.id, name: row.name });
    let keys = keys.into_iter().filter(|row| !is_demo(row.partner_id.0)).map(|row| DemoRight::ApiKey {
        id: row.id,
        name: row.name,
        prefix: row.prefix,
    });
    Ok(accounts.chain(partners).chain(keys).collect())
}

/// Has what the demo gave to an account, partner (with its keys) or key count as if the operator had given it.
pub async fn keep(platform: &Platform, id: Uuid) -> Result<(), DemoRightsError> {
    let app = App::new(platform.clone())?;
    let tx = begin(&app, UserId(id)).await?;
    let Kept { of_user, partner, keys } = store::keep(&tx, id).await?;
    let action = match (of_user, partner, keys) {
        (true, ..) => Action::DemoRoleKept,
        (false, true, _) => Action::DemoPartnerKept,
        (false, false, true) => Action::DemoKeyKept,
        (false, false, false) => return Err(DemoRightsError::Unknown(id)),
    };
    finish(&tx, &app, action, id, of_user).await?;
    Ok(tx.commit().await?)
}

/// Takes away what the demo gave: roles and memberships end, a partner is suspended, a key is revoked.
pub async fn end(platform: &Platform, id: Uuid) -> Result<(), DemoRightsError> {
    let app = App::new(platform.clone())?;
    match held(app.database()).await?.into_iter().find(|right| right.id() == id) {
        Some(DemoRight::Account { id, .. }) => {
            let tx = begin(&app, id).await?;
            store::end_rights(&tx, id).await?;
            finish(&tx, &app, Action::DemoRoleEnded, id.0, true).await?;
            tx.commit().await?;
        }
        Some(DemoRight::Partner { id, .. }) => crate::partner::suspend(&app, &operator(), id).await?,
        Some(DemoRight::ApiKey { id, .. }) => crate::partner::revoke(&app, &operator(), id).await?,
        None => return Err(DemoRightsError::Unknown(id)),
    }
    Ok(())
}

/// Locks the user's row, if the id is a user's, so that nobody uses meanwhile what is decided on.
async fn begin(app: &App, user: UserId) -> Result<Transaction, StoreError> {
    let tx = app.begin().await?;
    users::lock(&tx, user).await?;
    Ok(tx)
}

fn operator() -> Identity {
    Identity::service("souk")
}

async fn finish(
    tx: &Transaction,
    app: &App,
    action: Action,
    id: Uuid,
    of_user: bool,
) -> Result<(), StoreError> {
    audit::record(tx, app, &operator(), action, id, json!({})).await?;
    if of_user {
        role::touch_auth(tx, app, UserId(id), app.now()).await?;
    }
    Ok(())
}

/// Ends the access tokens that carry what the demo gave: their sessions go on, with what is in force now.
pub(super) async fn expire_tokens(app: &App) -> Result<(), StoreError> {
    for right in held(app.database()).await? {
        let DemoRight::Account { id, .. } = right else { continue };
        if store::has_session(app.database(), id, app.now()).await? {
            let tx = begin(app, id).await?;
            role::touch_auth(&tx, app, id, app.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
