//! What an application makes of the headers and claims of a request, and what the gateway does without one.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use platform_identity::Context;
use reqwest::StatusCode;
use router_gateway::auth::{AuthError, ContextClaims, ContextResolver, Credentials};
use serde_json::{Value, json};

use crate::support::socket::Socket;
use crate::support::subgraph::Place;
use crate::support::tokens::{self, claims, header, sign};
use crate::support::{Harness, code, config, read};

const PLACES: [&str; 2] = ["north", "south"];

/// Callers are in the place that a header names, or in the north; a token may say which floor.
struct Places;

impl ContextResolver for Places {
    fn claims(&self) -> &[&'static str] {
        &["floor"]
    }

    fn resolve(&self, said: &Credentials) -> Result<Context, AuthError> {
        let place = said.get("x-place")?.unwrap_or("north");
        if !PLACES.contains(&place) {
            let reason = format!("names no place; send one of {}", PLACES.join(", "));
            return Err(AuthError::HeaderRefused { header: "x-place".to_owned(), reason });
        }
        Ok(Context::new(Place(place.to_owned())))
    }

    fn grant(&self, context: Context, claims: &ContextClaims) -> Context {
        match (context.get::<Place>(), claims.get("floor")) {
            (Some(place), Some(floor)) => Context::new(Place(format!("{}/{floor}", place.0))),
            _ => context,
        }
    }
}

async fn with_places() -> Harness {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    Harness::with(config, |builder| builder.jwks(tokens::jwks()).context(Arc::new(Places))).await
}

async fn place(harness: &Harness, headers: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut request = harness.post(&json!({ "query": "{ place }" }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.send().await.unwrap()).await
}

fn bearer(harness: &Harness, floor: &Value) -> String {
    let mut claims = claims(&harness.clock);
    claims["floor"] = floor.clone();
    format!("Bearer {}", sign(&header(Algorithm::EdDSA, "ed"), &claims, &tokens::ed25519()))
}

#[tokio::test]
async fn a_context_is_made_of_headers_and_claims() {
    let harness = with_places().await;
    let (second, none) = (bearer(&harness, &json!("2")), bearer(&harness, &Value::Null));
    for (headers, expected) in [
        (&[][..], "north"),
        (&[("x-place", "south")], "south"),
        (&[("x-place", "south"), ("x-place", " south ")], "south"),
        (&[("x-place", "south"), ("authorization", &second)], "south/2"),
        (&[("authorization", &none)], "north"),
        // A claim counts in a token alone.
        (&[("floor", "9")], "north"),
    ] {
        let (_, body) = place(&harness, headers).await;
        assert_eq!(body["data"]["place"], expected, "{headers:?}: {body}");
    }
    let payload = json!({ "authorization": second, "x-place": "south" });
    let mut socket = Socket::ready_with(harness.address, payload).await;
    socket.subscribe("1", "{ place }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["place"], "south/2");
}

#[tokio::test]
async fn what_a_resolver_refuses_is_refused_by_the_name_of_its_header() {
    let harness = with_places().await;
    let second = bearer(&harness, &json!("2"));
    for (headers, told) in [
        (&[("x-place", "east")][..], "names no place; send one of north, south"),
        (&[("x-place", "east"), ("authorization", &second)], "names no place; send one of north, south"),
        (&[("x-place", "north"), ("x-place", "south")], "two different values"),
        (&[("x-place", "nörth")], "not understood"),
        // What is said is looked at before what is shown.
        (&[("x-place", "east"), ("authorization", "Bearer none")], "names no place"),
    ] {
        let (status, body) = place(&harness, headers).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{body}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("`x-place`") && message.contains(told), "{message}");
    }
    let mut socket = Socket::open(harness.address).await;
    socket.send(&json!({ "type": "connection_init", "payload": { "x-place": "east" } })).await;
    assert_eq!(socket.close_code().await, 4400);
}

#[tokio::test]
async fn a_claim_that_is_no_text_makes_its_token_invalid() {
    let harness = with_places().await;
    for floor in [json!(2), json!(["2"]), json!({})] {
        let (status, body) = place(&harness, &[("authorization", &bearer(&harness, &floor))]).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{body}");
    }
}

/// The router by itself: no header but those of credentials means anything to it.
#[tokio::test]
async fn without_a_resolver_callers_have_no_context() {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks())).await;
    let token = bearer(&harness, &json!(2));
    for headers in [
        &[][..],
        &[("x-place", "east")],
        &[("x-souk-country", "nowhere"), ("x-souk-currency", "none"), ("x-souk-tax-display", "maybe")],
        &[("authorization", &token)],
    ] {
        let (status, body) = place(&harness, headers).await;
        assert_eq!((status, &body["data"]), (StatusCode::OK, &json!({ "place": null })), "{headers:?}");
    }
}
