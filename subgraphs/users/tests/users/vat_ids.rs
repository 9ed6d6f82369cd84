use platform_identity::Scope;
use serde_json::json;

use crate::support::{register, staff, start};

const SET: &str =
    "mutation ($id: String) { setVatId(input: { vatId: $id }) { user { vatId { vatId validatedAt } } } }";
const VALIDATE: &str = "mutation ($user: ID!, $id: String!, $valid: Boolean!) {
    validateVatId(input: { userId: $user, vatId: $id, valid: $valid }) { user { vatId { vatId validatedAt } } } }";
const VALID: &str = "query ($user: ID!, $id: String!) { vatIdIsValid(userId: $user, vatId: $id) }";

/// Check 46: a VAT id counts once staff have marked the very id that stands there, and no longer than it does.
#[tokio::test]
async fn a_vat_id_is_valid_once_staff_say_so() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let client = ann.client(&app);
    let staff = staff(&app, [Scope::UsersManage, Scope::UsersRead]).await;
    let valid = async |id: &str| {
        let answer =
            app.as_service("orders").execute_internal(VALID, json!({ "user": ann.id, "id": id })).await;
        answer.get::<bool>("vatIdIsValid")
    };
    let set = client.execute(SET, json!({ "id": "fr 40 303 265 045" })).await;
    assert_eq!(set.at("setVatId.user.vatId"), &json!({ "vatId": "FR40303265045", "validatedAt": null }));
    assert!(!valid("FR40303265045").await);
    assert_eq!(
        client
            .execute(VALIDATE, json!({ "user": ann.id, "id": "FR40303265045", "valid": true }))
            .await
            .codes(),
        ["FORBIDDEN"]
    );
    let other = staff.execute(VALIDATE, json!({ "user": ann.id, "id": "DE123456789", "valid": true })).await;
    assert_eq!(other.codes(), ["NOT_FOUND"], "staff looked at another id");
    let marked =
        staff.execute(VALIDATE, json!({ "user": ann.id, "id": "FR40303265045", "valid": true })).await;
    assert!(marked.at("validateVatId.user.vatId.validatedAt").is_string(), "{}", marked.body);
    assert!(valid("FR40303265045").await);
    assert!(!valid("DE123456789").await);
    client.execute(SET, json!({ "id": "FR40303265045" })).await.data();
    assert!(valid("FR40303265045").await, "the same id again changes nothing");
    client.execute(SET, json!({ "id": "DE123456789" })).await.data();
    assert!(!valid("DE123456789").await && !valid("FR40303265045").await, "another id is not validated");
    client.execute(SET, json!({ "id": "FR40303265045" })).await.data();
    staff.execute(VALIDATE, json!({ "user": ann.id, "id": "FR40303265045", "valid": true })).await.data();
    staff.execute(VALIDATE, json!({ "user": ann.id, "id": "FR40303265045", "valid": false })).await.data();
    assert!(!valid("FR40303265045").await, "the mark is taken away");
    assert!(client.execute(SET, json!({ "id": null })).await.at("setVatId.user.vatId").is_null());
    for bad in ["DE12", "XX123456789", "DE12345678\u{0}9"] {
        assert_eq!(client.execute(SET, json!({ "id": bad })).await.codes(), ["BAD_USER_INPUT"], "{bad:?}");
    }
}
