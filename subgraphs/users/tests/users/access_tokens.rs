use std::path::{Path, PathBuf};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use platform_identity::Scope;
use platform_testkit::TestSubgraph;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use users::UsersSubgraph;

use crate::support::{PASSWORD, builder, claims, login, refresh, register, staff, start};

async fn key_set(app: &TestSubgraph<UsersSubgraph>) -> JwkSet {
    let answer = app.http().get(app.url("/.well-known/jwks.json")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("max-age"));
    let keys: JwkSet = answer.json().await.unwrap();
    let internal = app.as_service("gateway").execute_internal("{ jwks }", json!({})).await;
    assert_eq!(serde_json::from_str::<JwkSet>(&internal.text("jwks")).unwrap(), keys);
    keys
}

/// The claims of a token that a verifier with this key set accepts.
fn verify(token: &str, keys: &JwkSet) -> Option<Value> {
    let header = decode_header(token).unwrap();
    let key = keys.find(&header.kid.unwrap())?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&["souk-clients"]);
    validation.set_issuer(&["souk"]);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.validate_exp = false;
    Some(decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).ok()?.claims)
}

async fn rotate(app: &TestSubgraph<UsersSubgraph>, rotation: &str) -> String {
    let rotate = "mutation ($r: KeyRotation!) { rotateSigningKey(input: { rotation: $r }) { kid } }";
    let answer = app.as_service("souk").execute_internal(rotate, json!({ "r": rotation })).await;
    answer.text("rotateSigningKey.kid")
}

#[tokio::test]
async fn a_token_states_who_may_do_what_and_is_checked_by_the_key_set() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let header = serde_json::to_value(decode_header(&ann.access).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
    assert_eq!(header.as_object().unwrap().len(), 3, "{header}");

    let claims = verify(&ann.access, &key_set(&app).await).unwrap();
    assert_eq!(claims["sub"], json!(ann.id));
    assert_eq!(claims["sid"], json!(ann.session));
    assert_eq!(claims["roles"], json!(["buyer"]));
    assert_eq!(claims["scope"], "");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 3_600);
    assert!(!claims.to_string().contains("example.com"), "no email in a token: {claims}");
    let private = key_set(&app).await;
    assert!(!serde_json::to_string(&private).unwrap().contains("\"d\""), "no private key in the key set");
}

#[tokio::test]
async fn staff_and_sellers_get_their_scopes() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersRead]).await;
    let vendor = app.ids().next_uuid();
    let grant = "mutation ($id: ID!, $vendor: ID!) {
        seller: grantRole(input: { userId: $id, role: SELLER }) { changed }
        support: grantRole(input: { userId: $id, role: SUPPORT }) { changed }
        grantVendorMembership(input: { userId: $id, vendorId: $vendor }) { changed user { vendors { id } } } }";
    let granted = staff.execute(grant, json!({ "id": ann.id, "vendor": vendor })).await;
    assert_eq!(granted.at("grantVendorMembership.user.vendors.0.id"), &json!(vendor));

    let token = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.accessToken");
    let claims = claims(&token);
    assert_eq!(claims["roles"], json!(["buyer", "seller", "support"]));
    let scope = claims["scope"].as_str().unwrap();
    let scopes: Vec<&str> = scope.split(' ').collect();
    for wanted in [&*format!("vendor:{vendor}"), "catalog:write", "users:read", "orders:manage"] {
        assert!(scopes.contains(&wanted), "{wanted} in {scope}");
    }
    for unwanted in ["roles:grant", "users:manage", "payments:manage", "audit:read"] {
        assert!(!scopes.contains(&unwanted), "{unwanted} in {scope}");
    }
}

