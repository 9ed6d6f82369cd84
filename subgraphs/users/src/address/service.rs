//! Changes of an address book.

use platform_core::id::{AddressId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_database::Transaction;
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use users_entities::{address, user};

use crate::address::store;
use crate::app::App;
use crate::audit::{self, Action};

/// The most addresses of one user.
const MAX_ADDRESSES: u64 = 50;
const MAX_LINE: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("only a user has addresses")]
    NotAUser,
    #[error("you have no such address")]
    NoSuchAddress,
    #[error("you have {MAX_ADDRESSES} addresses; remove one first")]
    TooMany,
    #[error("`{field}` {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error("the addresses cannot be read or stored")]
    Database(#[from] DbErr),
}

impl ApiError for AddressError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::NoSuchAddress => ErrorCode::NotFound,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::Invalid { .. } => ErrorCode::BadUserInput,
            Self::Database(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

platform_core::api_error!(AddressError);

/// An address as a client writes it.
pub struct Draft {
    pub recipient: String,
    pub company: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    pub phone: Option<String>,
}

/// Which defaults an address becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Defaults {
    pub shipping: bool,
    pub billing: bool,
}

impl Draft {
    /// Tidies every line and refuses what cannot stand on a parcel.
    fn check(self) -> Result<Self, AddressError> {
        let country = self.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(AddressError::Invalid {
                field: "country",
                rule: "must be an ISO 3166-1 code such as `DE`",
            });
        }
        let phone = self.phone.map(|phone| crate::account::check_phone("phone", &phone)).transpose();
        let phone = phone.map_err(|_| AddressError::Invalid {
            field: "phone",
            rule: "must be a telephone number such as `+49 30 901820`",
        })?;
        Ok(Self {
            recipient: line("recipient", &self.recipient)?,
            company: optional_line("company", self.company)?,
            line1: line("line1", &self.line1)?,
            line2: optional_line("line2", self.line2)?,
            city: line("city", &self.city)?,
            region: optional_line("region", self.region)?,
            postal_code: optional_line("postalCode", self.postal_code)?,
            country,
            phone,
        })
    }

    fn into_row(self) -> address::ActiveModel {
        address::ActiveModel {
            recipient: Set(self.recipient),
            company: Set(self.company),
            line1: Set(self.line1),
            line2: Set(self.line2),
            city: Set(self.city),
            region: Set(self.region),
            postal_code: Set(self.postal_code),
            country: Set(self.country),
            phone: Set(self.phone),
            ..Default::default()
        }
    }
}

fn line(field: &'static str, text: &str) -> Result<String, AddressError> {
    let text = text.trim();
    if (1..=MAX_LINE).contains(&text.chars().count()) && !text.contains(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(AddressError::Invalid { field, rule: "must have 1 to 100 characters on one line" })
    }
}

/// Nothing but space is nothing.
fn optional_line(field: &'static str, text: Option<String>) -> Result<Option<String>, AddressError> {
    text.filter(|text| !text.trim().is_empty()).map(|text| line(field, &text)).transpose()
}

/// Adds an address. The first of a user becomes both defaults.
pub async fn add(
    app: &App,
    actor: &Identity,
    user: UserId,
    draft: Draft,
    defaults: Defaults,
) -> Result<address::Model, AddressError> {
    let draft = draft.check()?;
    let tx = begin_locked(app, user).await?;
    let count = address::Entity::find().filter(address::Column::UserId.eq(user)).count(&*tx).await?;
    if count >= MAX_ADDRESSES {
        return Err(AddressError::TooMany);
    }
    let defaults = if count == 0 { Defaults { shipping: true, billing: true } } else { defaults };
    unset(&tx, user, defaults).await?;
    let now = app.now();
    let row = address::ActiveModel {
        id: Set(app.next_id::<AddressId>()),
        user_id: Set(user),
        default_shipping: Set(defaults.shipping),
        default_billing: Set(defaults.billing),
        created_at: Set(now),
        updated_at: Set(now),
        ..draft.into_row()
    };
    let added = address::Entity::insert(row).exec_with_returning(&*tx).await?;
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
    draft: Draft,
) -> Result<address::Model, AddressError> {
    let draft = draft.check()?;
    let tx = begin_locked(app, user).await?;
    store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    let row = address::ActiveModel { id: Set(id), updated_at: Set(app.now()), ..draft.into_row() };
    let updated = sea_orm::ActiveModelTrait::update(row, &*tx).await?;
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
    let tx = begin_locked(app, user).await?;
    let found = store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    unset(&tx, user, defaults).await?;
    let row = address::ActiveModel {
        id: Set(id),
        default_shipping: Set(found.default_shipping || defaults.shipping),
        default_billing: Set(found.default_billing || defaults.billing),
        updated_at: Set(app.now()),
        ..Default::default()
    };
    let updated = sea_orm::ActiveModelTrait::update(row, &*tx).await?;
    audit::record(&tx, app, actor, Action::AddressUpdated, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(updated)
}

/// Removes an address. No other becomes the default in its place.
pub async fn remove(app: &App, actor: &Identity, user: UserId, id: AddressId) -> Result<(), AddressError> {
    let tx = begin_locked(app, user).await?;
    store::find(&*tx, user, id).await?.ok_or(AddressError::NoSuchAddress)?;
    address::Entity::delete_by_id(id).exec(&*tx).await?;
    audit::record(&tx, app, actor, Action::AddressRemoved, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes of one address book come one after another.
async fn begin_locked(app: &App, user: UserId) -> Result<Transaction, AddressError> {
    let tx = app.begin().await?;
    user::Entity::find_by_id(user).lock_exclusive().one(&*tx).await?.ok_or(AddressError::NotAUser)?;
    Ok(tx)
}

/// Takes the defaults named from whichever address has them.
async fn unset(tx: &Transaction, user: UserId, defaults: Defaults) -> Result<(), DbErr> {
    let flags = [
        (address::Column::DefaultShipping, defaults.shipping),
        (address::Column::DefaultBilling, defaults.billing),
    ];
    for (flag, _) in flags.into_iter().filter(|(_, wanted)| *wanted) {
        address::Entity::update_many()
            .col_expr(flag, Expr::value(false))
            .filter(address::Column::UserId.eq(user))
            .filter(flag.eq(true))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}
