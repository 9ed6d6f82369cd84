//! Login, refresh and logout in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use platform_core::id::SessionId;
use platform_core::page::{Connection, Page};
use platform_identity::Policy;
use platform_server::{access, caller};
use users_entities::session::{self, RevocationReason};

use crate::account::UserView;
use crate::app::App;
use crate::login::password::{self, LoginOutcome};
use crate::login::refresh::{self, RefreshOutcome};
use crate::session::tokens::IssuedTokens;
use crate::session::{SessionError, Which, revoke, store};

pub struct SessionView(session::Model);

/// A login on one device.
#[Object(name = "Session")]
impl SessionView {
    /// Identifier, by which `logout` names the session.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What the client called the device.
    async fn device(&self) -> Option<&str> {
        self.0.device.as_deref()
    }

    /// When the user logged in.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When its tokens were last refreshed.
    async fn refreshed_at(&self) -> DateTime<Utc> {
        self.0.refreshed_at
    }

    /// When it ends unless its tokens are refreshed before.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Whether this request belongs to it.
    async fn current(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(caller(ctx)?.session == Some(self.0.id))
    }
}

/// The tokens of a session. Keep the refresh token where scripts of other origins cannot read it.
#[derive(SimpleObject)]
#[graphql(name = "SessionTokens")]
pub struct TokensView {
    /// Sent as `Authorization: Bearer …`.
    access_token: String,
    /// When the access token is good no longer.
    access_token_expires_at: DateTime<Utc>,
    /// Good for one `refreshToken`.
    refresh_token: String,
    /// When the refresh token is good no longer, and the session with it.
    refresh_token_expires_at: DateTime<Utc>,
    /// Identifier of the session.
    session_id: ID,
}

impl From<&IssuedTokens> for TokensView {
    fn from(issued: &IssuedTokens) -> Self {
        Self {
            access_token: issued.access.token.expose().to_owned(),
            access_token_expires_at: issued.access.expires_at,
            refresh_token: issued.refresh.expose().to_owned(),
            refresh_token_expires_at: issued.refresh_expires_at,
            session_id: issued.session.to_graphql(),
        }
    }
}

/// With what a user logs in, and where.
#[derive(InputObject)]
struct LoginInput {
    /// The address of the account.
    email: String,
    /// The password of the account.
    password: String,
    /// What the user may call this device, such as "Ann's phone"; at most 100 characters.
    device: Option<String>,
}

/// A session has begun.
#[derive(SimpleObject)]
struct LoginSuccess {
    /// Of the session that begins.
    tokens: TokensView,
    /// Who has logged in.
    user: UserView,
}

/// No account has this address, or the password is wrong.
#[derive(SimpleObject)]
struct InvalidCredentials {
    /// The same in words.
    message: &'static str,
}

/// Too many failed logins with this address, or from this network.
#[derive(SimpleObject)]
struct LoginLocked {
    /// What to do, in words.
    message: &'static str,
    /// When to try again.
    locked_until: DateTime<Utc>,
}

/// The password is right, but nobody may use the account: staff blocked it, or it is of a demo that is off.
#[derive(SimpleObject)]
struct AccountBlocked {
    /// What to do, in words.
    message: &'static str,
}

/// Outcome of `login`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "lives for one answer")]
enum LoginPayload {
    Success(LoginSuccess),
    InvalidCredentials(InvalidCredentials),
    Locked(LoginLocked),
    Blocked(AccountBlocked),
}

/// A refresh token to exchange for new tokens.
#[derive(InputObject)]
struct RefreshTokenInput {
    /// The session's latest: of the login, or of the last exchange.
    refresh_token: String,
}

/// The session goes on with new tokens.
#[derive(SimpleObject)]
struct RefreshTokenSuccess {
    /// In place of those before.
    tokens: TokensView,
    /// Whose session it is.
    user: UserView,
}

/// Why a refresh token is not accepted. In each case the user has to log in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum RefreshTokenFault {
    /// Not a token of this installation.
    Unknown,
    /// It was not exchanged in time.
    Expired,
    /// Its session ended.
    Revoked,
    /// It was exchanged before and came again, so somebody may have copied it: its session was ended.
    Reused,
}

/// The refresh token is not accepted.
#[derive(SimpleObject)]
struct RefreshTokenInvalid {
    /// Why not.
    reason: RefreshTokenFault,
    /// The same in words.
    message: &'static str,
}

/// Outcome of `refreshToken`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "lives for one answer")]
enum RefreshTokenPayload {
    Success(RefreshTokenSuccess),
    Invalid(RefreshTokenInvalid),
}

/// Which of the caller's sessions to end.
#[derive(InputObject)]
struct LogoutInput {
    /// One of the caller's sessions; without it the current one.
    session_id: Option<SessionId>,
}

/// The session is over.
#[derive(SimpleObject)]
struct LogoutPayload {
    /// False if it was over before, or is none of the caller's.
    ended: bool,
}

