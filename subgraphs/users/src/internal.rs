//! The internal schema: what the gateway and the other subgraphs ask of users. Only services reach it.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use platform_core::id::{AddressId, SessionId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_server::caller;
use users_entities::user_role::Role;
use users_entities::{address, revocation};

use crate::app::App;
use crate::{notification, partner, role, session, store, token};

#[derive(Debug, thiserror::Error)]
#[error("the key set cannot be written")]
struct KeySetError(#[from] serde_json::Error);

impl ApiError for KeySetError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

platform_core::api_error!(KeySetError);

/// A user as other subgraphs may know it.
#[derive(SimpleObject)]
#[graphql(name = "User")]
struct InternalUser {
    /// Identifier of the user.
    id: ID,
    /// As others see it.
    name: String,
    /// To be used, not stored or logged.
    email: String,
    /// Whether the user has shown to get mail there.
    email_verified: bool,
    /// Language of mails, as a BCP 47 tag.
    language: String,
    /// The user's roles, which say what the user may do.
    roles: Vec<Role>,
    /// False for an account that may not be used.
    active: bool,
}

/// One of a user's addresses, to be copied.
#[derive(SimpleObject)]
#[graphql(name = "Address")]
struct InternalAddress {
    /// Identifier of the address.
    id: ID,
    /// Who receives there.
    recipient: String,
    /// Company of the recipient; null if none was given.
    company: Option<String>,
    /// Street and number.
    line1: String,
    /// More of the address, such as a floor; null if none was given.
    line2: Option<String>,
    /// Town or city.
    city: String,
    /// State, province or prefecture; null if none was given.
    region: Option<String>,
    /// As the country writes it; null if none was given.
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// Telephone number: digits after an optional `+`; null if none was given.
    phone: Option<String>,
}

impl From<address::Model> for InternalAddress {
    fn from(row: address::Model) -> Self {
        Self {
            id: row.id.to_graphql(),
            recipient: row.recipient,
            company: row.company,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
            phone: row.phone,
        }
    }
}

/// Somebody whose credentials no longer count.
#[derive(SimpleObject)]
struct Revocation {
    /// What `id` names.
    kind: revocation::Kind,
    /// The session, the user or the partner.
    id: ID,
    /// For a user: tokens issued up to then.
    revoked_at: DateTime<Utc>,
}

/// What was revoked since, and where to go on.
#[derive(SimpleObject)]
struct RevocationPage {
    /// In the order of their commits; at most 10,000.
    revocations: Vec<Revocation>,
    /// To be passed with the next question.
    cursor: String,
}

/// What an API key allows.
#[derive(SimpleObject)]
struct ApiKeyGrant {
    /// Whose key it is.
    partner_id: ID,
    /// Identifier of the key.
    key_id: ID,
    /// What it may do; `vendor:` with an id for each vendor that it is bound to.
    scopes: Vec<String>,
    /// Operations a second; null for the usual rate.
    rate_per_second: Option<i32>,
    /// When it ends; null if it has no end.
    expires_at: Option<DateTime<Utc>>,
}

/// What a user may do at this moment.
#[derive(SimpleObject)]
struct Standing {
    /// The user's roles, which say what the user may do.
    roles: Vec<Role>,
    /// What the roles allow; `vendor:` with an id for each vendor that a seller acts for.
    scopes: Vec<String>,
}

#[derive(Default)]
pub struct ServiceQuery;

#[Object]
impl ServiceQuery {
    /// A user; null if there is none.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user to read.")] id: ID,
    ) -> Result<Option<InternalUser>> {
        let app = ctx.data_unchecked::<App>();
        let Ok(id) = id.parse::<UserId>() else { return Ok(None) };
        let database = app.database().read();
        let Some(found) = store::user::find(app.database().read(), id).await? else { return Ok(None) };
        let rights = role::rights(database, id, app.config.demo).await?;
        let active = !role::is_barred(app, &found);
        Ok(Some(InternalUser {
            id: id.to_graphql(),
            name: found.name,
            email: found.email,
            email_verified: found.email_verified_at.is_some(),
            language: found.language,
            roles: rights.roles,
            active,
        }))
    }

    /// What a user may do at this moment, to check a long-lived connection again; null when the session has ended or
    /// the account is blocked.
    async fn standing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose standing.")] user_id: ID,
        #[graphql(
            desc = "The session of the connection, which has to be in force; none is looked at unless given."
        )]
        session_id: Option<ID>,
    ) -> Result<Option<Standing>> {
        let app = ctx.data_unchecked::<App>();
        let Ok(user) = user_id.parse::<UserId>() else { return Ok(None) };
        if let Some(session) = session_id {
            let Ok(session) = session.parse::<SessionId>() else { return Ok(None) };
            if !session::is_live(app.database(), session).await? {
                return Ok(None);
            }
        }
        let database = app.database().read();
        let found = store::user::find(app.database().read(), user).await?;
        if found.is_none_or(|user| role::is_barred(app, &user)) {
            return Ok(None);
        }
        let rights = role::rights(database, user, app.config.demo).await?;
        let scopes = role::granted(&rights.roles, &rights.vendors).into_iter().map(String::from).collect();
        Ok(Some(Standing { roles: rights.roles, scopes }))
    }

    /// One of a user's addresses; null if there is none.
    async fn address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose address it has to be.")] user_id: ID,
        #[graphql(desc = "The address to read.")] id: ID,
    ) -> Result<Option<InternalAddress>> {
        let app = ctx.data_unchecked::<App>();
        let (Ok(user), Ok(id)) = (user_id.parse::<UserId>(), id.parse::<AddressId>()) else {
            return Ok(None);
        };
        let found = crate::address::find(app.database().read(), user, id).await?;
        Ok(found.map(InternalAddress::from))
    }

    /// Whether the VAT id is the user's, and marked valid by staff.
    async fn vat_id_is_valid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose VAT id it has to be.")] user_id: ID,
        #[graphql(desc = "In upper case without spaces.")] vat_id: String,
    ) -> Result<bool> {
        let Ok(user) = user_id.parse::<UserId>() else { return Ok(false) };
        let database = ctx.data_unchecked::<App>().database().read();
        Ok(crate::vat::is_valid(database, user, &vat_id).await?)
    }

    /// The key set by which access tokens are checked: the JSON of RFC 7517.
    async fn jwks(&self, ctx: &Context<'_>) -> Result<String> {
        let keys = ctx.data_unchecked::<App>().keyring().key_set().await?;
        Ok(serde_json::to_string(&keys).map_err(KeySetError)?)
    }

    /// What was revoked after `cursor`; without one, as long ago as an access token may live.
    async fn revocations_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of the page before.")] cursor: Option<String>,
    ) -> Result<RevocationPage> {
        let app = ctx.data_unchecked::<App>();
        let (rows, cursor) = crate::revocation::since(app.database(), cursor.as_deref()).await?;
        let revocations = rows.into_iter().map(|row| Revocation {
            kind: row.kind,
            id: ID(row.subject_id.to_string()),
            revoked_at: row.revoked_at,
        });
        Ok(RevocationPage { revocations: revocations.collect(), cursor })
    }

    /// What an API key allows; null if it does not work.
    async fn api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key as it came in `X-API-Key`.")] key: String,
    ) -> Result<Option<ApiKeyGrant>> {
        let grant = partner::verify(ctx.data_unchecked::<App>(), key).await?;
        Ok(grant.map(|grant| ApiKeyGrant {
            partner_id: grant.partner.to_graphql(),
            key_id: grant.key.to_graphql(),
            scopes: grant.scopes,
            rate_per_second: grant.rate_per_second,
            expires_at: grant.expires_at,
        }))
    }
}

