use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use platform_identity::{Caller, Identity, InternalKeys, Role, Scope};
use platform_testkit::TestSubgraph;
use serde_json::{Value, json};
use users::UsersSubgraph;

use crate::support::{register, start};

/// Sends `{ me { id } }` with these headers, and returns the status and the body.
async fn ask(app: &TestSubgraph<UsersSubgraph>, path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = app.http().post(app.url(path)).json(&json!({ "query": "{ me { id } }" }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

async fn assert_refused(app: &TestSubgraph<UsersSubgraph>, what: &str, token: &str) {
    for path in ["/graphql", "/internal/graphql"] {
        let (status, body) = ask(app, path, &[("authorization", &format!("Bearer {token}"))]).await;
        assert_eq!(status, 401, "{what} at {path}: {body}");
        assert!(body.pointer("/data/me/id").is_none(), "{what} at {path}: {body}");
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The header and claims of a token as readable JSON.
fn open(token: &str) -> (BTreeMap<String, Value>, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let header = serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (header, serde_json::from_slice(&parts.next().unwrap()).unwrap())
}

/// Check 14, at the subgraph itself: forged, borrowed and stale tokens are refused.
#[tokio::test]
async fn forged_identities_are_refused() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let caller = Caller::new(Identity { roles: [Role::Admin].into(), ..ann.client(&app).identity().clone() });
    let good = app.keys().mint(&caller, "users").unwrap();
    let (status, body) = ask(&app, "/graphql", &[("authorization", &format!("Bearer {good}"))]).await;
    assert_eq!((status, &body["data"]["me"]["id"]), (200, &json!(ann.id)));

    let (header, claims) = open(&good);
    let header = json!(header);
    let changed = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    // The header changed, the rest and its signature as they were; or the signature left out, or of another kind.
    let signature = good.rsplit('.').next().unwrap();
    let body = part(&claims);
    for (what, header) in [
        ("alg none", changed("alg", json!("none"))),
        ("alg HS256", changed("alg", json!("HS256"))),
        ("alg RS256", changed("alg", json!("RS256"))),
        ("typ of an access token", changed("typ", json!("at+jwt"))),
        ("unknown kid", changed("kid", json!("other"))),
        ("jku", changed("jku", json!("https://evil.example/jwks.json"))),
        ("jwk", changed("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }))),
        ("crit", changed("crit", json!(["exp"]))),
    ] {
        assert_refused(&app, what, &format!("{}.{body}.{signature}", part(&header))).await;
        assert_refused(&app, what, &format!("{}.{body}.", part(&header))).await;
    }

    // The public key as the secret of a symmetric signature.
    let keys = app.http().get(app.url("/.well-known/jwks.json")).send().await.unwrap().text().await.unwrap();
    let hs256 = Header {
        typ: Some("souk-identity+jwt".to_owned()),
        kid: header["kid"].as_str().map(str::to_owned),
        ..Header::new(Algorithm::HS256)
    };
    assert_refused(
        &app,
        "HS256 confusion",
        &encode(&hs256, &claims, &EncodingKey::from_secret(keys.as_bytes())).unwrap(),
    )
    .await;

    // Claims changed under the old signature.
    let mut promoted = claims.clone();
    promoted["identity"]["scopes"] = json!(["users:manage"]);
    let original = good.split('.').next().unwrap();
    assert_refused(&app, "changed claims", &format!("{original}.{}.{signature}", part(&promoted))).await;

    // A whole token for somebody else, of another installation, or of another kind.
    assert_refused(&app, "another audience", &app.keys().mint(&caller, "orders").unwrap()).await;
    let stranger = InternalKeys::ephemeral(std::sync::Arc::new(platform_core::SystemClock)).unwrap();
    assert_refused(&app, "another installation", &stranger.mint(&caller, "users").unwrap()).await;
    assert_refused(&app, "a client's access token", &ann.access).await;
    assert_refused(&app, "a refresh token", &ann.refresh).await;
    assert_refused(&app, "nonsense", "nonsense").await;

    app.clock().advance(Duration::from_secs(61));
    assert_refused(&app, "an expired token", &good).await;
    let later = app.keys().mint(&caller, "users").unwrap();
    app.clock().step_back(Duration::from_secs(120));
    assert_refused(&app, "a token from the future", &later).await;
}

/// Check 19: without a signed identity nothing is answered, whatever headers claim; and the internal schema is for
/// services alone.
#[tokio::test]
async fn headers_are_no_identity_and_users_are_no_service() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let id = ann.id.to_string();
    let claimed: [&[(&str, &str)]; 5] = [
        &[],
        &[("x-user-id", &id), ("x-roles", "admin")],
        &[("x-souk-identity", &id)],
        &[("authorization", &id)],
        &[("cookie", "session=1")],
    ];
    for headers in claimed {
        for path in ["/graphql", "/internal/graphql"] {
            let (status, body) = ask(&app, path, headers).await;
            assert_eq!(status, 401, "{headers:?} at {path}: {body}");
        }
    }
    let admin =
        ann.client(&app).with_roles([Role::Admin]).with_scopes([Scope::UsersRead, Scope::UsersManage]);
    let query = "query ($id: ID!) { user(id: $id) { email } }";
    let refused = admin.execute_internal(query, json!({ "id": id })).await;
    assert!((401..=403).contains(&refused.status), "{} {}", refused.status, refused.body);
    let answered = app.as_service("orders").execute_internal(query, json!({ "id": id })).await;
    assert_eq!(answered.text("user.email"), "ann@example.com");
}