/// Which of the caller's sessions to end.
#[derive(InputObject)]
struct LogoutEverywhereInput {
    /// Keeps the session of this request.
    #[graphql(default = false)]
    keep_current: bool,
}

/// The sessions are over.
#[derive(SimpleObject)]
struct LogoutEverywherePayload {
    /// How many were ended.
    ended_sessions: usize,
}

#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// The caller's sessions in force, the newest first.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<SessionView>>> {
        let app = ctx.data_unchecked::<App>();
        let user = caller(ctx)?.user.ok_or(SessionError::NotAUser)?;
        let page = Page::parse(first, after.as_deref())?;
        let rows = store::list(app.database(), user, &page, app.now()).await?;
        Ok(Some(page.connection(rows, |row| row.id, SessionView)))
    }
}

#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Begins a session. After five failures in a row with an address, further logins with it from the same network have
    /// to wait.
    #[graphql(directive = access::public::apply())]
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Result<Option<LoginPayload>> {
        let app = ctx.data_unchecked::<App>();
        let outcome = password::login(app, caller(ctx)?, &input.email, input.password, input.device).await?;
        Ok(Some(match outcome {
            LoginOutcome::Success(issued) => LoginPayload::Success(LoginSuccess {
                tokens: TokensView::from(&issued),
                user: UserView::own(app, issued.user).await?,
            }),
            LoginOutcome::InvalidCredentials => LoginPayload::InvalidCredentials(InvalidCredentials {
                message: "The email address or the password is wrong.",
            }),
            LoginOutcome::Locked { until } => LoginPayload::Locked(LoginLocked {
                message: "Too many failed logins with this address. Wait, or reset the password.",
                locked_until: until,
            }),
            LoginOutcome::Blocked => {
                LoginPayload::Blocked(AccountBlocked { message: "This account is blocked. Contact support." })
            }
        }))
    }

    /// Exchanges a refresh token for new tokens. The same token sent again within 10 seconds gives the same new
    /// refresh token; sent later it ends the session.
    #[graphql(directive = access::public::apply())]
    async fn refresh_token(
        &self,
        ctx: &Context<'_>,
        input: RefreshTokenInput,
    ) -> Result<Option<RefreshTokenPayload>> {
        let app = ctx.data_unchecked::<App>();
        let invalid = |reason, message| RefreshTokenPayload::Invalid(RefreshTokenInvalid { reason, message });
        Ok(Some(match refresh::refresh(app, caller(ctx)?, input.refresh_token).await? {
            RefreshOutcome::Success(issued) => RefreshTokenPayload::Success(RefreshTokenSuccess {
                tokens: TokensView::from(&issued),
                user: UserView::own(app, issued.user).await?,
            }),
            RefreshOutcome::Unknown => invalid(RefreshTokenFault::Unknown, "The refresh token is not valid."),
            RefreshOutcome::Expired => {
                invalid(RefreshTokenFault::Expired, "The session has expired. Log in again.")
            }
            RefreshOutcome::Revoked => {
                invalid(RefreshTokenFault::Revoked, "The session was ended. Log in again.")
            }
            RefreshOutcome::Reused => invalid(
                RefreshTokenFault::Reused,
                "The refresh token was used before, so its session was ended. Log in again.",
            ),
        }))
    }

    /// Ends one of the caller's sessions.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn logout(&self, ctx: &Context<'_>, input: Option<LogoutInput>) -> Result<Option<LogoutPayload>> {
        let app = ctx.data_unchecked::<App>();
        let caller = caller(ctx)?;
        let user = caller.user.ok_or(SessionError::NotAUser)?;
        let Some(session) = input.and_then(|input| input.session_id).or(caller.session) else {
            return Ok(Some(LogoutPayload { ended: false }));
        };
        let end = async || {
            let tx = app.begin().await?;
            let ended = revoke(&tx, app, caller, user, Which::One(session), RevocationReason::Logout).await?;
            tx.commit().await?;
            Ok::<_, SessionError>(!ended.is_empty())
        };
        Ok(Some(LogoutPayload { ended: end().await? }))
    }

    /// Ends all of the caller's sessions, on every device.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn logout_everywhere(
        &self,
        ctx: &Context<'_>,
        input: Option<LogoutEverywhereInput>,
    ) -> Result<Option<LogoutEverywherePayload>> {
        let app = ctx.data_unchecked::<App>();
        let caller = caller(ctx)?;
        let user = caller.user.ok_or(SessionError::NotAUser)?;
        let which = match caller.session.filter(|_| input.is_some_and(|input| input.keep_current)) {
            Some(current) => Which::Others(current),
            None => Which::All,
        };
        let end = async || {
            let tx = app.begin().await?;
            let ended = revoke(&tx, app, caller, user, which, RevocationReason::LogoutEverywhere).await?;
            tx.commit().await?;
            Ok::<_, SessionError>(ended.len())
        };
        Ok(Some(LogoutEverywherePayload { ended_sessions: end().await? }))
    }
}
