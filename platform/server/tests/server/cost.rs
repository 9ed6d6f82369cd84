//! What an operation may cost stands before it runs, and what its answer comes to while it is made.

use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::sample::Sample;

/// Check 50, straight at a subgraph: lists within lists are refused by what they may come to, over HTTP and WebSocket.
#[tokio::test]
async fn a_dear_operation_is_refused_unrun() {
    let app = TestSubgraph::<Sample>::start().await;
    let nested = "{ person { crowd(first: 100) { crowd(first: 100) { crowd(first: 100) { id } } } } }";
    let deep = format!("{{ person {} {{ id }} {} }}", "{ friends".repeat(10), "}".repeat(10));
    let aliases: String = (0..50).map(|n| format!("a{n}: name ")).collect();
    let wide = format!("{{ person {{ crowd(first: 100) {{ crowd(first: 100) {{ {aliases} }} }} }} }}");
    let variable = "query($n: Int!) { person { crowd(first: $n) { diary } } }";
    for (document, variables) in
        [(nested, json!({})), (&deep, json!({})), (&wide, json!({})), (variable, json!({ "n": 10_001 }))]
    {
        let answer = app.as_guest().execute(document, variables.clone()).await;
        assert_eq!(answer.codes(), ["LIMIT_EXCEEDED"], "{document}");
        let mut events = app.as_guest().subscribe(document, variables).await;
        assert_eq!(events.next().await.codes(), ["LIMIT_EXCEEDED"], "{document}");
    }
    let answer = app.as_guest().execute(variable, json!({ "n": 3 })).await;
    assert!(
        answer.codes().is_empty() && answer.at("person.crowd").as_array().is_some_and(|all| all.len() == 3)
    );
}

/// Entities count as many as are asked for.
#[tokio::test]
async fn many_entities_are_refused_by_their_number() {
    let app = TestSubgraph::<Sample>::start().await;
    let document =
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Person { friends { id } } } }";
    let ask = async |number: usize| {
        let one = json!({ "__typename": "Person", "id": "1" });
        let variables = json!({ "r": vec![one; number] });
        app.as_service("router").execute(document, variables).await
    };
    assert_eq!(ask(10_000).await.codes(), ["LIMIT_EXCEEDED"]);
    assert!(ask(100).await.codes().is_empty());
}

/// Check 50: lists that are longer than the schema says end the answer once it has too many values.
#[tokio::test]
async fn an_answer_of_too_many_values_is_given_up() {
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| config.server.limits.max_response_nodes = 1_000)
        .start()
        .await;
    let followers = async |number: usize| {
        app.as_guest()
            .execute(&format!("{{ person {{ followers(number: {number}) {{ id }} }} }}"), Value::Null)
            .await
    };
    let answer = followers(50_000).await;
    assert_eq!(answer.codes(), ["LIMIT_EXCEEDED"]);
    assert!(answer.body["data"].is_null() && answer.body.to_string().len() < 1_000);
    // A person, the list, and of each its place in the list and its id.
    assert!(followers(499).await.codes().is_empty());
    assert_eq!(followers(500).await.codes(), ["LIMIT_EXCEEDED"]);
}

/// Check 50: and once it has too many bytes, those of `__typename` too.
#[tokio::test]
async fn an_answer_of_too_many_bytes_is_given_up() {
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| config.server.limits.max_response_bytes = 1_000_000)
        .start()
        .await;
    let diaries = |number: usize| (0..number).map(|n| format!("d{n}: diary ")).collect::<String>();
    let names = |number: usize| (0..number).map(|n| format!("t{n}: __typename ")).collect::<String>();
    for (number, fields, codes) in [
        (1, diaries(9), &[][..]),
        (1, diaries(10), &["LIMIT_EXCEEDED"]),
        (10, diaries(1), &["LIMIT_EXCEEDED"]),
        (100, names(100), &[]),
        (2_000, names(100), &["LIMIT_EXCEEDED"]),
    ] {
        let document = format!("{{ person {{ followers(number: {number}) {{ {fields} }} }} }}");
        assert_eq!(
            app.as_guest().execute(&document, Value::Null).await.codes(),
            codes,
            "{number} of {fields}"
        );
    }
}

/// Check 50: an answer that waits for nothing lets others run, so its deadline acts.
#[tokio::test]
async fn an_operation_that_never_waits_ends_at_its_deadline() {
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| {
            config.server.request_timeout_ms = 20;
            config.server.limits.max_response_nodes = usize::MAX;
        })
        .start()
        .await;
    let document = "{ person { followers(number: 100000) { id name } } }";
    assert_eq!(app.as_guest().execute(document, Value::Null).await.codes(), ["TIMEOUT"]);
}

/// Each event of a subscription has a budget of its own, and the one that exceeds it is the last.
#[tokio::test]
async fn an_event_beyond_its_budget_ends_the_subscription() {
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| config.server.limits.max_response_nodes = 12)
        .start()
        .await;
    let mut events =
        app.as_guest().subscribe("subscription { count(to: 9) { people { id } } }", json!({})).await;
    for number in 1..=5 {
        let event = events.next().await;
        assert_eq!(event.at("count.people").as_array().map(Vec::len), Some(number), "{:?}", event.body);
    }
    assert_eq!(events.next().await.codes(), ["LIMIT_EXCEEDED"]);
    assert!(events.try_next().await.is_none());
}

/// Connections and other pages have their size from `first`, without a word.
#[tokio::test]
async fn sizes_stand_in_the_sdl() {
    let app = TestSubgraph::<Sample>::start().await;
    let sdl = app.hosted().sdl();
    for expected in [
        r#"friends: [Person!]! @listSize(assumedSize: 5)"#,
        r#"crowd(first: Int): [Person!]! @listSize(assumedSize: 20, slicingArguments: ["first"], requireOneSlicingArgument: false)"#,
        r#"diary: String! @cost(weight: 3)"#,
        r#""@cost", "@listSize"]"#,
    ] {
        assert!(sdl.contains(expected), "{expected} in {sdl}");
    }
}
