//! Demo users of every role and a demo partner, with logins that anybody can read. Never for a real installation: the
//! caller refuses that.
//!
//! Ids are fixed, so that seeding again changes nothing and other subgraphs can name these users, and so that they are
//! known for what they are where the demo is off: then none of them gets in, by password, token or key; and what they
//! granted to others is not in force until an operator keeps it.

mod rights;
mod store;

use platform_core::id::{AddressId, UserId, VendorId};
use platform_database::{Database, StoreError, Transaction};
use platform_identity::{Identity, Scope};
use platform_server::{BuildError, Platform};
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::session::RevocationReason;
use users_entities::user_role::Role;
use users_entities::{address, api_key, partner};

use crate::account::{self, NewUser};
use crate::app::App;
use crate::demo_ids::{BASE, KEY, PARTNER};
use crate::partner::{hash_key, key_prefix};
use crate::role;
use crate::secret::Secret;
use crate::session::{Which, revoke};
use crate::store::user;

pub use crate::demo_ids::{BUYERS, COURIERS, DemoLogin, LOGINS, PARTNER_KEY, PASSWORD, all};
pub use rights::{DemoRight, DemoRightsError, end, held, keep};
pub use store::is_empty;

/// The ids of all demo users.
fn ids() -> impl Iterator<Item = UserId> {
    all().map(|demo| demo.id)
}

/// How many demo users a database has.
pub async fn count(database: &Database) -> Result<u64, StoreError> {
    store::count(database, ids()).await
}

/// Whether demo data was begun to be made: the first demo user is there before anything else.
pub async fn is_begun(database: &Database) -> Result<bool, StoreError> {
    Ok(store::count(database, ids().take(1)).await? > 0)
}

/// Where the demo is off, ends the sessions that demo users began while it was on, so that their access tokens end
/// with them.
pub(crate) async fn close(app: &App) -> Result<(), StoreError> {
    if app.config.demo {
        return Ok(());
    }
    for user in store::with_sessions(app.database(), ids()).await? {
        let tx = app.begin().await?;
        let actor = Identity::service("souk");
        revoke(&tx, app, &actor, user, Which::All, RevocationReason::UserBlocked).await?;
        tx.commit().await?;
    }
    rights::expire_tokens(app).await
}

/// Seeds what is missing; `progress` is told how many of how many users are done. `vendors` are those that the demo
/// seller acts for. Returns how many users were made.
pub async fn seed(
    platform: &Platform,
    vendors: &[VendorId],
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<u64, BuildError> {
    let app = App::new(platform.clone())?;
    let total = u64::try_from(all().count())?;
    let mut made = 0;
    for (done, demo) in (0..).zip(all()) {
        progress(done, total);
        if user::find(app.database().read(), demo.id).await?.is_some() {
            continue;
        }
        let password_hash = app.hasher().hash(PASSWORD.to_owned()).await?;
        let tx = app.begin().await?;
        let new = NewUser {
            id: demo.id,
            email: Email::parse("email", demo.email)?,
            password_hash,
            name: demo.name.to_owned(),
            language: "en".to_owned(),
            roles: roles(demo.role),
        };
        account::insert(&tx, &app, &Identity::service("souk"), new).await?;
        insert_address(&tx, &app, demo).await?;
        tx.commit().await?;
        made += 1;
    }
    let seller = LOGINS.iter().filter(|demo| demo.role == "seller");
    for demo in seller {
        for vendor in vendors {
            role::grant_vendor_row(app.database().write(), demo.id, *vendor, app.now(), true).await?;
        }
    }
    seed_partner(&app).await?;
    progress(total, total);
    Ok(made)
}

fn roles(role: &str) -> Vec<Role> {
    match role {
        "seller" => vec![Role::Buyer, Role::Seller],
        "courier" => vec![Role::Buyer, Role::Courier],
        "support" => vec![Role::Buyer, Role::Support],
        "admin" => vec![Role::Buyer, Role::Admin],
        _ => vec![Role::Buyer],
    }
}

/// A home in the demo city.
async fn insert_address(tx: &Transaction, app: &App, demo: &DemoLogin) -> Result<(), BuildError> {
    let now = app.now();
    let number = demo.id.0.as_u128() - BASE;
    let row = address::ActiveModel {
        id: Set(AddressId(demo.id.0)),
        user_id: Set(demo.id),
        recipient: Set(demo.name.to_owned()),
        company: Set(None),
        line1: Set(format!("Breite Straße {number}")),
        line2: Set(None),
        city: Set("Soukhaven".to_owned()),
        region: Set(None),
        postal_code: Set(Some("28991".to_owned())),
        country: Set("DE".to_owned()),
        phone: Set(None),
        default_shipping: Set(true),
        default_billing: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Ok(store::insert_address(tx, row).await?)
}

async fn seed_partner(app: &App) -> Result<(), BuildError> {
    let scopes = json!([Scope::CatalogReadAll, Scope::OrdersRead, Scope::AllVendors].map(String::from));
    if store::has_partner(app.database(), PARTNER).await? {
        // One that an earlier release made goes on to show what the documents say.
        store::set_scopes(app.database(), KEY, scopes).await?;
        return Ok(());
    }
    let now = app.now();
    let secret = Secret::received(PARTNER_KEY.to_owned());
    let tx = app.begin().await?;
    let row = partner::ActiveModel {
        id: Set(PARTNER),
        name: Set("Demo partner".to_owned()),
        status: Set(partner::Status::Active),
        by_demo: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let key = api_key::ActiveModel {
        id: Set(KEY),
        partner_id: Set(PARTNER),
        name: Set("Demo key".to_owned()),
        prefix: Set(key_prefix(&secret)),
        hash: Set(hash_key(&secret)),
        scopes: Set(scopes),
        rate_per_second: Set(None),
        created_at: Set(now),
        expires_at: Set(None),
        revoked_at: Set(None),
        by_demo: Set(true),
        last_used_at: Set(None),
    };
    store::insert_partner(&tx, row, key).await?;
    tx.commit().await?;
    Ok(())
}
