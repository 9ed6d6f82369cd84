//! Interfaces, unions and interface objects.

use serde_json::json;

use crate::fake::Federation;

fn media() -> Federation {
    Federation::new(&[
        (
            "media",
            r#"type Query { media: [Media!]! any: [Any!]! hidden: [Media] }
               interface Media @key(fields: "id") { id: ID! title: String }
               type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
               type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
               type Draft implements Media @key(fields: "id") @inaccessible { id: ID! title: String }
               union Any = Book | Film"#,
            json!({
                "Query": {
                    "media": [{ "$of": "Book:1" }, { "$of": "Film:2" }, { "$of": "Book:3" }],
                    "any": [{ "$of": "Film:2" }, { "$of": "Book:1" }],
                    "hidden": [{ "$of": "Draft:4" }, { "$of": "Book:1" }],
                },
                "entities": [
                    { "__typename": "Book", "id": "1", "title": "B1", "pages": 100 },
                    { "__typename": "Film", "id": "2", "title": "F2", "minutes": 90 },
                    { "__typename": "Book", "id": "3", "title": "B3", "pages": 300 },
                    { "__typename": "Draft", "id": "4", "title": "D4" },
                ],
            }),
        ),
        (
            "ratings",
            r#"type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }"#,
            json!({ "entities": [
                { "__typename": "Media", "id": "1", "rating": 5 },
                { "__typename": "Media", "id": "2", "rating": 4 },
                { "__typename": "Media", "id": "3", "rating": 3 },
            ] }),
        ),
        (
            "books",
            r#"type Book @key(fields: "id") { id: ID! author: String }"#,
            json!({ "entities": [
                { "__typename": "Book", "id": "1", "author": "X" },
                { "__typename": "Book", "id": "3", "author": "Y" },
            ] }),
        ),
    ])
}

/// Trap: entities of an interface object in one list: each gets its own data.
#[tokio::test]
async fn each_entity_of_an_interface_object_gets_its_own_data() {
    let text = media().text("{ media { rating title __typename ... on Book { author } } }", json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"media":[{"rating":5,"title":"B1","__typename":"Book","author":"X"},{"rating":4,"title":"F2","__typename":"Film"},{"rating":3,"title":"B3","__typename":"Book","author":"Y"}]}}"#
    );
}

/// Trap: aliased `__typename` of an abstract type, and one response key with different fields by type.
#[tokio::test]
async fn keys_may_mean_another_field_for_each_type() {
    let query = "{ any { t: __typename ... on Film { size: minutes rating } ... on Book { size: pages by: author } } }";
    let text = media().text(query, json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"any":[{"t":"Film","size":90,"rating":4},{"t":"Book","size":100,"by":"X"}]}}"#
    );
}

/// Trap: a runtime type that is @inaccessible.
#[tokio::test]
async fn objects_of_a_hidden_type_are_null() {
    let response = media().run("{ hidden { id title } }").await;
    assert_eq!(response["data"], json!({ "hidden": [null, { "id": "1", "title": "B1" }] }));
    assert!(!response.to_string().contains("Draft"));
    assert_eq!(response["errors"][0]["path"], json!(["hidden", 0]));
}

/// The same entities through an interface, a union and fragments on either.
#[tokio::test]
async fn fragments_on_abstract_types_apply_to_their_members() {
    let query = "{ any { ... on Media { id rating ... on Book { ... on Media { title } } } } }";
    let response = media().run(query).await;
    let expected = json!([{ "id": "2", "rating": 4 }, { "id": "1", "rating": 5, "title": "B1" }]);
    assert_eq!(response, json!({ "data": { "any": expected } }));
}
