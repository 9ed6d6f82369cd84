//! Partners and their keys, decided.

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::{ApiKeyId, PartnerId, VendorId};
use platform_core::moment;
use platform_database::{Transaction, Violation};
use platform_identity::{Identity, Scope};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::{api_key, partner};

use crate::app::App;
use crate::audit::{self, Action};
use crate::demo_ids;
use crate::partner::{MAX_VENDORS, PartnerError, key, store};
use crate::revocation::{self, Kind};
use crate::role::{self, FOR_PARTNERS};
use crate::secret::Secret;

const MAX_NAME: usize = 100;
const MAX_RATE: i32 = 10_000;
/// The longest that a rotated key may go on to work.
const MAX_OVERLAP: TimeDelta = TimeDelta::days(30);

/// A key as staff asks for it.
pub struct NewKey {
    pub partner: PartnerId,
    pub name: String,
    /// Words of scopes, as they were sent.
    pub scopes: Vec<String>,
    /// The vendors that it is bound to.
    pub vendors: Vec<VendorId>,
    pub rate_per_second: Option<i32>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub async fn create(app: &App, actor: &Identity, name: &str) -> Result<partner::Model, PartnerError> {
    let name = platform_text::line("name", name, MAX_NAME)?;
    let now = app.now();
    let tx = role::begin(app, actor, &[]).await?;
    let row = partner::ActiveModel {
        id: Set(app.next_id::<PartnerId>()),
        name: Set(name),
        status: Set(partner::Status::Active),
        by_demo: Set(demo_ids::is_behind(&*tx, actor).await?),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let created = match store::insert(&tx, row).await {
        Ok(created) => created,
        Err(error) if error.is_unique_violation() => return Err(PartnerError::NameTaken),
        Err(error) => return Err(error.into()),
    };
    audit::record(&tx, app, actor, Action::PartnerCreated, created.id.0, json!({})).await?;
    tx.commit().await?;
    Ok(created)
}

/// Suspends or resumes a partner; false if it was so before. One that the demo made is kept by resuming it. None of a suspended partner's keys works.
pub async fn set_status(
    app: &App,
    actor: &Identity,
    id: PartnerId,
    status: partner::Status,
) -> Result<(partner::Model, bool), PartnerError> {
    let tx = role::begin(app, actor, &[]).await?;
    let found = lock(&tx, "id", id).await?;
    let is_kept =
        found.by_demo && status == partner::Status::Active && !demo_ids::is_behind(&*tx, actor).await?;
    if found.status == status && !is_kept {
        return Ok((found, false));
    }
    let now = app.now();
    let row = partner::ActiveModel {
        id: Set(id),
        status: Set(status),
        by_demo: Set(found.by_demo && !is_kept),
        updated_at: Set(now),
        ..Default::default()
    };
    let updated = store::update(&tx, row).await?;
    match status {
        partner::Status::Suspended => {
            audit::record(&tx, app, actor, Action::PartnerSuspended, id.0, json!({})).await?;
            revocation::record(&tx, Kind::Partner, &[id.0], now).await?;
        }
        partner::Status::Active => {
            audit::record(&tx, app, actor, Action::PartnerResumed, id.0, json!({})).await?;
            revocation::delete_of(&tx, Kind::Partner, id.0).await?;
        }
    }
    tx.commit().await?;
    Ok((updated, true))
}

/// Makes a key. The secret is returned here and never again.
pub async fn create_key(
    app: &App,
    actor: &Identity,
    new: NewKey,
) -> Result<(api_key::Model, Secret), PartnerError> {
    let now = app.now();
    let name = platform_text::line("name", &new.name, MAX_NAME)?;
    let scopes = check_reach(actor, new.scopes, new.vendors)?;
    if new.rate_per_second.is_some_and(|rate| !(1..=MAX_RATE).contains(&rate)) {
        return Err(PartnerError::Invalid { field: "ratePerSecond", rule: "must be between 1 and 10,000" });
    }
    let expires_at = new.expires_at.map(|at| moment::check("expiresAt", at)).transpose()?;
    if expires_at.is_some_and(|expires| expires <= now) {
        return Err(PartnerError::Invalid { field: "expiresAt", rule: "must be in the future" });
    }
    let tx = role::begin(app, actor, &[]).await?;
    lock(&tx, "partnerId", new.partner).await?;
    let row = api_key::ActiveModel {
        partner_id: Set(new.partner),
        name: Set(name),
        scopes: Set(json!(scopes)),
        rate_per_second: Set(new.rate_per_second),
        expires_at: Set(expires_at),
        by_demo: Set(demo_ids::is_behind(&*tx, actor).await?),
        ..Default::default()
    };
    let (created, secret) = insert_key(&tx, app, row).await?;
    let details = json!({ "partner": new.partner, "scopes": scopes });
    audit::record(&tx, app, actor, Action::ApiKeyCreated, created.id.0, details).await?;
    tx.commit().await?;
    Ok((created, secret))
}

/// Makes a key like another, which goes on to work for `overlap`.
pub async fn rotate_key(
    app: &App,
    actor: &Identity,
    id: ApiKeyId,
    overlap: TimeDelta,
) -> Result<(api_key::Model, Secret), PartnerError> {
    if overlap < TimeDelta::zero() || overlap > MAX_OVERLAP {
        return Err(PartnerError::Invalid { field: "overlapSeconds", rule: "must be between 0 and 30 days" });
    }
    let now = app.now();
    let tx = role::begin(app, actor, &[]).await?;
    let old = store::lock_key(&tx, id).await?.ok_or(PartnerError::NoSuchKey)?;
    if !key::is_in_force(&old, now) {
        return Err(PartnerError::KeyEnded);
    }
    // Who could not make such a key cannot obtain one this way either.
    check_reach(actor, key::scopes(&old), key::vendors(&old))?;
    let row = api_key::ActiveModel {
        partner_id: Set(old.partner_id),
        name: Set(old.name),
        scopes: Set(old.scopes),
        rate_per_second: Set(old.rate_per_second),
        expires_at: Set(old.expires_at),
        by_demo: Set(old.by_demo || demo_ids::is_behind(&*tx, actor).await?),
        ..Default::default()
    };
    let (created, secret) = insert_key(&tx, app, row).await?;
    let ends = old.expires_at.map_or(now + overlap, |expires| expires.min(now + overlap));
    store::set_expiry(&tx, id, ends).await?;
    audit::record(&tx, app, actor, Action::ApiKeyRotated, id.0, json!({ "successor": created.id })).await?;
    tx.commit().await?;
    Ok((created, secret))
}

/// Ends a key; false if it was revoked before.
pub async fn revoke_key(
    app: &App,
    actor: &Identity,
    id: ApiKeyId,
) -> Result<(api_key::Model, bool), PartnerError> {
    let tx = role::begin(app, actor, &[]).await?;
    let found = store::lock_key(&tx, id).await?.ok_or(PartnerError::NoSuchKey)?;
    if found.revoked_at.is_some() {
        return Ok((found, false));
    }
    let row = api_key::ActiveModel { id: Set(id), revoked_at: Set(Some(app.now())), ..Default::default() };
    let revoked = store::update_key(&tx, row).await?;
    audit::record(&tx, app, actor, Action::ApiKeyRevoked, id.0, json!({})).await?;
    tx.commit().await?;
    Ok((revoked, true))
}

/// Suspends a partner, if it is not suspended.
pub async fn suspend(app: &App, actor: &Identity, id: PartnerId) -> Result<(), PartnerError> {
    set_status(app, actor, id, partner::Status::Suspended).await.map(drop)
}

/// Ends a key, if it has not ended.
pub async fn revoke(app: &App, actor: &Identity, id: ApiKeyId) -> Result<(), PartnerError> {
    revoke_key(app, actor, id).await.map(drop)
}

/// Locks a partner, which `field` of the input names.
async fn lock(tx: &Transaction, field: &'static str, id: PartnerId) -> Result<partner::Model, PartnerError> {
    store::lock(tx, id).await?.ok_or(PartnerError::NoSuchPartner { field })
}

/// Stores `row` as a new key with a fresh secret.
async fn insert_key(
    tx: &Transaction,
    app: &App,
    row: api_key::ActiveModel,
) -> Result<(api_key::Model, Secret), PartnerError> {
    let secret = Secret::generate(key::PREFIX)?;
    let row = api_key::ActiveModel {
        id: Set(app.next_id::<ApiKeyId>()),
        prefix: Set(key::prefix(&secret)),
        hash: Set(key::hash(&secret)),
        created_at: Set(app.now()),
        revoked_at: Set(None),
        last_used_at: Set(None),
        ..row
    };
    Ok((store::insert_key(tx, row).await?, secret))
}

/// The scopes that are stored: what the key may do, and for which vendors. Nobody gives a key more than they have.
fn check_reach(
    actor: &Identity,
    scopes: Vec<String>,
    mut vendors: Vec<VendorId>,
) -> Result<Vec<String>, PartnerError> {
    let mut scopes = check_scopes(actor, scopes)?;
    vendors.sort_unstable();
    vendors.dedup();
    if vendors.len() > MAX_VENDORS {
        return Err(PartnerError::TooManyVendors);
    }
    if !vendors.is_empty() && scopes.contains(&Scope::AllVendors) {
        return Err(PartnerError::BoundToAll);
    }
    if let Some(vendor) = vendors.iter().find(|vendor| !actor.acts_for(**vendor)) {
        return Err(PartnerError::Vendor(*vendor));
    }
    scopes.extend(vendors.into_iter().map(Scope::Vendor));
    Ok(scopes.into_iter().map(String::from).collect())
}

/// Only what partners may do, and only what the maker of the key may do.
fn check_scopes(actor: &Identity, mut words: Vec<String>) -> Result<Vec<Scope>, PartnerError> {
    words.sort_unstable();
    words.dedup();
    let (mut scopes, mut refused) = (Vec::new(), Vec::new());
    for word in &words {
        match word.parse::<Scope>() {
            Ok(scope) if FOR_PARTNERS.contains(&scope) && actor.has_scope(scope) => scopes.push(scope),
            _ => refused.push(word.get(..40).unwrap_or(word)),
        }
    }
    refused.truncate(5);
    if refused.is_empty() { Ok(scopes) } else { Err(PartnerError::Scope(refused.join(", "))) }
}