/// A text to put into users' inboxes.
#[derive(InputObject)]
struct SendNotificationInput {
    /// Who gets it: 1 to 100 users.
    user_ids: Vec<UserId>,
    /// One line of at most 100 characters.
    title: String,
    /// At most 2,000 characters.
    body: String,
    /// Sent again with the same key, it arrives once.
    idempotency_key: String,
}

/// The text was sent.
#[derive(SimpleObject)]
struct SendNotificationPayload {
    /// How many users got it; those who are gone or had it already did not.
    sent: usize,
}

/// How signing keys are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum KeyRotation {
    /// Tokens of the old key stay valid until they expire.
    Planned,
    /// The old keys leaked: every access token ends now.
    Immediate,
}

/// How to replace the key that signs access tokens.
#[derive(InputObject)]
struct RotateSigningKeyInput {
    /// Whether the old key leaked.
    rotation: KeyRotation,
}

/// The key that signs next.
#[derive(SimpleObject)]
struct RotateSigningKeyPayload {
    /// Of the new key.
    kid: String,
    /// When it begins to sign.
    signs_from: DateTime<Utc>,
}

#[derive(Default)]
pub struct ServiceMutation;

#[Object]
impl ServiceMutation {
    /// Sends a text to users' inboxes.
    async fn send_notification(
        &self,
        ctx: &Context<'_>,
        input: SendNotificationInput,
    ) -> Result<SendNotificationPayload> {
        let SendNotificationInput { user_ids, title, body, idempotency_key } = input;
        let app = ctx.data_unchecked::<App>();
        let sent =
            notification::send(app, caller(ctx)?, &user_ids, &title, &body, Some(idempotency_key)).await?;
        Ok(SendNotificationPayload { sent })
    }

    /// Makes a new key to sign access tokens. Where one is planned already, a PLANNED rotation makes no other.
    async fn rotate_signing_key(
        &self,
        ctx: &Context<'_>,
        input: RotateSigningKeyInput,
    ) -> Result<RotateSigningKeyPayload> {
        let rotation = match input.rotation {
            KeyRotation::Planned => token::Rotation::Planned,
            KeyRotation::Immediate => token::Rotation::Immediate,
        };
        let key = ctx.data_unchecked::<App>().keyring().rotate(rotation).await?;
        Ok(RotateSigningKeyPayload { kid: key.kid, signs_from: key.signs_from })
    }
}
