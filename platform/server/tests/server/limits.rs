//! Limits stand before the parser, on the subgraph too.

use std::time::{Duration, Instant};

use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::sample::Sample;

/// Checks 1 to 3, straight at a subgraph: bombs, cycles, nesting and aliases are refused at once.
#[tokio::test]
async fn hostile_documents_are_refused_before_they_are_parsed() {
    let app = TestSubgraph::<Sample>::start().await;
    let bomb = |levels: usize| {
        let mut text = "{ person { ...F0 } }".to_owned();
        for level in 0..levels {
            text += &format!(
                " fragment F{level} on Person {{ friends {{ ...F{0} }} also: friends {{ ...F{0} }} }}",
                level + 1
            );
        }
        text + &format!(" fragment F{levels} on Person {{ name }}")
    };
    let aliases: String = (0..100_000).map(|n| format!("a{n}:greeting ")).collect();
    let documents = [
        (bomb(12), "LIMIT_EXCEEDED"),
        (bomb(60), "LIMIT_EXCEEDED"),
        (
            "{ person { ...A } } fragment A on Person { ...B } fragment B on Person { ...A }".to_owned(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (format!("{{ person {} }}", "{ friends ".repeat(100_000)), "LIMIT_EXCEEDED"),
        (format!("{{ {aliases} }}"), "LIMIT_EXCEEDED"),
        (format!("{}{{ greeting }}", ",".repeat(1_000_000)), "LIMIT_EXCEEDED"),
        (format!("{}{{ greeting }}", "#\n".repeat(1_000_000)), "LIMIT_EXCEEDED"),
    ];
    for (document, code) in documents {
        let started = Instant::now();
        let answer = app.as_guest().execute(&document, Value::Null).await;
        assert_eq!(answer.codes(), [code]);
        assert!(answer.body.to_string().len() < 1_000);
        assert!(started.elapsed() < Duration::from_secs(5), "{code}");
    }
}

/// Check 7: the same limits over a WebSocket.
#[tokio::test]
async fn a_deep_subscription_is_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let document = format!(
        "subscription {{ count(to: 1) {{ {} }} }}",
        "... { ".repeat(500) + "number" + &"}".repeat(500)
    );
    let mut events = app.as_guest().subscribe(&document, json!({})).await;
    assert_eq!(events.next().await.codes(), ["LIMIT_EXCEEDED"]);
    assert!(events.try_next().await.is_none());
}

/// Check 6: variables hold no more than they may, however they reach the subgraph; entities of a router among them.
#[tokio::test]
async fn variables_that_hold_too_much_are_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let refused = |body: &Value| {
        let message = body["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("max_input_"), "{body}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    };
    let nested = (0..70).fold(json!(1), |inner, _| json!([inner]));
    let entities = vec![json!({ "t": "P", "i": 1 }); 90_000];
    for variables in
        [json!({ "x": vec![1; 250_000] }), json!({ "x": nested }), json!({ "representations": entities })]
    {
        let answer = app.as_guest().execute("{ greeting }", variables.clone()).await;
        refused(&answer.body);
        let body = json!({ "query": "{ greeting }", "variables": variables });
        let request = reqwest::Client::new().post(app.url("/graphql")).json(&body);
        let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
        let answer = request.bearer_auth(token).send().await.unwrap();
        refused(&answer.json().await.unwrap());
    }
    let answer = app.as_guest().execute("{ greeting }", json!({ "x": vec![1; 200_000] })).await;
    assert_eq!(answer.codes(), [] as [&str; 0]);
}
