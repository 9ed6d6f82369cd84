use futures::future::join_all;
use platform_identity::Scope;
use serde_json::{Value, json};

use users_entities::user_role::Role;

use crate::support::{give, register, start};

const ADD: &str = "mutation ($input: AddAddressInput!) { addAddress(input: $input) {
    address { id city country phone company defaultShipping defaultBilling } } }";
const BOOK: &str = "{ me { addresses { edges { node { city defaultShipping defaultBilling } } }
    defaultShippingAddress { city } defaultBillingAddress { city } } }";

fn home(city: &str) -> Value {
    json!({ "recipient": "Ann", "line1": "Main St 1", "city": city, "postalCode": "10115", "country": "de", "company": "  ", "phone": "+49 30 901820" })
}

#[tokio::test]
async fn an_address_book_keeps_one_default_of_each_use() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let client = ann.client(&app);
    let first = client.execute(ADD, json!({ "input": { "address": home("Berlin") } })).await;
    let first_id = first.text("addAddress.address.id");
    let mut expected = json!({
        "city": "Berlin", "country": "DE", "phone": "+4930901820", "company": null,
        "defaultShipping": true, "defaultBilling": true,
    });
    expected["id"] = json!(first_id);
    assert_eq!(first.at("addAddress.address"), &expected);
    let second = client
        .execute(ADD, json!({ "input": { "address": home("Paris"), "defaultFor": ["SHIPPING"] } }))
        .await;
    let second_id = second.text("addAddress.address.id");
    let book = client.execute(BOOK, json!({})).await;
    assert_eq!(book.at("me.defaultShippingAddress.city"), "Paris");
    assert_eq!(book.at("me.defaultBillingAddress.city"), "Berlin");

    let set = "mutation ($id: ID!) { setDefaultAddress(input: { id: $id, defaultFor: [BILLING, SHIPPING] }) { address { city } } }";
    client.execute(set, json!({ "id": first_id })).await.data();
    let update = "mutation ($id: ID!, $address: AddressInput!) { updateAddress(input: { id: $id, address: $address }) { address { city defaultShipping } } }";
    let updated = client.execute(update, json!({ "id": first_id, "address": home("Köln") })).await;
    assert_eq!(updated.at("updateAddress.address"), &json!({ "city": "Köln", "defaultShipping": true }));
    let book = client.execute(BOOK, json!({})).await;
    assert_eq!(
        book.at("me.addresses.edges"),
        &json!([
            { "node": { "city": "Köln", "defaultShipping": true, "defaultBilling": true } },
            { "node": { "city": "Paris", "defaultShipping": false, "defaultBilling": false } },
        ])
    );

    let remove = "mutation ($id: ID!) { removeAddress(input: { id: $id }) { user { defaultShippingAddress { city } } } }";
    let removed = client.execute(remove, json!({ "id": first_id })).await;
    assert_eq!(removed.at("removeAddress.user.defaultShippingAddress"), &Value::Null);
    assert_eq!(client.execute(remove, json!({ "id": first_id })).await.codes(), ["NOT_FOUND"]);
    assert_eq!(client.execute(remove, json!({ "id": second_id })).await.codes(), [""; 0]);
}

#[tokio::test]
async fn somebody_elses_address_is_not_found() {
    let app = start().await;
    let (ann, eve) = (register(&app, "ann@example.com").await, register(&app, "eve@example.com").await);
    let added = ann.client(&app).execute(ADD, json!({ "input": { "address": home("Berlin") } })).await;
    let id = added.text("addAddress.address.id");
    give(&app, eve.id, Role::Support).await;
    let eve = eve.client(&app).with_scopes([Scope::UsersRead]);
    for mutation in [
        "mutation ($id: ID!) { removeAddress(input: { id: $id }) { user { id } } }",
        "mutation ($id: ID!) { setDefaultAddress(input: { id: $id, defaultFor: [BILLING] }) { user { id } } }",
        "mutation ($id: ID!) { updateAddress(input: { id: $id, address: { recipient: \"E\", line1: \"E\", city: \"E\", postalCode: \"10115\", country: \"DE\" } }) { user { id } } }",
    ] {
        assert_eq!(eve.execute(mutation, json!({ "id": id })).await.codes(), ["NOT_FOUND"], "{mutation}");
    }
    let internal = "query ($user: ID!, $id: ID!) { address(userId: $user, id: $id) { city } }";
    let orders = app.as_service("orders");
    let own = orders.execute_internal(internal, json!({ "user": ann.id, "id": id })).await;
    assert_eq!(own.at("address.city"), "Berlin");
    let other = orders.execute_internal(internal, json!({ "user": eve.identity().user, "id": id })).await;
    assert!(other.data()["address"].is_null());
}

#[tokio::test]
async fn additions_at_once_leave_one_default_and_keep_the_limit() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let client = ann.client(&app);
    let input = json!({ "input": { "address": home("Berlin"), "defaultFor": ["SHIPPING", "BILLING"] } });
    let answers = join_all((0..55).map(|_| client.execute(ADD, input.clone()))).await;
    let refused = answers.iter().filter(|answer| answer.codes() == ["LIMIT_EXCEEDED"]).count();
    assert_eq!(refused, 5);
    let book = client
        .execute(
            "{ me { addresses(first: 100) { edges { node { defaultShipping defaultBilling } } } } }",
            json!({}),
        )
        .await;
    let edges: Vec<Value> = book.get("me.addresses.edges");
    assert_eq!(edges.len(), 50);
    let defaults = |flag: &str| edges.iter().filter(|edge| edge["node"][flag] == true).count();
    assert_eq!((defaults("defaultShipping"), defaults("defaultBilling")), (1, 1));
}

#[tokio::test]
async fn what_cannot_stand_on_a_parcel_is_refused() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    for (field, value) in
        [("country", "Germany"), ("recipient", " "), ("line1", "a\nb"), ("phone", "none"), ("city", "")]
    {
        let mut address = home("Berlin");
        address[field] = json!(value);
        let refused = ann.client(&app).execute(ADD, json!({ "input": { "address": address } })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.errors()[0]["extensions"]["field"], field);
    }
}
