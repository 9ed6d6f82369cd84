//! What the tests share: a server with cheap hashing, and users who have registered.

use platform_core::id::{SessionId, UserId};
use platform_identity::Role;
use platform_testkit::{Answer, TestClient, TestSubgraph, TestSubgraphBuilder};
use serde_json::{Value, json};
use users::UsersSubgraph;

pub const PASSWORD: &str = "correct horse battery";

pub const REGISTER: &str = "mutation ($input: RegisterInput!) { register(input: $input) {
    __typename
    ... on RegisterSuccess { user { id email name roles } tokens { ...T } }
    ... on WeakPassword { reason }
} }
fragment T on SessionTokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt sessionId }";

pub const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) {
    __typename
    ... on LoginSuccess { user { id } tokens { accessToken refreshToken sessionId } }
    ... on LoginLocked { lockedUntil }
    ... on InvalidCredentials { message }
} }";

pub const REFRESH: &str = "mutation ($input: RefreshTokenInput!) { refreshToken(input: $input) {
    __typename
    ... on RefreshTokenSuccess { tokens { accessToken refreshToken sessionId } }
    ... on RefreshTokenInvalid { reason }
} }";

/// A server whose hashes cost little.
pub fn builder() -> TestSubgraphBuilder<UsersSubgraph> {
    TestSubgraph::<UsersSubgraph>::builder().configure(|config| {
        config.auth.argon2_memory_kib = 64;
        config.auth.argon2_passes = 1;
    })
}

pub async fn start() -> TestSubgraph<UsersSubgraph> {
    builder().start().await
}

/// Somebody who has just registered.
#[derive(Debug, Clone)]
pub struct Registered {
    pub id: UserId,
    pub session: SessionId,
    pub access: String,
    pub refresh: String,
}

impl Registered {
    /// Requests with the identity that the gateway mints for this session.
    pub fn client(&self, app: &TestSubgraph<UsersSubgraph>) -> TestClient {
        app.as_user(self.id).with_session(self.session).with_roles([Role::Buyer])
    }
}

pub async fn register(app: &TestSubgraph<UsersSubgraph>, email: &str) -> Registered {
    let input = json!({ "email": email, "password": PASSWORD, "name": "Somebody" });
    let answer = app.as_guest().execute(REGISTER, json!({ "input": input })).await;
    assert_eq!(answer.text("register.__typename"), "RegisterSuccess", "{}", answer.body);
    Registered {
        id: answer.text("register.user.id").parse().unwrap(),
        session: answer.text("register.tokens.sessionId").parse().unwrap(),
        access: answer.text("register.tokens.accessToken"),
        refresh: answer.text("register.tokens.refreshToken"),
    }
}

pub async fn login(app: &TestSubgraph<UsersSubgraph>, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    app.as_guest().execute(LOGIN, json!({ "input": input })).await
}

pub async fn refresh(app: &TestSubgraph<UsersSubgraph>, token: &str) -> Answer {
    app.as_guest().execute(REFRESH, json!({ "input": { "refreshToken": token } })).await
}

/// An administrator that is nobody in particular: what counts is the scopes.
pub fn staff<'a>(app: &TestSubgraph<UsersSubgraph>, scopes: impl IntoIterator<Item = &'a str>) -> TestClient {
    app.as_user(app.ids().next()).with_roles([Role::Admin]).with_scopes(scopes)
}

/// What the gateway reads: revocations after a cursor, and the next cursor.
pub async fn revocations(app: &TestSubgraph<UsersSubgraph>, cursor: Option<&str>) -> (Vec<Value>, String) {
    let query = "query ($cursor: String) { revocationsSince(cursor: $cursor) { cursor revocations { kind id revokedAt } } }";
    let answer = app.as_service("gateway").execute_internal(query, json!({ "cursor": cursor })).await;
    (answer.get("revocationsSince.revocations"), answer.text("revocationsSince.cursor"))
}

/// The claims of an access token, unchecked.
pub fn claims(token: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode::<Value>(token).unwrap().claims
}
