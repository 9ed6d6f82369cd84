//! Changes of an address book.

use platform_core::id::{AddressId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use platform_text::{PostalAddress, PostalDraft, TextError};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::address;

use crate::address::store;
use crate::app::App;
use crate::audit::{self, Action};
use crate::role::{self, StandingError};
use crate::store::user;

/// The most addresses of one user.
const MAX_ADDRESSES: u64 = 50;

#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("only a user has addresses")]
    NotAUser,
    #[error("you have no such address")]
    NoSuchAddress,
    #[error("you have {MAX_ADDRESSES} addresses; remove one first")]
    TooMany,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for AddressError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::NoSuchAddress => ErrorCode::NotFound,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Standing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::NoSuchAddress => Some("id"),
            _ => None,
        }
    }
}

platform_core::api_error!(AddressError);

/// Which defaults an address becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Defaults {
    pub shipping: bool,
    pub billing: bool,
}

fn into_row(address: PostalAddress) -> address::ActiveModel {
    address::ActiveModel {
        recipient: Set(address.recipient),
        company: Set(address.company),
        line1: Set(address.line1),
        line2: Set(address.line2),
        city: Set(address.city),
        region: Set(address.region),
        postal_code: Set(address.postal_code),
        country: Set(address.country.into()),
        phone: Set(address.phone),
        ..Default::default()
    }
}

/// Adds an address. The first of a user becomes both defaults.
pub async fn add(
    app: &App,
    actor: &Identity,
    user: UserId,
    draft: &PostalDraft,
    defaults: Defaults,
) -> Result<address::Model, AddressError> {
    let address = draft.check()?;
    let tx = begin(app, actor, user).await?;
    let count = store::count(&tx, user).await?;
    if count >= MAX_ADDRESSES {
        return Err(AddressError::TooMany);
    }
    let defaults = if count == 0 { Defaults { shipping: true, billing: true } } else { defaults };
    store::unset_defaults(&tx, user, defaults).await?;
    let now = app.now();
    let row = address::ActiveModel {
        id: Set(app.next_id::<AddressId>()),
        user_id: Set(user),
        default_shipping: Set(defaults.shipping),
        default_billing: Set(defaults.billing),
        created_at: Set(now),
        updated_at: Set(now),
        ..into_row(address)
    };
    let added = store::insert(&tx, row).await?;
    audit::record(&tx, app, actor, Action::AddressAdded, added.id.0, json!({})).await?;
    tx.commit().await?;
    Ok(added)
}

/// Replaces what an address says; its defaults stay.
pub async fn update(
    app: &App,
    actor: &Identity,
    user: UserId,
    id: AddressId,
    draft: &PostalDraft,
) -> Result<address::Model, AddressError> {
    let address = draft.check()?;
    let tx = begin(app, actor, user).await?;
    store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    let row = address::ActiveModel { id: Set(id), updated_at: Set(app.now()), ..into_row(address) };
    let updated = store::update(&tx, row).await?;
    audit::record(&tx, app, actor, Action::AddressUpdated, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(updated)
}

/// Makes an address the default of the uses named; it keeps those it has.
pub async fn set_default(
    app: &App,
    actor: &Identity,
    user: UserId,
    id: AddressId,
    defaults: Defaults,
) -> Result<address::Model, AddressError> {
    let tx = begin(app, actor, user).await?;
    let found = store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    store::unset_defaults(&tx, user, defaults).await?;
    let row = address::ActiveModel {
        id: Set(id),
        default_shipping: Set(found.default_shipping || defaults.shipping),
        default_billing: Set(found.default_billing || defaults.billing),
        updated_at: Set(app.now()),
        ..Default::default()
    };
    let updated = store::update(&tx, row).await?;
    audit::record(&tx, app, actor, Action::AddressUpdated, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(updated)
}

/// Removes an address. No other becomes the default in its place.
pub async fn remove(app: &App, actor: &Identity, user: UserId, id: AddressId) -> Result<(), AddressError> {
    let tx = begin(app, actor, user).await?;
    store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    store::delete(&tx, id).await?;
    audit::record(&tx, app, actor, Action::AddressRemoved, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes of one address book come one after another.
async fn begin(app: &App, actor: &Identity, user: UserId) -> Result<Transaction, AddressError> {
    let tx = role::begin(app, actor, &[user]).await?;
    user::find(&*tx, user).await?.ok_or(AddressError::NotAUser)?;
    Ok(tx)
}
