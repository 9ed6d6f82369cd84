//! New accounts.

use contracts::users::UserRegistered;
use platform_core::id::UserId;
use platform_database::{Transaction, is_unique_violation};
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::{DbErr, EntityTrait};
use serde_json::json;
use users_entities::user;
use users_entities::user_role::Role;

use crate::account::error::AccountError;
use crate::account::store;
use crate::app::App;
use crate::audit::{self, Action};
use crate::email::Email;
use crate::password::{self, PasswordWeakness};
use crate::recovery;
use crate::role;
use crate::session::{self, IssuedTokens};

/// What registering came to.
pub enum RegisterOutcome {
    Success(IssuedTokens),
    EmailTaken,
    Weak(PasswordWeakness),
}

/// What a new account is made of.
pub struct NewUser {
    pub id: UserId,
    pub email: Email,
    pub password_hash: String,
    pub name: String,
    pub language: String,
    /// Shown to get mail at the address already.
    pub verified: bool,
    pub roles: Vec<Role>,
}

/// What a client gives.
pub struct Registration {
    pub email: String,
    pub password: String,
    pub name: String,
    pub language: Option<String>,
    pub device: Option<String>,
}

pub async fn register(
    app: &App,
    caller: &Identity,
    input: Registration,
) -> Result<RegisterOutcome, AccountError> {
    let email = Email::parse(&input.email)?;
    let name = check_name(&input.name)?;
    let language = check_language(input.language.as_deref().unwrap_or(&caller.market.language))?;
    session::check_device(input.device.as_deref())?;
    if let Err(weakness) = password::check(&input.password, &email) {
        return Ok(RegisterOutcome::Weak(weakness));
    }
    // Spares the work of hashing; the unique index decides below.
    if store::by_email(app.database().read(), &email).await?.is_some() {
        return Ok(RegisterOutcome::EmailTaken);
    }
    let password_hash = app.hasher().hash(input.password).await?;
    let key = session::signing_key(app).await.map_err(session::SessionError::from)?;
    let new = NewUser {
        id: app.next_id(),
        email,
        password_hash,
        name,
        language,
        verified: false,
        roles: vec![Role::Buyer],
    };
    let tx = app.begin().await?;
    let user = match insert(&tx, app, caller, new).await {
        Ok(user) => user,
        Err(error) if is_unique_violation(&error) => return Ok(RegisterOutcome::EmailTaken),
        Err(error) => return Err(error.into()),
    };
    recovery::enqueue(&tx, app, recovery::Purpose::VerifyEmail, Some(user.id)).await?;
    let issued = session::open(&tx, app, caller, &key, &user, input.device).await?;
    tx.commit().await?;
    Ok(RegisterOutcome::Success(issued))
}

/// Stores an account with its roles, its event and its audit entry.
pub async fn insert(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    new: NewUser,
) -> Result<user::Model, DbErr> {
    let now = app.now();
    let row = user::ActiveModel {
        id: Set(new.id),
        email: Set(new.email.as_str().to_owned()),
        email_verified_at: Set(new.verified.then_some(now)),
        password_hash: Set(Some(new.password_hash)),
        name: Set(new.name),
        picture_url: Set(None),
        phone: Set(None),
        language: Set(new.language),
        status: Set(user::Status::Active),
        auth_changed_at: Set(None),
        inbox_version: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let user = user::Entity::insert(row).exec_with_returning(&**tx).await?;
    for role in new.roles {
        role::grant_row(&**tx, user.id, role, now).await?;
    }
    let actor = match (actor.user, &actor.service) {
        (None, None) => Identity { user: Some(user.id), ..actor.clone() },
        _ => actor.clone(),
    };
    audit::record(tx, app, &actor, Action::UserRegistered, user.id.0, json!({})).await?;
    app.platform().outbox.publish(tx, &UserRegistered { user_id: user.id }).await?;
    Ok(user)
}

const MAX_NAME: usize = 100;

/// A name as it is shown: without surrounding space, on one line.
pub fn check_name(name: &str) -> Result<String, AccountError> {
    let name = name.trim();
    let valid = (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(char::is_control);
    if valid {
        Ok(name.to_owned())
    } else {
        Err(AccountError::Invalid { field: "name", rule: "must have 1 to 100 characters on one line" })
    }
}

/// A BCP 47 primary tag in lower case.
pub fn check_language(tag: &str) -> Result<String, AccountError> {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase()) {
        Ok(primary)
    } else {
        Err(AccountError::Invalid { field: "language", rule: "must be a language tag such as `de`" })
    }
}
