//! Who calls: tokens, keys, guests, revocations.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey};
use platform_core::clock::Clock;
use platform_core::id::{PartnerId, SessionId, UserId};
use platform_identity::Identity;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use router_gateway::auth::{
    ApiKeyGrant, ApiKeyLookup, AuthError, JwksSource, Revocation, RevocationError, RevocationPage,
    RevocationSource, Revoked,
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::socket::Socket;
use crate::support::tokens::{self, claims, header, sign};
use crate::support::{Harness, code, config, read};

async fn with_tokens() -> Harness {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    Harness::with(config, |builder| builder.jwks(tokens::jwks())).await
}

async fn me(harness: &Harness, token: &str) -> (StatusCode, Value) {
    read(harness.post(&json!({ "query": "{ me }" })).bearer_auth(token).send().await.unwrap()).await
}

#[tokio::test]
async fn a_good_token_is_its_user() {
    let harness = with_tokens().await;
    for token in [
        tokens::good(&harness.clock),
        sign(&header(Algorithm::ES256, "ec"), &claims(&harness.clock), &tokens::p256()),
    ] {
        let (status, body) = me(&harness, &token).await;
        assert_eq!((status, &body["data"]["me"]), (StatusCode::OK, &json!(tokens::USER)));
    }
    let (_, guest) = harness.query("{ me }").await;
    assert_eq!(guest["data"]["me"], Value::Null);
}

/// A guest's id is a key to a cart: one that is none is refused by name whatever is asked for, and with a token too.
#[tokio::test]
async fn a_guest_id_that_is_none_is_refused() {
    let harness = with_tokens().await;
    let token = tokens::good(&harness.clock);
    let long = "x".repeat(129);
    for id in ["short", "", "sixteen letters!", "<script>alert(1)</script>", "gäste-sind-könige", &long] {
        for query in ["{ me }", "mutation { login(name: \"Ann\") }"] {
            let value = HeaderValue::from_bytes(id.as_bytes()).unwrap();
            let request = harness.post(&json!({ "query": query })).header("x-souk-guest", value);
            for request in [request.try_clone().unwrap().bearer_auth(&token), request] {
                let (status, body) = read(request.send().await.unwrap()).await;
                assert_eq!(
                    (status, code(&body)),
                    (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"),
                    "{id}: {body}"
                );
                let message = body["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains("x-souk-guest") && message.contains("16 to 128"), "{message}");
            }
        }
    }
    let twice = harness.post(&json!({ "query": "{ me }" }));
    let twice = twice.header("x-souk-guest", "x".repeat(16)).header("x-souk-guest", "y".repeat(16));
    assert_eq!(read(twice.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST);
    for id in ["x".repeat(16), "Guest_0-9".repeat(3), "x".repeat(128)] {
        let good = harness.post(&json!({ "query": "{ me }" })).header("x-souk-guest", id);
        assert_eq!(read(good.send().await.unwrap()).await.0, StatusCode::OK);
    }
    let mut socket = Socket::open(harness.address).await;
    socket.send(&json!({ "type": "connection_init", "payload": { "x-souk-guest": "short" } })).await;
    assert_eq!(socket.close_code().await, 4400);
}

/// Check 14: every way in which a token can be wrong is refused, with one and the same message.
#[tokio::test]
async fn wrong_tokens_are_refused() {
    let harness = with_tokens().await;
    let good = || header(Algorithm::EdDSA, "ed");
    let with_header = |change: &dyn Fn(&mut jsonwebtoken::Header)| {
        let mut header = good();
        change(&mut header);
        sign(&header, &claims(&harness.clock), &tokens::ed25519())
    };
    let with_claims = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims(&harness.clock);
        change(&mut claims);
        sign(&good(), &claims, &tokens::ed25519())
    };
    let now = harness.clock.now().timestamp();
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let none = |alg: &str, signature: &str| {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "ed" });
        format!("{}.{}.{signature}", part(&header), part(&claims(&harness.clock)))
    };
    // The public key is known to everyone, so it must not pass for a shared secret.
    let public = serde_json::to_value(tokens::jwks().0.keys.first().unwrap()).unwrap();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
    let confused =
        sign(&header(Algorithm::HS256, "ed"), &claims(&harness.clock), &EncodingKey::from_secret(&raw));
    let jwk = tokens::jwks().0.keys.first().unwrap().clone();
    let tampered = {
        let token = tokens::good(&harness.clock);
        let mut parts: Vec<&str> = token.split('.').collect();
        let mut claims = claims(&harness.clock);
        claims["sub"] = json!("0193a5b0-0000-7000-8000-00000000ffff");
        let forged = part(&claims);
        parts[1] = &forged;
        parts.join(".")
    };
    let cases = [
        ("alg none", none("none", "")),
        ("alg None", none("None", "")),
        ("no signature", none("EdDSA", "")),
        ("HS256 with the public key", confused),
        ("jku", with_header(&|header| header.jku = Some("https://evil.test/jwks".to_owned()))),
        ("jwk", with_header(&|header| header.jwk = Some(jwk.clone()))),
        ("x5u", with_header(&|header| header.x5u = Some("https://evil.test/cert".to_owned()))),
        ("x5c", with_header(&|header| header.x5c = Some(vec!["MII".to_owned()]))),
        ("crit", with_header(&|header| header.crit = Some(vec!["b64".to_owned()]))),
        ("no kid", with_header(&|header| header.kid = None)),
        ("unknown kid", with_header(&|header| header.kid = Some("other".to_owned()))),
        ("kid of another algorithm", with_header(&|header| header.kid = Some("ec".to_owned()))),
        ("typ of another kind", with_header(&|header| header.typ = Some("rt+jwt".to_owned()))),
        ("typ JWT", with_header(&|header| header.typ = Some("JWT".to_owned()))),
        ("no typ", with_header(&|header| header.typ = None)),
        ("a stranger's key", sign(&good(), &claims(&harness.clock), &tokens::stranger())),
        ("changed claims", tampered),
        ("iss", with_claims(&|claims| claims["iss"] = json!("https://evil.test"))),
        ("no iss", with_claims(&|claims| drop(claims.as_object_mut().unwrap().remove("iss")))),
        ("aud", with_claims(&|claims| claims["aud"] = json!(["other"]))),
        ("no aud", with_claims(&|claims| drop(claims.as_object_mut().unwrap().remove("aud")))),
        ("no exp", with_claims(&|claims| drop(claims.as_object_mut().unwrap().remove("exp")))),
        ("no nbf", with_claims(&|claims| drop(claims.as_object_mut().unwrap().remove("nbf")))),
        ("exp is text", with_claims(&|claims| claims["exp"] = json!("tomorrow"))),
        ("expired", with_claims(&|claims| claims["exp"] = json!(now - 60))),
        ("not yet valid", with_claims(&|claims| claims["nbf"] = json!(now + 60))),
        ("issued in the future", with_claims(&|claims| claims["iat"] = json!(now + 60))),
        ("lives for a year", with_claims(&|claims| claims["exp"] = json!(now + 31_536_000))),
        ("sub is no id", with_claims(&|claims| claims["sub"] = json!("admin"))),
        ("not a token", "abc".to_owned()),
    ];
    for (what, token) in cases {
        let (status, body) = me(&harness, &token).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{what}: {body}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message == "the access token is not valid" || what == "expired", "{what}: {message}");
    }
    assert_eq!(harness.subgraph.operations(), 0);
    let basic = harness.post(&json!({ "query": "{ me }" })).basic_auth("a", Some("b")).send().await.unwrap();
    assert_eq!(basic.status(), StatusCode::UNAUTHORIZED);
    assert!(basic.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_token_ends_with_the_clock_even_when_it_is_remembered() {
    let harness = with_tokens().await;
    let token = tokens::good(&harness.clock);
    assert_eq!(me(&harness, &token).await.0, StatusCode::OK);
    harness.clock.advance(Duration::from_secs(599));
    assert_eq!(me(&harness, &token).await.0, StatusCode::OK);
    harness.clock.advance(Duration::from_secs(10));
    let (status, body) = me(&harness, &token).await;
    assert_eq!(
        (status, &body["errors"][0]["message"]),
        (StatusCode::UNAUTHORIZED, &json!("the access token has expired"))
    );
}

struct CountedKeys(AtomicUsize);

#[async_trait]
impl JwksSource for CountedKeys {
    async fn fetch(&self) -> Result<JwkSet, String> {
        self.0.fetch_add(1, Ordering::SeqCst);
        tokens::jwks().fetch().await
    }
}

#[tokio::test]
async fn a_flood_of_unknown_keys_fetches_the_key_set_once() {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    let keys = Arc::new(CountedKeys(AtomicUsize::new(0)));
    let source = keys.clone();
    let harness = Harness::with(config, |builder| builder.jwks(source)).await;
    for number in 0..20 {
        let token = sign(
            &header(Algorithm::EdDSA, &format!("k{number}")),
            &claims(&harness.clock),
            &tokens::ed25519(),
        );
        assert_eq!(me(&harness, &token).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(me(&harness, &tokens::good(&harness.clock)).await.0, StatusCode::OK);
    assert_eq!(keys.0.load(Ordering::SeqCst), 1);
}

/// Check 19: headers by which our own processes know each other do nothing from outside.
#[tokio::test]
async fn identity_headers_of_clients_are_not_believed() {
    let harness = Harness::start().await;
    let ask = |name: &str| harness.post(&json!({ "query": format!("{{ me header(name: \"{name}\") }}") }));
    for name in ["x-souk-identity", "x-souk-service", "x-souk-caller-roles", "authorization", "cookie"] {
        let request = if name == "authorization" { ask(name) } else { ask(name).header(name, "admin") };
        let (_, body) = read(request.send().await.unwrap()).await;
        assert_eq!(body["data"], json!({ "me": null, "header": null }), "{name}");
    }
}

struct OneKey(PartnerId);

#[async_trait]
impl ApiKeyLookup for OneKey {
    async fn look_up(&self, key: &str) -> Result<Option<ApiKeyGrant>, AuthError> {
        let identity = Identity { partner: Some(self.0), ..Identity::guest() };
        Ok((key == "sk_good").then_some(ApiKeyGrant { identity, quota: None, expires_at: None }))
    }
}

#[tokio::test]
async fn an_api_key_is_its_partner() {
    let partner: PartnerId = "0193a5b0-0000-7000-8000-0000000000aa".parse().unwrap();
    let harness = Harness::with(config(), |builder| builder.api_keys(Arc::new(OneKey(partner)))).await;
    let ask = async |key: &str| {
        read(harness.post(&json!({ "query": "{ me }" })).header("x-api-key", key).send().await.unwrap()).await
    };
    assert_eq!(ask("sk_good").await.1["data"]["me"], partner.to_string());
    let (status, body) = ask("sk_bad").await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    let both = harness.post(&json!({ "query": "{ me }" })).header("x-api-key", "sk_good").bearer_auth("x");
    assert_eq!(both.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

/// What says who calls has one value: two different ones are refused by name, the same one twice is one.
#[tokio::test]
async fn contradictory_identities_are_refused_by_name() {
    let partner: PartnerId = "0193a5b0-0000-7000-8000-0000000000aa".parse().unwrap();
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    let keys = Arc::new(OneKey(partner));
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks()).api_keys(keys)).await;
    let token = format!("Bearer {}", tokens::good(&harness.clock));
    let ask = async |headers: &[(&str, &[u8])]| {
        let mut request = harness.post(&json!({ "query": "{ me }" }));
        for (name, value) in headers {
            request = request.header(*name, reqwest::header::HeaderValue::from_bytes(value).unwrap());
        }
        read(request.send().await.unwrap()).await
    };
    let (good, guest) = (token.as_bytes(), b"guest-0123456789abcdef".as_slice());
    for (header, values) in [
        ("authorization", [good, b"Bearer other"]),
        ("authorization", [b"Bearer other", good]),
        ("authorization", [good, b""]),
        ("x-api-key", [b"sk_good", b"sk_other"]),
        ("x-souk-guest", [guest, b"guest-fedcba9876543210"]),
    ] {
        let (status, body) = ask(&values.map(|value| (header, value))).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{header}: {body}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(header) && message.contains("different"), "{message}");
    }
    assert_eq!(ask(&[("authorization", good), ("authorization", good)]).await.1["data"]["me"], tokens::USER);
    // What is no text was sent all the same.
    for (header, value) in
        [("authorization", b"Bearer \xff".as_slice()), ("x-api-key", b"\xff"), ("x-souk-guest", b"\xff")]
    {
        let (status, body) = ask(&[(header, value)]).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{header}: {body}");
    }
    // A guest goes by a name that is one.
    for value in [b"".as_slice(), b"short", b"with spaces in it, and long enough"] {
        let (status, body) = ask(&[("x-souk-guest", value)]).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{body}");
    }
    // A token that is none is no guest either, and is told what to send.
    for value in [b"".as_slice(), b"Bearer", b"Bearer ", b"Basic dTpw", b"undefined"] {
        let (status, body) = ask(&[("authorization", value)]).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{body}");
        assert!(body["errors"][0]["message"].as_str().unwrap().contains("Bearer"), "{body}");
    }
}

/// The same over a WebSocket, where the payload of `connection_init` and the upgrade request say it.
#[tokio::test]
async fn contradictory_identities_of_a_connection_are_refused_by_name() {
    let harness = with_tokens().await;
    let token = format!("Bearer {}", tokens::good(&harness.clock));
    let open = async |upgrade: &[(&'static str, &str)], payload: serde_json::Value| {
        let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
        let headers = [&[protocol], upgrade].concat();
        let mut socket = Socket::try_open(harness.address, &headers).await.unwrap();
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
        socket
    };
    let own = [("authorization", token.as_str())];
    for (upgrade, payload) in [
        (own.as_slice(), json!({ "Authorization": "Bearer other" })),
        (&own, json!({ "headers": { "authorization": "" } })),
        (&[], json!({ "authorization": token, "headers": { "authorization": "Bearer other" } })),
        (&[], json!({ "authorization": { "token": token } })),
        (&[], json!({ "x-souk-guest": 7 })),
        (&[], json!({ "x-souk-guest": "short" })),
    ] {
        let mut socket = open(upgrade, payload.clone()).await;
        assert_eq!(socket.close_code().await, 4400, "{payload}");
    }
    for (upgrade, payload) in [
        (own.as_slice(), json!({ "Authorization": token })),
        (&own, json!({ "authorization": null })),
        (&[("accept-language", "fr")], json!({ "authorization": token, "accept-language": "de" })),
    ] {
        let mut socket = open(upgrade, payload).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
    }
}

/// Hands out what the test has put there.
struct Source(watch::Sender<Vec<Revocation>>);

#[async_trait]
impl RevocationSource for Source {
    async fn since(&self, cursor: Option<&str>) -> Result<RevocationPage, RevocationError> {
        let seen: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let all = self.0.borrow();
        Ok(RevocationPage { revocations: all[seen..].to_vec(), cursor: all.len().to_string() })
    }
}

/// Check 16: a revoked session is refused, and its open subscriptions are cut off, within five seconds.
#[tokio::test]
async fn a_revoked_session_ends_everywhere() {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    let source = Arc::new(Source(watch::Sender::new(Vec::new())));
    let polled = source.clone();
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks()).revocations(polled)).await;
    let token = tokens::good(&harness.clock);

    let mut socket =
        Socket::ready_with(harness.address, json!({ "Authorization": format!("Bearer {token}") })).await;
    socket.subscribe("1", "subscription { version }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 1);
    let stream = harness.post(&json!({ "query": "subscription { version }" })).bearer_auth(&token);
    let stream = stream.header("accept", "text/event-stream").send().await.unwrap();
    harness.subgraph.open_streams(2).await;
    let mut guest = Socket::ready(harness.address).await;
    guest.subscribe("1", "subscription { version }").await;
    assert_eq!(guest.receive().await["payload"]["data"]["version"], 1);

    let session: SessionId = tokens::SESSION.parse().unwrap();
    source.0.send_modify(|list| {
        list.push(Revocation { what: Revoked::Session(session), at: harness.clock.now() })
    });
    let within = Duration::from_secs(5);
    assert_eq!(tokio::time::timeout(within, socket.close_code()).await.unwrap(), 4403);
    let rest = tokio::time::timeout(within, stream.text()).await.unwrap().unwrap();
    assert!(rest.contains("UNAUTHENTICATED") && rest.contains("event: complete"), "{rest}");
    assert_eq!(me(&harness, &token).await.0, StatusCode::UNAUTHORIZED);
    harness.subgraph.open_streams(1).await;
    harness.subgraph.0.version.send_replace(2);
    assert_eq!(guest.receive().await["payload"]["data"]["version"], 2);
}

/// Check 16: tokens of a user from before a change of its rights are refused, later ones are not.
#[tokio::test]
async fn a_user_wide_revocation_reaches_older_tokens_only() {
    let harness = with_tokens().await;
    let older = tokens::good(&harness.clock);
    let user: UserId = tokens::USER.parse().unwrap();
    harness.gateway.revocations().add([Revocation { what: Revoked::User(user), at: harness.clock.now() }]);
    assert_eq!(me(&harness, &older).await.0, StatusCode::UNAUTHORIZED);
    harness.clock.advance(Duration::from_secs(2));
    assert_eq!(me(&harness, &tokens::good(&harness.clock)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let harness = with_tokens().await;
    let mut claims = claims(&harness.clock);
    claims["exp"] = json!(harness.clock.now().timestamp() + 2);
    let token = sign(&header(Algorithm::EdDSA, "ed"), &claims, &tokens::ed25519());
    let mut socket =
        Socket::ready_with(harness.address, json!({ "authorization": format!("Bearer {token}") })).await;
    assert_eq!(socket.close_code().await, 4403);
}
