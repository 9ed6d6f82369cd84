//! What an API key stands for.

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::{ApiKeyId, PartnerId, VendorId};
use platform_database::StoreError;
use platform_identity::Scope;
use users_entities::{api_key, partner};

use super::store;
use crate::app::App;
use crate::demo_ids;
use crate::secret::Secret;

pub const PREFIX: &str = "souk_key_";
/// Characters of a key that stay readable: the prefix and 36 of its 256 bits.
const SHOWN: usize = PREFIX.len() + 6;
/// How exact `last_used_at` is.
const USE_NOTED: TimeDelta = TimeDelta::minutes(1);

/// What a valid key allows.
#[derive(Debug, Clone)]
pub struct KeyGrant {
    pub partner: PartnerId,
    pub key: ApiKeyId,
    /// Words of scopes, as they are stored: also such as this release does not know.
    pub scopes: Vec<String>,
    pub rate_per_second: Option<i32>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The beginning of a key, by which people tell keys apart.
pub fn prefix(key: &Secret) -> String {
    key.expose().chars().take(SHOWN).collect()
}

/// What is stored of a key.
pub fn hash(key: &Secret) -> Vec<u8> {
    key.hash()
}

/// The grant of a key; `None` for one that does not exist, has ended, or whose partner is suspended.
pub async fn verify(app: &App, key: String) -> Result<Option<KeyGrant>, StoreError> {
    let now = app.now();
    let hash = Secret::received(key).hash();
    let row = store::key_by_hash(app.database(), hash).await?;
    let usable = |row: &api_key::Model| is_usable(app, row) && !demo_ids::is_closed(app, row.partner_id.0);
    let Some(row) = row.filter(usable) else { return Ok(None) };
    let partner = store::find(app.database(), row.partner_id).await?;
    let holds = |made_by_demo: bool| made_by_demo && !app.config.demo;
    if partner.is_none_or(|partner| partner.status != partner::Status::Active || holds(partner.by_demo)) {
        return Ok(None);
    }
    if row.last_used_at.is_none_or(|used| now - used >= USE_NOTED) {
        store::note_use(app.database(), row.id, now, now - USE_NOTED).await?;
    }
    Ok(Some(KeyGrant {
        partner: row.partner_id,
        key: row.id,
        scopes: granted(&row),
        rate_per_second: row.rate_per_second,
        expires_at: row.expires_at,
    }))
}

/// Whether the key works, as far as it is concerned: one that the demo made does so in the demo alone, until an operator
/// keeps it.
pub fn is_usable(app: &App, row: &api_key::Model) -> bool {
    is_in_force(row, app.now()) && (app.config.demo || !row.by_demo)
}

pub fn is_in_force(row: &api_key::Model, now: DateTime<Utc>) -> bool {
    row.revoked_at.is_none() && row.expires_at.is_none_or(|expires| expires > now)
}

/// What a key may do, without the vendors that it may do it for.
pub fn scopes(row: &api_key::Model) -> Vec<String> {
    granted(row).into_iter().filter(|word| vendor_of(word).is_none()).collect()
}

/// The vendors that a key is bound to.
pub fn vendors(row: &api_key::Model) -> Vec<VendorId> {
    granted(row).iter().filter_map(|word| vendor_of(word)).collect()
}

/// The vendor that a scope is about.
fn vendor_of(word: &str) -> Option<VendorId> {
    word.parse::<Scope>().ok()?.vendor()
}

/// The words of all scopes of a key. What cannot be read grants nothing.
fn granted(row: &api_key::Model) -> Vec<String> {
    serde_json::from_value(row.scopes.clone()).unwrap_or_default()
}
