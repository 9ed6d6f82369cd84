//! The second half: the code is right, and there is an account.

use platform_database::Violation;
use platform_identity::Identity;
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use users_entities::user_role::Role;

use crate::account::{self, AccountError, NewUser};
use crate::app::App;
use crate::login;
use crate::registration::{MAX_WRONG_CODES, store};
use crate::secret::Secret;
use crate::session::{self, Attempt, IssuedTokens, SessionError};

/// What came of a code.
pub enum ConfirmOutcome {
    Registered(IssuedTokens),
    /// The code or the registration is wrong or over; which of them is not told.
    InvalidCode,
    /// Another registration with the address was confirmed first. Only who reads its mail comes to know.
    EmailTaken,
}

pub async fn confirm(
    app: &App,
    caller: &Identity,
    registration: String,
    code: &str,
    device: Option<String>,
) -> Result<ConfirmOutcome, AccountError> {
    let device = login::check_device(device.as_deref())?;
    let key = session::signing_key(app).await.map_err(SessionError::from)?;
    let hash = Secret::received(registration).hash();
    let tx = app.begin().await?;
    let found = store::lock(&tx, hash).await?.filter(|row| row.expires_at > app.now());
    let Some(row) = found.filter(|row| row.code_hash.is_some() && row.wrong_codes < MAX_WRONG_CODES) else {
        return Ok(ConfirmOutcome::InvalidCode);
    };
    if row.code_hash.as_ref() != Some(&store::code_hash(row.id, code)) {
        let wrong_codes = row.wrong_codes.saturating_add(1);
        let mut row = row.into_active_model();
        row.wrong_codes = Set(wrong_codes);
        store::update(&tx, row).await?;
        tx.commit().await?;
        return Ok(ConfirmOutcome::InvalidCode);
    }
    let email = Email::stored(row.email);
    if account::by_email(&*tx, &email, email.as_str()).await?.is_some() {
        return Ok(ConfirmOutcome::EmailTaken);
    }
    store::delete(&tx, row.id).await?;
    let attempt = Attempt::new(&email, caller);
    let new = NewUser {
        id: app.next_id(),
        email,
        password_hash: row.password_hash,
        name: row.name,
        language: row.language,
        roles: vec![Role::Buyer],
    };
    let user = match account::insert(&tx, app, caller, new).await {
        Ok(user) => user,
        Err(error) if error.is_unique_violation() => return Ok(ConfirmOutcome::EmailTaken),
        Err(error) => return Err(error.into()),
    };
    attempt.proved(&tx, app.now()).await?;
    let issued = login::open(&tx, app, caller, &key, &user, device).await?;
    tx.commit().await?;
    Ok(ConfirmOutcome::Registered(issued))
}
