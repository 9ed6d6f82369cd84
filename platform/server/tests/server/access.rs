//! Access rules, on every kind of selection.

use platform_identity::{Role, Scope};
use platform_testkit::{Answer, TestSubgraph, assert_rules_hold};
use serde_json::{Value, json};

use crate::sample::Sample;

const NONE: Value = Value::Null;

/// Paths of the errors, joined with dots.
fn refused(answer: &Answer) -> Vec<String> {
    let path = |error: &Value| {
        let steps = error["path"].as_array().cloned().unwrap_or_default();
        steps.iter().map(|step| step.as_str().unwrap_or("?").to_owned()).collect::<Vec<_>>().join(".")
    };
    answer.errors().iter().map(path).collect()
}

/// Check 17: each rule lets in whom it names, and nobody else.
#[tokio::test]
async fn root_fields_are_held_to_their_rules() {
    let app = TestSubgraph::<Sample>::start().await;
    let (guest, user) = (app.as_guest(), app.as_user(app.ids().next()));
    let cases = [
        ("{ greeting }", guest.clone(), None),
        ("{ me }", guest.clone(), Some("UNAUTHENTICATED")),
        ("{ me }", user.clone(), None),
        ("{ me }", app.as_partner(app.ids().next()), None),
        ("{ salary }", guest.clone(), Some("UNAUTHENTICATED")),
        ("{ salary }", user.clone(), Some("FORBIDDEN")),
        ("{ salary }", user.clone().with_scopes([Scope::LedgerRead]), Some("FORBIDDEN")),
        ("{ salary }", user.clone().with_scopes([Scope::LedgerRead, Scope::UsersRead]), None),
        ("{ salary }", user.clone().with_scopes([Scope::PaymentsManage]), None),
        ("{ admin }", user.clone().with_roles([Role::Support]), Some("FORBIDDEN")),
        ("{ admin }", user.clone().with_roles([Role::Admin]), None),
        ("mutation { reset }", user.clone(), Some("FORBIDDEN")),
        ("mutation { reset }", user.clone().with_scopes([Scope::StockWrite]), None),
    ];
    for (query, client, code) in cases {
        let answer = client.execute(query, NONE).await;
        assert_eq!(answer.codes(), code.into_iter().collect::<Vec<_>>(), "{query} {:?}", client.identity());
        assert_eq!(answer.body["data"].is_null(), code.is_some(), "{query} {:?}", client.identity());
    }
}

/// Check 17: the matrix of all root fields and all kinds of callers.
#[tokio::test]
async fn the_matrix_of_callers_and_root_fields_holds() {
    let builder = TestSubgraph::<Sample>::builder();
    // One of the fields never answers by itself.
    let app = builder.configure(|config| config.server.request_timeout_ms = 50).start().await;
    assert_rules_hold(&app).await;
}

/// Check 18: a rule holds through aliases, fragments, interfaces and unions.
#[tokio::test]
async fn a_field_cannot_be_reached_around_its_rule() {
    let app = TestSubgraph::<Sample>::start().await;
    let guest = app.as_guest();
    let cases = [
        ("{ person { secret } }", vec!["person.secret"]),
        ("{ p: person { x: secret } }", vec!["p.x"]),
        ("{ person { ...F } } fragment F on Person { secret }", vec!["person.secret"]),
        ("{ person { ... on Named { secret } } }", vec!["person.secret"]),
        ("{ person { ... { secret } } }", vec!["person.secret"]),
        ("{ person { friends { secret } } }", vec!["person.friends.secret"]),
        ("{ named { secret } }", vec!["named.secret"]),
        ("{ named { ... on Person { secret } } }", vec!["named.secret"]),
        ("{ named { ... on Robot { id } } }", vec!["named.id"]),
        ("{ beings { ... on Robot { name } ... on Person { name } } }", vec!["beings.name"]),
        ("{ beings { ...F } } fragment F on Being { ... on Person { secret } }", vec!["beings.secret"]),
    ];
    for (query, expected) in cases {
        let answer = guest.execute(query, NONE).await;
        assert_eq!(refused(&answer), expected, "{query}: {}", answer.body);
        assert!(!answer.body.to_string().contains("s3cret"), "{query}: {}", answer.body);
        let robots = answer.body["data"].to_string();
        assert!(!robots.contains("oil") && !robots.contains("R2"), "{query}: {}", answer.body);
        let allowed = guest.clone().with_scopes([Scope::AuditRead, Scope::StockRead]);
        assert!(allowed.execute(query, NONE).await.errors().is_empty(), "{query}");
    }
}

