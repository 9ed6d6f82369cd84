//! The first administrator of an installation, made from the command line.

use platform_core::id::UserId;
use platform_database::{StoreError, Violation};
use platform_identity::Identity;
use platform_server::Platform;
use platform_text::{Email, TextError};
use users_entities::user_role::Role;

use crate::account::{self, NewUser};
use crate::app::{App, AppError};
use crate::password::{self, HasherError, PasswordWeakness};

/// Why no administrator was made. Says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CreateAdminError {
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("the name must have 1 to 100 characters on one line, and be no link")]
    Name,
    #[error(
        "an account with this address exists; choose another address, or have an administrator grant it the role"
    )]
    EmailTaken,
    #[error("the password is too weak: {0}")]
    Weak(&'static str),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Hasher(#[from] HasherError),
    #[error("the database of users cannot be written; is it migrated?")]
    Store(#[from] StoreError),
}

/// What an administrator is made of.
pub struct NewAdmin {
    pub email: String,
    pub name: String,
    pub password: String,
}

/// Makes an account with the roles of a buyer and an administrator. The database is migrated.
pub async fn create_admin(platform: &Platform, new: NewAdmin) -> Result<UserId, CreateAdminError> {
    let app = App::new(platform.clone())?;
    let email = Email::parse("email", &new.email)?;
    let name = account::check_name(&new.name).map_err(|_| CreateAdminError::Name)?;
    password::check(&new.password, &email).map_err(|weakness| CreateAdminError::Weak(advice(weakness)))?;
    let user = NewUser {
        id: app.next_id(),
        email,
        password_hash: app.hasher().hash(new.password).await?,
        name,
        language: "en".to_owned(),
        roles: vec![Role::Buyer, Role::Admin],
    };
    let id = user.id;
    let tx = app.begin().await?;
    match account::insert(&tx, &app, &Identity::service("souk"), user).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.is_unique_violation() => return Err(CreateAdminError::EmailTaken),
        Err(error) => return Err(error.into()),
    }
    Ok(id)
}

const fn advice(weakness: PasswordWeakness) -> &'static str {
    match weakness {
        PasswordWeakness::TooShort => "use at least 10 characters",
        PasswordWeakness::TooLong => "use at most 1,024 bytes",
        PasswordWeakness::TooCommon => "it is among those that are tried first",
        PasswordWeakness::ContainsEmail => "it contains the email address",
    }
}
