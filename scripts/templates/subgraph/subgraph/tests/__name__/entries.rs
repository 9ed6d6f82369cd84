use __name__::__Name__Subgraph;
use platform_testkit::TestSubgraph;
use serde_json::json;

const ADD: &str = "mutation Add($text: String!) {
    add__Name__Entry(input: { text: $text }) { entry { id text } }
}";

#[tokio::test]
async fn an_entry_that_is_added_is_read_by_everybody() {
    let app = TestSubgraph::<__Name__Subgraph>::start().await;
    let ann = app.as_user(app.ids().next());
    let id = ann.execute(ADD, json!({ "text": " Hello " })).await.text("add__Name__Entry.entry.id");

    let list = "{ __name__Entries(first: 1) { nodes { id text } pageInfo { hasNextPage } } }";
    let page = json!({ "nodes": [{ "id": id, "text": "Hello" }], "pageInfo": { "hasNextPage": false } });
    assert_eq!(app.as_guest().execute(list, json!({})).await.at("__name__Entries"), &page);

    let entities = "query Entities($of: [_Any!]!) { _entities(representations: $of) { ... on __Name__Entry { text } } }";
    let keys = json!([{ "__typename": "__Name__Entry", "id": id }, { "__typename": "__Name__Entry", "id": "none" }]);
    let found = app.as_guest().execute(entities, json!({ "of": keys })).await;
    assert_eq!(found.at("_entities"), &json!([{ "text": "Hello" }, null]));
}

#[tokio::test]
async fn adding_is_for_users_and_names_the_field_that_is_wrong() {
    let app = TestSubgraph::<__Name__Subgraph>::start().await;
    assert_eq!(app.as_guest().execute(ADD, json!({ "text": "Hello" })).await.codes(), ["UNAUTHENTICATED"]);
    let answer = app.as_user(app.ids().next()).execute(ADD, json!({ "text": "" })).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(answer.errors()[0]["extensions"]["field"], "text");
}

#[tokio::test]
async fn many_entries_are_as_many_queries_as_one() {
    let app = TestSubgraph::<__Name__Subgraph>::builder().without_workers().start().await;
    let ann = app.as_user(app.ids().next());
    let mut keys = Vec::new();
    for text in ["Hello", "Hallo", "Salut"] {
        let id = ann.execute(ADD, json!({ "text": text })).await.text("add__Name__Entry.entry.id");
        keys.push(json!({ "__typename": "__Name__Entry", "id": id }));
    }
    let entities = "query Entities($of: [_Any!]!) { _entities(representations: $of) { ... on __Name__Entry { text } } }";
    let (one, many) = (json!({ "of": [keys[0]] }), json!({ "of": keys }));
    app.assert_queries_do_not_grow(&ann, entities, one, many).await;
}
