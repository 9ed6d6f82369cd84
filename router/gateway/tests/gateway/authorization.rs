//! Rules of the supergraph on what a caller may see.

use jsonwebtoken::Algorithm;
use reqwest::StatusCode;
use router_gateway::config::Unauthorized;
use serde_json::{Value, json};

use crate::support::tokens::{self, claims, header, sign};
use crate::support::{Harness, code, config, read};

async fn start(unauthorized: Unauthorized) -> Harness {
    let mut config = config();
    config.jwt = Some(tokens::jwt_config());
    config.unauthorized = unauthorized;
    Harness::with(config, |builder| builder.jwks(tokens::jwks())).await
}

/// A guest, or a user with these roles and scopes.
async fn ask(harness: &Harness, rights: Option<(&[&str], &str)>, query: &str) -> (StatusCode, Value) {
    let mut request = harness.post(&json!({ "query": query }));
    if let Some((roles, scope)) = rights {
        let mut claims = claims(&harness.clock);
        claims["roles"] = json!(roles);
        claims["scope"] = json!(scope);
        request = request.bearer_auth(sign(&header(Algorithm::EdDSA, "ed"), &claims, &tokens::ed25519()));
    }
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn forbidden_fields_are_null_with_an_error_and_never_fetched() {
    let harness = start(Unauthorized::Filter).await;
    let query = "{ hello secret report staff }";
    let (_, guest) = ask(&harness, None, query).await;
    assert_eq!(guest["data"], json!({ "hello": "hello you", "secret": null, "report": null, "staff": null }));
    assert_eq!(guest["errors"].as_array().unwrap().len(), 3);
    assert_eq!(code(&guest), "UNAUTHENTICATED");

    let (_, user) = ask(&harness, Some((&["buyer"], "")), query).await;
    assert_eq!(
        user["data"],
        json!({ "hello": "hello you", "secret": "secret", "report": null, "staff": null })
    );
    assert_eq!(code(&user), "FORBIDDEN");
    let (_, admin) = ask(&harness, Some((&["admin"], "admin:all admin:read")), query).await;
    assert_eq!(
        admin["data"],
        json!({ "hello": "hello you", "secret": "secret", "report": "report", "staff": "staff" })
    );
    assert!(admin.get("errors").is_none(), "{admin}");

    let before = harness.subgraph.operations();
    let (_, nothing) = ask(&harness, None, "{ secret }").await;
    assert_eq!(nothing["data"], json!({ "secret": null }));
    assert_eq!(harness.subgraph.operations(), before);
}

/// What a mutation does may depend on the half that is forbidden, so nothing of it happens.
#[tokio::test]
async fn a_mutation_with_a_forbidden_field_does_nothing() {
    let harness = start(Unauthorized::Filter).await;
    for query in [
        r#"mutation { login(name: "Ada") appoint }"#,
        r#"mutation { login(name: "Ada") ...F } fragment F on Mutation { a: appoint }"#,
    ] {
        let before = harness.subgraph.operations();
        let (_, guest) = ask(&harness, None, query).await;
        assert_eq!(code(&guest), "UNAUTHENTICATED", "{guest}");
        assert!(guest["data"].is_null(), "{guest}");
        assert_eq!(harness.subgraph.operations(), before, "{query}");
    }
}

/// Check 18: the same through aliases, fragments, unions and interfaces.
#[tokio::test]
async fn rules_hold_however_a_field_is_asked_for() {
    let harness = start(Unauthorized::Filter).await;
    for query in [
        "{ hello: secret }",
        "{ ...F } fragment F on Query { hello: secret }",
        "{ ... on Query { ... @include(if: true) { hello: secret } } }",
        "query($s: Boolean = false) { hello: secret @skip(if: $s) }",
    ] {
        let (_, body) = ask(&harness, None, query).await;
        assert_eq!((&body["data"], code(&body)), (&json!({ "hello": null }), "UNAUTHENTICATED"), "{query}");
        assert_eq!(body["errors"][0]["path"], json!(["hello"]));
    }
    for query in [
        "{ things { __typename ... on Named { name } } }",
        "{ things { __typename ... on Open { name } ... on Closed { name } } }",
        "{ things: named { __typename name } }",
        "{ things: named { __typename ...N } } fragment N on Named { ... on Closed { name } name }",
    ] {
        let (_, guest) = ask(&harness, None, query).await;
        let expected = json!({ "things": [{ "__typename": "Open", "name": "open" }, { "__typename": "Closed", "name": null }] });
        assert_eq!(guest["data"], expected, "{query}");
        assert_eq!(guest["errors"][0]["path"], json!(["things", "name"]));
        let (_, user) = ask(&harness, Some((&[], "")), query).await;
        assert_eq!(user["data"]["things"][1], json!({ "__typename": "Closed", "name": "closed" }), "{query}");
    }
}

#[tokio::test]
async fn the_whole_operation_can_be_refused_instead() {
    let harness = start(Unauthorized::Refuse).await;
    let (status, body) = ask(&harness, None, "{ hello secret }").await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    assert!(body.get("data").is_none());
    let (status, _) = ask(&harness, Some((&[], "")), "{ hello staff }").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(harness.subgraph.operations(), 0);
    assert_eq!(ask(&harness, Some((&[], "")), "{ hello secret }").await.0, StatusCode::OK);
}

/// Check 18: composition repeats on an interface what some of its implementers ask; the others stay open, in whatever
/// way they are reached.
#[tokio::test]
async fn an_interface_does_not_close_its_unguarded_implementers() {
    let harness = start(Unauthorized::Filter).await;
    let allowed = (&["buyer"][..], "labels:read");
    for query in [
        "{ labelled { __typename label } }",
        "{ labelled { __typename ... on Labelled { label } } }",
        "{ labelled { __typename ... on Tagged { label } ... on Open { label } } }",
    ] {
        let expected = |tagged: Value| json!({ "labelled": [{ "__typename": "Open", "label": "plain" }, { "__typename": "Tagged", "label": tagged }] });
        for (rights, denial) in [(None, "UNAUTHENTICATED"), (Some((&["buyer"][..], "")), "FORBIDDEN")] {
            let (_, body) = ask(&harness, rights, query).await;
            assert_eq!(body["data"], expected(Value::Null), "{query}");
            assert_eq!((body["errors"].as_array().unwrap().len(), code(&body)), (1, denial), "{query}");
            assert_eq!(body["errors"][0]["path"], json!(["labelled", "label"]), "{query}");
        }
        let (_, body) = ask(&harness, Some(allowed), query).await;
        assert_eq!(body["data"], expected(json!("tagged")), "{query}");
        assert!(body.get("errors").is_none(), "{body}");
    }

    let strict = start(Unauthorized::Refuse).await;
    let open = "{ things { ... on Labelled { label } } }";
    assert_eq!(ask(&strict, None, open).await.1["data"], json!({ "things": [{ "label": "plain" }, {}] }));
    assert_eq!(ask(&strict, None, "{ labelled { label } }").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&strict, Some(allowed), "{ labelled { label } }").await.0, StatusCode::OK);
}

/// A refusal names what is missing, so that whoever reads it knows what to ask for, and says "see" of nothing that
/// is done.
#[tokio::test]
async fn a_refusal_names_the_scope_or_role_that_is_missing() {
    let harness = start(Unauthorized::Filter).await;
    let message = |body: &Value| body["errors"][0]["message"].as_str().unwrap().to_owned();
    for (rights, query, wanted) in [
        (None, "{ secret }", "sign in to see `secret`"),
        (
            Some(""),
            "{ report }",
            "you may not see `report`: it needs the scope orders:read, or the scopes admin:read and admin:all",
        ),
        (
            Some("admin:read"),
            "{ r: report }",
            "you may not see `report`: it needs the scope orders:read, or the scope admin:all",
        ),
        (Some(""), "{ staff }", "you may not see `staff`: it needs the role admin"),
        (None, "mutation { appoint }", "sign in to use `appoint`"),
        (Some(""), "mutation { appoint }", "you may not use `appoint`: it needs the role admin"),
    ] {
        let rights = rights.map(|scopes| (&["buyer"][..], scopes));
        let (_, body) = ask(&harness, rights, query).await;
        assert_eq!(message(&body), wanted, "{query}: {body}");
    }
}
