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
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde_json::json;
use users_entities::user_role::Role;
use users_entities::{api_key, partner, session, user, user_role, vendor_membership};
use uuid::Uuid;

use crate::app::{App, AppError};
use crate::audit::{self, Action};
use crate::demo_ids::is_demo;
use crate::partner::PartnerError;
use crate::role;

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

platform_database::query_error!(DemoRightsError);

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
    let db = database.read();
    let mut accounts: BTreeMap<UserId, (Vec<Role>, usize)> = BTreeMap::new();
    let roles = user_role::Entity::find().filter(user_role::Column::ByDemo.eq(true)).all(db).await?;
    for row in roles.into_iter().filter(|row| !is_demo(row.user_id.0) && row.role != Role::Buyer) {
        accounts.entry(row.user_id).or_default().0.push(row.role);
    }
    let memberships =
        vendor_membership::Entity::find().filter(vendor_membership::Column::ByDemo.eq(true)).all(db).await?;
    for row in memberships.into_iter().filter(|row| !is_demo(row.user_id.0)) {
        accounts.entry(row.user_id).or_default().1 += 1;
    }
    let partners = partner::Entity::find()
        .filter(partner::Column::ByDemo.eq(true))
        .filter(partner::Column::Status.eq(partner::Status::Active))
        .order_by_asc(partner::Column::Id)
        .all(db)
        .await?;
    // The others are their partners' matter.
    let sound = partner::Entity::find()
        .select_only()
        .column(partner::Column::Id)
        .filter(partner::Column::ByDemo.eq(false))
        .filter(partner::Column::Status.eq(partner::Status::Active));
    let keys = api_key::Entity::find()
        .filter(api_key::Column::ByDemo.eq(true))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(api_key::Column::PartnerId.in_subquery(QueryTrait::into_query(sound)))
        .order_by_asc(api_key::Column::Id)
        .all(db)
        .await?;
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
    let (no, user) = (Expr::value(false), UserId(id));
    let tx = begin(&app, user).await?;
    let roles = user_role::Entity::update_many()
        .col_expr(user_role::Column::ByDemo, no.clone())
        .filter(user_role::Column::UserId.eq(user))
        .filter(user_role::Column::ByDemo.eq(true))
        .exec(&*tx)
        .await?;
    let memberships = vendor_membership::Entity::update_many()
        .col_expr(vendor_membership::Column::ByDemo, no.clone())
        .filter(vendor_membership::Column::UserId.eq(user))
        .filter(vendor_membership::Column::ByDemo.eq(true))
        .exec(&*tx)
        .await?;
    let partners = partner::Entity::update_many()
        .col_expr(partner::Column::ByDemo, no.clone())
        .filter(partner::Column::Id.eq(PartnerId(id)))
        .filter(partner::Column::ByDemo.eq(true))
        .exec(&*tx)
        .await?;
    let of_it = sea_orm::Condition::any()
        .add(api_key::Column::Id.eq(ApiKeyId(id)))
        .add(api_key::Column::PartnerId.eq(PartnerId(id)));
    let keys = api_key::Entity::update_many()
        .col_expr(api_key::Column::ByDemo, no)
        .filter(of_it)
        .filter(api_key::Column::ByDemo.eq(true))
        .exec(&*tx)
        .await?;
    let of_user = roles.rows_affected + memberships.rows_affected;
    let action = match (of_user > 0, partners.rows_affected > 0, keys.rows_affected > 0) {
        (true, ..) => Action::DemoRoleKept,
        (false, true, _) => Action::DemoPartnerKept,
        (false, false, true) => Action::DemoKeyKept,
        (false, false, false) => return Err(DemoRightsError::Unknown(id)),
    };
    finish(&tx, &app, action, id, of_user > 0).await?;
    Ok(tx.commit().await?)
}

/// Takes away what the demo gave: roles and memberships end, a partner is suspended, a key is revoked.
pub async fn end(platform: &Platform, id: Uuid) -> Result<(), DemoRightsError> {
    let app = App::new(platform.clone())?;
    match held(app.database()).await?.into_iter().find(|right| right.id() == id) {
        Some(DemoRight::Account { id, .. }) => {
            let tx = begin(&app, id).await?;
            user_role::Entity::delete_many()
                .filter(user_role::Column::UserId.eq(id))
                .filter(user_role::Column::Role.ne(Role::Buyer))
                .filter(user_role::Column::ByDemo.eq(true))
                .exec(&*tx)
                .await?;
            vendor_membership::Entity::delete_many()
                .filter(vendor_membership::Column::UserId.eq(id))
                .filter(vendor_membership::Column::ByDemo.eq(true))
                .exec(&*tx)
                .await?;
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
    user::Entity::find_by_id(user).lock_exclusive().one(&*tx).await?;
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
        let live = session::Entity::find()
            .filter(session::Column::UserId.eq(id))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(app.now()))
            .one(app.database().read())
            .await?;
        if live.is_some() {
            let tx = begin(app, id).await?;
            role::touch_auth(&tx, app, id, app.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
