//! Fields that require others'.

use serde_json::json;

use crate::fake::Federation;

fn shipping() -> Federation {
    Federation::new(&[
        (
            "products",
            r#"type Query { products: [Product!]! }
               type Product @key(fields: "id") { id: ID! weight(unit: String = "g"): Int size: Size name: String }
               type Size { w: Int h: Int @shareable }"#,
            json!({ "Query": { "products": [
                { "id": "1", "weight(g)": 500, "weight(kg)": 1, "size": { "w": 1, "h": 2 }, "name": "Cup" },
                { "id": "2", "weight(g)": 900, "weight(kg)": 2, "size": null, "name": "Pot" },
            ] } }),
        ),
        (
            "shipping",
            r#"type Product @key(fields: "id") {
                   id: ID!
                   weight(unit: String = "g"): Int @external
                   size: Size @external
                   fee: String @requires(fields: "weight(unit: \"g\")")
                   heavy: String @requires(fields: "weight(unit: \"kg\")")
                   box: String @requires(fields: "size { h }")
               }
               type Size { h: Int @shareable }"#,
            json!({ "entities": [
                { "__typename": "Product", "id": "1", "fee": "=fee:{weight}", "heavy": "=heavy:{weight}", "box": "=box:{size}" },
                { "__typename": "Product", "id": "2", "fee": "=fee:{weight}", "heavy": "=heavy:{weight}", "box": "=box:{size}" },
            ] }),
        ),
    ])
}

#[tokio::test]
async fn required_fields_reach_the_subgraph_and_not_the_client() {
    let text = shipping().text("{ products { fee box } }", json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"products":[{"fee":"fee:500","box":"box:{\"h\":2}"},{"fee":"fee:900","box":"box:null"}]}}"#
    );
}

/// Trap: @requires with different arguments for the same field, beside the client's own.
#[tokio::test]
async fn required_arguments_do_not_clash() {
    let response = shipping().run("{ products { weight(unit: \"kg\") fee heavy w: weight } }").await;
    assert_eq!(
        response["data"]["products"],
        json!([
            { "weight": 1, "fee": "fee:500", "heavy": "heavy:1", "w": 500 },
            { "weight": 2, "fee": "fee:900", "heavy": "heavy:2", "w": 900 },
        ])
    );
}

/// Trap: aliases of the client that take the names of required fields.
#[tokio::test]
async fn aliases_do_not_shadow_required_fields() {
    let response = shipping().run("{ products { weight: name size: id id: weight fee box } }").await;
    assert_eq!(
        response["data"]["products"][0],
        json!({
            "weight": "Cup", "size": "1", "id": 500, "fee": "fee:500", "box": "box:{\"h\":2}",
        })
    );
}