/// A planned rotation publishes the new key before it signs, and keeps the old one until its last token has expired.
#[tokio::test]
async fn a_planned_rotation_ends_no_token() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let old = decode_header(&ann.access).unwrap().kid.unwrap();
    let new = rotate(&app, "PLANNED").await;
    assert_ne!(old, new);
    assert_eq!(rotate(&app, "PLANNED").await, new, "a rotation that is planned already is not planned twice");

    let keys = key_set(&app).await;
    assert!(keys.find(&old).is_some() && keys.find(&new).is_some());
    let before = login(&app, "ann@example.com", PASSWORD).await.text("login.tokens.accessToken");
    assert_eq!(decode_header(&before).unwrap().kid.unwrap(), old);

    app.clock().advance(std::time::Duration::from_secs(601));
    let after = login(&app, "ann@example.com", PASSWORD).await.text("login.tokens.accessToken");
    assert_eq!(decode_header(&after).unwrap().kid.unwrap(), new);
    let keys = key_set(&app).await;
    assert!(verify(&before, &keys).is_some() && verify(&after, &keys).is_some());

    app.clock().advance(std::time::Duration::from_secs(3_600 + 700));
    let keys = key_set(&app).await;
    assert!(verify(&before, &keys).is_none() && verify(&after, &keys).is_some());
}

/// Check 14, in part: a key that leaked counts no more, from one request to the next.
#[tokio::test]
async fn an_immediate_rotation_withdraws_the_old_key() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    rotate(&app, "IMMEDIATE").await;
    let keys = key_set(&app).await;
    assert!(verify(&ann.access, &keys).is_none());
    let next = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.accessToken");
    assert!(verify(&next, &keys).is_some());
}

#[tokio::test]
async fn keys_outlive_a_restart() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let app = app.restart().await;
    assert!(verify(&ann.access, &key_set(&app).await).is_some());
}

/// A file with a key that encrypts private keys; each test has its own.
fn encryption_key(test: &str) -> PathBuf {
    let name = format!("encryption-{test}-{}.key", std::process::id());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, "Qk9YIG9mIDMyIGJ5dGVzIGZvciB0aGlzIHRlc3QhISE=\n").unwrap();
    file
}

#[tokio::test]
async fn private_keys_of_before_are_encrypted_once_the_installation_has_a_key_for_that() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let file = encryption_key("later");
    let key_file = file.to_str().unwrap().to_owned();
    let later = builder().configure(|config| config.auth.signing_key_encryption_file = key_file);
    let app = app.restart_with(later).await;
    let stored = users_entities::signing_key::Entity::find().all(app.database().read()).await.unwrap();
    assert!(!stored.is_empty());
    assert!(stored.iter().all(|key| !key.private_pem.contains("PRIVATE KEY")), "{stored:?}");
    assert!(verify(&ann.access, &key_set(&app).await).is_some(), "logins go on");
    let again = login(&app, "ann@example.com", PASSWORD).await;
    assert!(verify(&again.text("login.tokens.accessToken"), &key_set(&app).await).is_some());
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn private_keys_are_encrypted_where_the_installation_has_a_key_for_that() {
    let file = encryption_key("first");
    let key_file = file.to_str().unwrap().to_owned();
    let app = builder().configure(|config| config.auth.signing_key_encryption_file = key_file).start().await;
    let ann = register(&app, "ann@example.com").await;
    assert!(verify(&ann.access, &key_set(&app).await).is_some());
    let kid = rotate(&app, "IMMEDIATE").await;
    let stored = users_entities::signing_key::Entity::find().all(app.database().read()).await.unwrap();
    assert!(stored.iter().any(|key| key.kid == kid));
    assert!(stored.iter().all(|key| !key.private_pem.contains("PRIVATE KEY")), "{stored:?}");
    let ann = login(&app, "ann@example.com", PASSWORD).await;
    assert!(verify(&ann.text("login.tokens.accessToken"), &key_set(&app).await).is_some());

    // Without the key nothing starts, and it is said why.
    let refused = tokio::spawn(app.restart()).await.err().unwrap().into_panic();
    let reason = refused.downcast_ref::<String>().unwrap();
    assert!(reason.contains("auth.signing_key_encryption_file is missing or another"), "{reason}");
    std::fs::remove_file(file).unwrap();
}