/// Check 20: entity lookups are held to the same rules.
#[tokio::test]
async fn entities_are_held_to_the_rules_of_their_fields() {
    let app = TestSubgraph::<Sample>::start().await;
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Person { name secret } } }";
    let variables = json!({ "r": [{ "__typename": "Person", "id": "7" }] });
    let answer = app.as_guest().execute(query, variables.clone()).await;
    assert_eq!(refused(&answer), ["_entities.secret"]);
    assert_eq!(*answer.at("_entities.0"), json!({ "name": "Ada" }));
    let allowed = app.as_guest().with_scopes([Scope::AuditRead]).execute(query, variables).await;
    assert_eq!(allowed.text("_entities.0.secret"), "s3cret");
}

#[tokio::test]
async fn what_is_not_refused_is_answered() {
    let app = TestSubgraph::<Sample>::start().await;
    let query = "query($factor: Int!) {
        greeting salary(factor: $factor) person { ...Parts } other: person { secret }
    } fragment Parts on Person { name ...More } fragment More on Person { secret id }";
    let answer = app.as_guest().execute(query, json!({ "factor": 2 })).await;
    assert_eq!(refused(&answer), ["salary", "person.secret", "other.secret"]);
    assert_eq!(*answer.at("greeting"), "hello");
    assert_eq!(*answer.at("person"), json!({ "name": "Ada", "id": "1" }));
    assert_eq!(*answer.at("other"), json!({ "__typename": "Person" }));
}

#[tokio::test]
async fn a_field_that_is_left_out_is_not_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let query = "query($show: Boolean!) {
        greeting
        person { name secret @include(if: $show) ... @skip(if: true) { secret } }
        ... @include(if: $show) { salary }
    }";
    let hidden = app.as_guest().execute(query, json!({ "show": false })).await;
    assert_eq!(*hidden.data(), json!({ "greeting": "hello", "person": { "name": "Ada" } }));
    let shown = app.as_guest().execute(query, json!({ "show": true })).await;
    assert_eq!(refused(&shown), ["person.secret", "salary"]);
}

#[tokio::test]
async fn a_mutation_with_a_refused_root_does_nothing() {
    let app = TestSubgraph::<Sample>::start().await;
    let answer = app.as_guest().execute("mutation { add(input: {by: 5}) reset }", NONE).await;
    assert_eq!(refused(&answer), ["reset"]);
    let counter = app.as_service("orders").execute_internal("{ counter }", NONE).await;
    assert_eq!(counter.get::<i64>("counter"), 0);
}

#[tokio::test]
async fn the_chosen_operation_alone_is_held_to_its_rules() {
    let app = TestSubgraph::<Sample>::start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let send = async |operation: &str| {
        let body = json!({ "query": "query A { greeting } query B { me person { name } }", "operationName": operation });
        let answer =
            app.http().post(app.url("/graphql")).bearer_auth(&token).json(&body).send().await.unwrap();
        Answer { status: answer.status().as_u16(), body: answer.json().await.unwrap() }
    };
    assert_eq!(*send("A").await.data(), json!({ "greeting": "hello" }));
    let refusing = send("B").await;
    assert_eq!(refused(&refusing), ["me"]);
    assert_eq!(*refusing.at("person.name"), "Ada");
}
