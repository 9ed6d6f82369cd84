//! What the tests share: a server with cheap hashing, and users who have registered.

use std::net::IpAddr;

use platform_core::Clock;
use platform_core::id::{SessionId, UserId};
use platform_identity::{Role, Scope};
use platform_testkit::{Answer, TestClient, TestSubgraph, TestSubgraphBuilder, eventually_some};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use users::UsersSubgraph;
use users_entities::{user, user_role};

pub const PASSWORD: &str = "correct horse battery";

pub const REGISTER: &str = "mutation ($input: RegisterInput!) { register(input: $input) {
    __typename
    ... on RegistrationPending { registration message expiresAt }
    ... on WeakPassword { reason }
} }";

pub const CONFIRM: &str = "mutation ($input: ConfirmRegistrationInput!) { confirmRegistration(input: $input) {
    __typename
    ... on RegisterSuccess { user { id email name roles } tokens { ...T } }
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
        "folder".clone_into(&mut config.mail.url);
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

/// The texts of the mails to an address so far, in the order of what caused them.
pub fn mails(app: &TestSubgraph<UsersSubgraph>, to: &str) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(app.data_dir().join("users/mail")) else { return Vec::new() };
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    files.sort();
    let texts = files.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    texts.filter(|text| text.contains(&format!("To: {to}\r\n"))).collect()
}

/// The code in the text of a mail: two groups of four digits on a line.
pub fn code(text: &str) -> Option<String> {
    let is_code = |line: &&str| line.len() == 9 && line.chars().all(|c| c.is_ascii_digit() || c == ' ');
    text.lines().find(is_code).map(str::to_owned)
}

/// Registers and waits for the `nth` code that is mailed to the address; returns what confirms it.
pub async fn register_and_wait(
    client: &TestClient,
    app: &TestSubgraph<UsersSubgraph>,
    input: Value,
    nth: usize,
) -> Value {
    let answer = client.execute(REGISTER, json!({ "input": input })).await;
    assert_eq!(answer.text("register.__typename"), "RegistrationPending", "{}", answer.body);
    let to = input["email"].as_str().unwrap().trim().to_lowercase();
    let code =
        eventually_some(|| async { mails(app, &to).iter().filter_map(|mail| code(mail)).nth(nth) }).await;
    json!({ "registration": answer.text("register.registration"), "code": code })
}

pub async fn confirm(client: &TestClient, input: &Value) -> Answer {
    client.execute(CONFIRM, json!({ "input": input })).await
}

pub async fn register(app: &TestSubgraph<UsersSubgraph>, email: &str) -> Registered {
    register_from(&app.as_guest(), app, email).await
}

pub async fn register_from(
    client: &TestClient,
    app: &TestSubgraph<UsersSubgraph>,
    email: &str,
) -> Registered {
    let input = json!({ "email": email, "password": PASSWORD, "name": "Somebody" });
    let answer = confirm(client, &register_and_wait(client, app, input, 0).await).await;
    assert_eq!(answer.text("confirmRegistration.__typename"), "RegisterSuccess", "{}", answer.body);
    Registered {
        id: answer.text("confirmRegistration.user.id").parse().unwrap(),
        session: answer.text("confirmRegistration.tokens.sessionId").parse().unwrap(),
        access: answer.text("confirmRegistration.tokens.accessToken"),
        refresh: answer.text("confirmRegistration.tokens.refreshToken"),
    }
}

/// Somebody from the `n`th network.
pub fn from(app: &TestSubgraph<UsersSubgraph>, n: u8) -> TestClient {
    let mut identity = app.as_guest().identity().clone();
    identity.network = Some(IpAddr::from([198, 51, 100, n]));
    app.as_identity(identity)
}

pub async fn login(app: &TestSubgraph<UsersSubgraph>, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    app.as_guest().execute(LOGIN, json!({ "input": input })).await
}

pub async fn refresh(app: &TestSubgraph<UsersSubgraph>, token: &str) -> Answer {
    app.as_guest().execute(REFRESH, json!({ "input": { "refreshToken": token } })).await
}

/// An administrator that is nobody in particular, whose token has some of the scopes that it may have.
pub async fn staff(app: &TestSubgraph<UsersSubgraph>, scopes: impl IntoIterator<Item = Scope>) -> TestClient {
    let id: UserId = app.ids().next();
    let now = app.clock().now();
    let account = user::Model {
        id,
        email: format!("{id}@staff.example.com"),
        email_key: Some(format!("{id}@staff.example.com")),
        email_verified_at: Some(now),
        password_hash: None,
        name: "Staff".to_owned(),
        picture_url: None,
        phone: None,
        language: "en".to_owned(),
        status: user::Status::Active,
        auth_changed_at: None,
        inbox_version: 0,
        created_at: now,
        updated_at: now,
    };
    let account = account.into_active_model().reset_all();
    user::Entity::insert(account).exec_without_returning(app.database().write()).await.unwrap();
    give(app, id, user_role::Role::Admin).await;
    app.as_user(id).with_roles([Role::Admin]).with_scopes(scopes)
}

/// Gives a user a role as if it had been given long ago: without an entry in the audit trail, and no token ends.
pub async fn give(app: &TestSubgraph<UsersSubgraph>, user_id: UserId, role: user_role::Role) {
    let row = user_role::Model { user_id, role, granted_at: app.clock().now(), by_demo: false };
    let row = row.into_active_model().reset_all();
    user_role::Entity::insert(row).exec_without_returning(app.database().write()).await.unwrap();
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
