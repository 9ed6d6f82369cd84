//! Partners in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::{ApiKeyId, PartnerId, VendorId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::{access, caller};
use users_entities::{api_key, partner};

use crate::app::App;
use crate::partner::service::{self, NewKey};
use crate::partner::store;
use crate::partner::view::{ApiKeyView, PartnerView};
use crate::secret::Secret;

/// A partner to make, as yet without keys.
#[derive(InputObject)]
struct CreatePartnerInput {
    /// Unique; at most 100 characters.
    name: String,
}

/// The partner was made.
#[derive(SimpleObject)]
struct CreatePartnerPayload {
    /// The partner as it is now.
    partner: PartnerView,
}

/// A partner whose keys are to work no more.
#[derive(InputObject)]
struct SuspendPartnerInput {
    /// The partner to suspend.
    id: PartnerId,
}

/// A partner whose keys are to work again.
#[derive(InputObject)]
struct ResumePartnerInput {
    /// The partner to resume.
    id: PartnerId,
}

/// The partner is suspended or resumed.
#[derive(SimpleObject)]
struct PartnerStatusPayload {
    /// The partner as it is now.
    partner: PartnerView,
    /// False if it was so before.
    changed: bool,
}

/// A key to make for a partner.
#[derive(InputObject)]
struct CreateApiKeyInput {
    /// Whose key it is.
    partner_id: PartnerId,
    /// What the key is for; at most 100 characters.
    name: String,
    /// What it may do: scopes that partners may have and that you have.
    scopes: Vec<String>,
    /// Binds the key to vendors: it sees and changes what is theirs alone; at most 100. Without them it reaches no
    /// vendor's things, unless `scopes` has `vendors:all`.
    #[graphql(default)]
    vendor_ids: Vec<VendorId>,
    /// Operations a second, 1 to 10,000; without it the usual rate.
    rate_per_second: Option<i32>,
    /// When it ends, in the future; it has no end unless given.
    expires_at: Option<DateTime<Utc>>,
}

/// A key to replace by another.
#[derive(InputObject)]
struct RotateApiKeyInput {
    /// A key that is in force.
    id: ApiKeyId,
    /// How long the old key goes on to work; at most 30 days.
    #[graphql(default = 86_400)]
    overlap_seconds: u32,
}

/// A new key.
#[derive(SimpleObject)]
struct ApiKeySecretPayload {
    /// What is known of the key from now on.
    api_key: ApiKeyView,
    /// The key, sent as `X-API-Key`. It is shown here and never again.
    key: String,
}

impl From<(api_key::Model, Secret)> for ApiKeySecretPayload {
    fn from((row, secret): (api_key::Model, Secret)) -> Self {
        Self { api_key: ApiKeyView(row), key: secret.expose().to_owned() }
    }
}

/// A key to end.
#[derive(InputObject)]
struct RevokeApiKeyInput {
    /// The key to revoke.
    id: ApiKeyId,
}

/// The key is revoked.
#[derive(SimpleObject)]
struct RevokeApiKeyPayload {
    /// The key as it is now.
    api_key: ApiKeyView,
    /// False if it was revoked before.
    changed: bool,
}

#[derive(Default)]
pub struct PartnerQuery;

#[Object]
impl PartnerQuery {
    /// A partner; null if there is none.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Partner.id`.")] id: ID,
    ) -> Result<Option<PartnerView>> {
        let Ok(id) = id.parse::<PartnerId>() else { return Ok(None) };
        let found = store::find(ctx.data_unchecked::<App>().database(), id).await?;
        Ok(found.map(PartnerView))
    }

    /// Partners, the newest first.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn partners(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<PartnerView>>> {
        let app = ctx.data_unchecked::<App>();
        let page = Page::<PartnerId>::parse(first, after.as_deref())?;
        let rows = store::page(app.database(), &page).await?;
        Ok(Some(page.connection(rows, |row| row.id, PartnerView)))
    }
}

#[derive(Default)]
pub struct PartnerMutation;

#[Object]
impl PartnerMutation {
    /// Makes a partner, whose keys then call the API.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn create_partner(
        &self,
        ctx: &Context<'_>,
        input: CreatePartnerInput,
    ) -> Result<Option<CreatePartnerPayload>> {
        let created = service::create(ctx.data_unchecked::<App>(), caller(ctx)?, &input.name).await?;
        Ok(Some(CreatePartnerPayload { partner: PartnerView(created) }))
    }

    /// Lets none of a partner's keys work.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn suspend_partner(
        &self,
        ctx: &Context<'_>,
        input: SuspendPartnerInput,
    ) -> Result<Option<PartnerStatusPayload>> {
        set_status(ctx, input.id, partner::Status::Suspended).await.map(Some)
    }

    /// Lets a suspended partner's keys work again; it can take as long as an access token lives.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn resume_partner(
        &self,
        ctx: &Context<'_>,
        input: ResumePartnerInput,
    ) -> Result<Option<PartnerStatusPayload>> {
        set_status(ctx, input.id, partner::Status::Active).await.map(Some)
    }

    /// Makes a key for a partner.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        input: CreateApiKeyInput,
    ) -> Result<Option<ApiKeySecretPayload>> {
        let CreateApiKeyInput { partner_id: partner, name, scopes, vendor_ids, rate_per_second, expires_at } =
            input;
        let new = NewKey { partner, name, scopes, vendors: vendor_ids, rate_per_second, expires_at };
        Ok(Some(service::create_key(ctx.data_unchecked::<App>(), caller(ctx)?, new).await?.into()))
    }

    /// Makes a key like another, to take its place.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        input: RotateApiKeyInput,
    ) -> Result<Option<ApiKeySecretPayload>> {
        let overlap = TimeDelta::seconds(i64::from(input.overlap_seconds));
        Ok(Some(
            service::rotate_key(ctx.data_unchecked::<App>(), caller(ctx)?, input.id, overlap).await?.into(),
        ))
    }

    /// Ends a key within five seconds.
    #[graphql(directive = access::scope::apply(Scope::PartnersManage))]
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        input: RevokeApiKeyInput,
    ) -> Result<Option<RevokeApiKeyPayload>> {
        let (row, changed) = service::revoke_key(ctx.data_unchecked::<App>(), caller(ctx)?, input.id).await?;
        Ok(Some(RevokeApiKeyPayload { api_key: ApiKeyView(row), changed }))
    }
}

async fn set_status(
    ctx: &Context<'_>,
    id: PartnerId,
    status: partner::Status,
) -> Result<PartnerStatusPayload> {
    let (row, changed) = service::set_status(ctx.data_unchecked::<App>(), caller(ctx)?, id, status).await?;
    Ok(PartnerStatusPayload { partner: PartnerView(row), changed })
}
