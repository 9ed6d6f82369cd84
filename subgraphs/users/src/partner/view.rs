//! `Partner` and `ApiKey`.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use platform_core::id::VendorId;
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, rows};
use users_entities::{api_key, partner};

use crate::app::App;
use crate::partner::key;
use crate::partner::store::OfPartner;

pub struct PartnerView(pub partner::Model);

/// A company whose systems call the API with keys. Seen by staff.
#[Object(name = "Partner", directive = access::scope::apply(Scope::PartnersManage))]
impl PartnerView {
    /// Identifier, by which inputs name the partner.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// Name of the company, unique among partners.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether its keys work.
    async fn status(&self) -> partner::Status {
        self.0.status
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// All keys ever made, in the order of their making.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<ApiKeyView>> {
        let page = Page::parse(first, after.as_deref())?;
        let mut keys = rows(ctx).of::<OfPartner>(self.0.id).await?;
        if let Some(after) = page.after {
            keys.retain(|row| row.id > after);
        }
        Ok(page.connection(keys, |row| row.id, ApiKeyView))
    }
}

pub struct ApiKeyView(pub api_key::Model);

/// A partner's key. The key itself is shown once, when it is made.
#[Object(name = "ApiKey", directive = access::scope::apply(Scope::PartnersManage))]
impl ApiKeyView {
    /// Identifier, by which `rotateApiKey` and `revokeApiKey` name the key.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What the key is for.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The beginning of the key.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<String> {
        key::scopes(&self.0)
    }

    /// The vendors that it is bound to: it sees and changes what is theirs alone. Without any, it reaches no vendor's
    /// things, unless it has the scope `vendors:all`.
    async fn vendor_ids(&self) -> Vec<VendorId> {
        key::vendors(&self.0)
    }

    /// Operations a second; null for the usual rate.
    async fn rate_per_second(&self) -> Option<i32> {
        self.0.rate_per_second
    }

    /// Whether it works, as far as the key is concerned.
    async fn active(&self, ctx: &Context<'_>) -> bool {
        key::is_usable(ctx.data_unchecked::<App>(), &self.0)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it ends; null if it has no end.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// When it was revoked; null if it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    /// When it was used last, within a minute; null if it never was.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}
