//! Warehouses as those who keep them see and change them.

use platform_identity::Scope;
use platform_testkit::Answer;
use serde_json::{Value, json};

use crate::shop::{Shop, user, vendor};

async fn update(shop: &Shop, input: Value) -> Answer {
    let mutation = "mutation($input: UpdateWarehouseInput!) { updateWarehouse(input: $input) { __typename
        ... on WarehouseSuccess { warehouse { code name country priority vendor { id } } }
        ... on WarehouseCodeTaken { code } } }";
    shop.seller(shop.vendor).execute(mutation, json!({ "input": input })).await
}

#[tokio::test]
async fn a_warehouse_is_changed_and_read_again() {
    let shop = Shop::open().await;
    let id = shop.warehouse("W1", 0).await;
    let input = json!({"id": id, "code": " W2 ", "name": "Zwei", "country": "at", "priority": 5});
    let changed = update(&shop, input).await;
    let expected =
        json!({"code": "W2", "name": "Zwei", "country": "AT", "priority": 5, "vendor": {"id": shop.vendor}});
    assert_eq!(changed.at("updateWarehouse.warehouse"), &expected, "{}", changed.body);
    let same = update(&shop, json!({ "id": id })).await;
    assert_eq!(same.at("updateWarehouse.warehouse"), &expected);
    let query = "query($id: ID!) { warehouse(id: $id) { code name country priority vendor { id } } }";
    let support = shop.app.as_user(user(7)).with_scopes([Scope::CatalogReadAll, Scope::StockRead]);
    for insider in [support, shop.seller(shop.vendor)] {
        assert_eq!(insider.execute(query, json!({ "id": id })).await.at("warehouse"), &expected);
    }
    let rival = shop.seller(vendor(2)).execute(query, json!({ "id": id })).await;
    assert!(rival.data()["warehouse"].is_null());
}

#[tokio::test]
async fn a_warehouse_takes_no_code_of_another_and_nothing_of_it_is_null() {
    let shop = Shop::open().await;
    let (id, _) = (shop.warehouse("W1", 0).await, shop.warehouse("W2", 0).await);
    let taken = update(&shop, json!({"id": id, "code": "W2"})).await;
    assert_eq!(taken.at("updateWarehouse"), &json!({"__typename": "WarehouseCodeTaken", "code": "W2"}));
    for (field, bad) in [("code", json!("")), ("name", json!("a\nb")), ("country", json!("ZZ"))] {
        for value in [bad, Value::Null] {
            let mut input = json!({ "id": id });
            input[field] = value;
            let refused = update(&shop, input).await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
            assert_eq!(refused.errors()[0]["extensions"]["field"], field, "{}", refused.body);
        }
    }
    let priority = update(&shop, json!({"id": id, "priority": null})).await;
    assert_eq!(priority.errors()[0]["extensions"]["field"], "priority");
}

/// Reservations take from the warehouse that comes first now.
#[tokio::test]
async fn reservations_follow_a_changed_priority() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 5).await;
    let other = shop.warehouse("W2", 1).await;
    shop.adjust(&made.offer, &other, 5).await.data();
    let reserve = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) {
        ... on StockReserved { lines { warehouseId } } } }";
    let taken_from = async |key: &str| {
        let lines = json!([{"offerId": made.offer, "quantity": 1}]);
        let input = json!({"key": key, "lines": lines, "expiresAt": "2100-01-01T00:00:00Z"});
        let answer = shop.orders().execute_internal(reserve, json!({ "input": input })).await;
        answer.text("reserveStock.lines.0.warehouseId")
    };
    assert_eq!(taken_from("order-1").await, made.warehouse);
    update(&shop, json!({"id": made.warehouse, "priority": 2})).await.data();
    assert_eq!(taken_from("order-2").await, other);
}
