//! An account and what stands in it.

use contracts::users::UserRegistered;
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use platform_text::{Email, fold, line};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::user;
use users_entities::user_role::Role;

use crate::account::error::AccountError;
use crate::app::App;
use crate::audit::{self, Action};
use crate::demo_ids;
use crate::role;
use crate::store;

/// What a new account is made of.
pub struct NewUser {
    pub id: UserId,
    pub email: Email,
    pub password_hash: String,
    pub name: String,
    pub language: String,
    pub roles: Vec<Role>,
}

/// Stores an account, whose address is known to be its owner's, with its roles, its event and its audit entry.
pub async fn insert(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    new: NewUser,
) -> Result<user::Model, StoreError> {
    let now = app.now();
    let row = user::ActiveModel {
        id: Set(new.id),
        email: Set(new.email.as_str().to_owned()),
        email_key: Set(Some(new.email.key())),
        email_verified_at: Set(Some(now)),
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
    let user = store::user::insert(tx, row).await?;
    for role in new.roles {
        role::grant_row(&**tx, user.id, role, now, demo_ids::is_demo(user.id.0)).await?;
    }
    let actor = match (actor.user, &actor.service) {
        (None, None) => Identity { user: Some(user.id), ..actor.clone() },
        _ => actor.clone(),
    };
    audit::record(tx, app, &actor, Action::UserRegistered, user.id.0, json!({})).await?;
    app.outbox.publish(tx, &UserRegistered { user_id: user.id }).await?;
    Ok(user)
}

const MAX_NAME: usize = 100;

/// A name as it is shown: a line that carries no link, since names stand in mails and on pages.
pub fn check_name(name: &str) -> Result<String, AccountError> {
    let name = line("name", name, MAX_NAME)?;
    if has_link(&name) {
        return Err(AccountError::Invalid { field: "name", rule: "must be a name, not a link" });
    }
    Ok(name)
}

/// Whether a mail program would make a link of a part of the text.
fn has_link(text: &str) -> bool {
    let text = fold(text);
    let is_path = |word: &str| word.split_once('/').is_some_and(|(host, _)| is_host(host));
    text.contains("://")
        || text.contains("www.")
        || text.contains('@')
        || text.split_whitespace().any(is_path)
}

/// `example.com`, but not `A.` or `Mr.Smith.`.
fn is_host(word: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    word.contains('.') && word.split('.').all(is_label)
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

#[cfg(test)]
mod tests {
    use platform_text::TextError;

    use super::*;

    #[test]
    fn a_name_carries_no_link() {
        for name in
            ["Ann", "Dr. Ann-Sophie O'Neil Jr.", "J.R.R. Tolkien", "田中 大輝", "Ann/Ben", "Ann & Ben"]
        {
            assert_eq!(check_name(name).unwrap(), name);
        }
        let links = [
            "http://evil.example",
            "Ann HTTPS://x",
            "www.evil.example",
            "WWW.x",
            "evil.example/win",
            "ｗｗｗ.x",
            "a@b.example",
        ];
        for name in links {
            assert!(matches!(check_name(name), Err(AccountError::Invalid { field: "name", .. })), "{name}");
        }
        assert!(matches!(check_name("a\nb"), Err(AccountError::Text(TextError::Control { field: "name" }))));
    }
}
