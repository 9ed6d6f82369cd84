//! Every refusal of an input names the field that is wrong.

use platform_identity::Scope;
use platform_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::support::{PASSWORD, REGISTER, register, staff, start};

fn assert_names(answer: &Answer, field: &str, what: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{what}: {}", answer.body);
    assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{what}: {}", answer.body);
}

/// `first` and `after` of every list.
#[tokio::test]
async fn a_page_that_there_cannot_be_names_its_argument() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await.client(&app);
    let manager = staff(&app, [Scope::UsersRead, Scope::PartnersManage, Scope::AuditRead]).await;
    let create = "mutation { createPartner(input: { name: \"Acme\" }) { partner { id } } }";
    manager.execute(create, json!({})).await.data();
    let lists: [(&TestClient, &str); 8] = [
        (&ann, "{ me { addresses(ARGS) { edges { cursor } } } }"),
        (&ann, "{ sessions(ARGS) { edges { cursor } } }"),
        (&ann, "{ notifications(ARGS) { edges { cursor } } }"),
        (&manager, "{ users(ARGS) { edges { cursor } } }"),
        (&manager, "{ staff(ARGS) { edges { cursor } } }"),
        (&manager, "{ partners(ARGS) { edges { cursor } } }"),
        (&manager, "{ partners { edges { node { apiKeys(ARGS) { edges { cursor } } } } } }"),
        (&manager, "{ auditTrail(ARGS) { edges { cursor } } }"),
    ];
    for (client, list) in lists {
        for (arguments, field) in [
            ("first: 0", "first"),
            ("first: -1", "first"),
            ("first: 101", "first"),
            ("after: \"nonsense\"", "after"),
            ("after: \"\"", "after"),
        ] {
            let query = list.replace("ARGS", arguments);
            assert_names(&client.execute(&query, json!({})).await, field, &query);
        }
    }
}

/// What no resolver gets to see: ids, times and numbers that are none.
#[tokio::test]
async fn a_value_that_is_not_of_its_type_names_its_field() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await.client(&app);
    let all = [
        Scope::UsersManage,
        Scope::UsersRead,
        Scope::RolesGrant,
        Scope::PartnersManage,
        Scope::AuditRead,
        Scope::NotificationsSend,
    ];
    let manager = staff(&app, all).await;
    let (user, id) = (app.ids().next_uuid(), app.ids().next_uuid());
    let address = json!({ "recipient": "Ann", "line1": "x", "city": "x", "country": "DE" });
    let key = |field: &str, value: Value| {
        let mut input = json!({ "partnerId": id, "name": "ERP", "scopes": [], "vendorIds": [id] });
        input[field] = value;
        input
    };
    let cases: [(&TestClient, &str, &str, Value, &str); 19] = [
        (&manager, "blockUser", "BlockUserInput", json!({ "userId": "nonsense" }), "userId"),
        (&manager, "unblockUser", "UnblockUserInput", json!({ "userId": "" }), "userId"),
        (&manager, "grantRole", "GrantRoleInput", json!({ "userId": "x", "role": "SELLER" }), "userId"),
        (&manager, "revokeRole", "RevokeRoleInput", json!({ "userId": "x", "role": "SELLER" }), "userId"),
        (
            &manager,
            "grantVendorMembership",
            "GrantVendorMembershipInput",
            json!({ "userId": user, "vendorId": "x" }),
            "vendorId",
        ),
        (
            &manager,
            "revokeVendorMembership",
            "RevokeVendorMembershipInput",
            json!({ "userId": "x", "vendorId": id }),
            "userId",
        ),
        (&manager, "suspendPartner", "SuspendPartnerInput", json!({ "id": "x" }), "id"),
        (&manager, "resumePartner", "ResumePartnerInput", json!({ "id": "x" }), "id"),
        (&manager, "createApiKey", "CreateApiKeyInput", key("partnerId", json!("x")), "partnerId"),
        (&manager, "createApiKey", "CreateApiKeyInput", key("vendorIds", json!([id, "x"])), "vendorIds"),
        (&manager, "createApiKey", "CreateApiKeyInput", key("expiresAt", json!("tomorrow")), "expiresAt"),
        (&manager, "rotateApiKey", "RotateApiKeyInput", json!({ "id": "x" }), "id"),
        (
            &manager,
            "rotateApiKey",
            "RotateApiKeyInput",
            json!({ "id": id, "overlapSeconds": -1 }),
            "overlapSeconds",
        ),
        (&manager, "revokeApiKey", "RevokeApiKeyInput", json!({ "id": "x" }), "id"),
        (
            &manager,
            "sendNotification",
            "SendNotificationInput",
            json!({ "userIds": [user, "x"], "title": "x", "body": "x" }),
            "userIds",
        ),
        (&ann, "updateAddress", "UpdateAddressInput", json!({ "id": "x", "address": address }), "id"),
        (&ann, "removeAddress", "RemoveAddressInput", json!({ "id": "x" }), "id"),
        (&ann, "setDefaultAddress", "SetDefaultAddressInput", json!({ "id": "x", "defaultFor": [] }), "id"),
        (&ann, "logout", "LogoutInput", json!({ "sessionId": "x" }), "sessionId"),
    ];
    for (client, mutation, input_type, input, field) in cases {
        let document =
            format!("mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ __typename }} }}");
        assert_names(&client.execute(&document, json!({ "input": input })).await, field, mutation);
    }
    // Written into the document, and with a variable in its middle.
    let literal = "mutation { grantRole(input: { userId: \"x\", role: SELLER }) { changed } }";
    assert_names(&manager.execute(literal, json!({})).await, "userId", literal);
    let mixed = "mutation ($id: ID!) { other: grantRole(input: { userId: $id, role: SELLER }) { changed } }";
    assert_names(&manager.execute(mixed, json!({ "id": "x" })).await, "userId", mixed);
    for filter in [json!({ "vendorId": "x" }), json!({ "email": "x" })] {
        let field = filter.as_object().unwrap().keys().next().unwrap().clone();
        let users = "query ($filter: UserFilterInput!) { users(filter: $filter) { edges { cursor } } }";
        assert_names(&manager.execute(users, json!({ "filter": filter })).await, &field, users);
    }
    for field in ["actorId", "subjectId"] {
        let trail = "query ($filter: AuditFilterInput!) { auditTrail(filter: $filter) { edges { cursor } } }";
        assert_names(&manager.execute(trail, json!({ "filter": { field: "x" } })).await, field, trail);
    }
}

/// What a service gives users, and what a guest does.
#[tokio::test]
async fn an_input_that_breaks_a_rule_names_its_field() {
    let app = start().await;
    let since = "{ revocationsSince(cursor: \"nonsense\") { cursor } }";
    assert_names(&app.as_service("gateway").execute_internal(since, json!({})).await, "cursor", since);
    for (field, value) in [("email", "nobody"), ("name", ""), ("language", "no language")] {
        let mut input = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann" });
        input[field] = json!(value);
        assert_names(&app.as_guest().execute(REGISTER, json!({ "input": input })).await, field, field);
    }
}

/// An id of nobody is refused where it is given, and nothing is kept.
#[tokio::test]
async fn an_id_of_nobody_names_its_field() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let all = [Scope::UsersManage, Scope::RolesGrant, Scope::PartnersManage, Scope::NotificationsSend];
    let manager = staff(&app, all).await;
    let nobody = app.ids().next_uuid();
    let address =
        json!({ "recipient": "Ann", "line1": "x", "city": "x", "country": "DE", "postalCode": "53111" });
    let own = ann.client(&app);
    let cases: [(&TestClient, &str, &str, Value, &str); 16] = [
        (&manager, "blockUser", "BlockUserInput", json!({ "userId": nobody }), "userId"),
        (&manager, "unblockUser", "UnblockUserInput", json!({ "userId": nobody }), "userId"),
        (&manager, "grantRole", "GrantRoleInput", json!({ "userId": nobody, "role": "SELLER" }), "userId"),
        (&manager, "revokeRole", "RevokeRoleInput", json!({ "userId": nobody, "role": "SELLER" }), "userId"),
        (
            &manager,
            "grantVendorMembership",
            "GrantVendorMembershipInput",
            json!({ "userId": nobody, "vendorId": nobody }),
            "userId",
        ),
        (
            &manager,
            "revokeVendorMembership",
            "RevokeVendorMembershipInput",
            json!({ "userId": nobody, "vendorId": nobody }),
            "userId",
        ),
        (
            &manager,
            "validateVatId",
            "ValidateVatIdInput",
            json!({ "userId": nobody, "vatId": "DE123456789" }),
            "userId",
        ),
        (
            &manager,
            "sendNotification",
            "SendNotificationInput",
            json!({ "userIds": [ann.id, nobody], "title": "x", "body": "x" }),
            "userIds",
        ),
        (&manager, "suspendPartner", "SuspendPartnerInput", json!({ "id": nobody }), "id"),
        (&manager, "resumePartner", "ResumePartnerInput", json!({ "id": nobody }), "id"),
        (
            &manager,
            "createApiKey",
            "CreateApiKeyInput",
            json!({ "partnerId": nobody, "name": "ERP", "scopes": [] }),
            "partnerId",
        ),
        (&manager, "rotateApiKey", "RotateApiKeyInput", json!({ "id": nobody }), "id"),
        (&manager, "revokeApiKey", "RevokeApiKeyInput", json!({ "id": nobody }), "id"),
        (&own, "updateAddress", "UpdateAddressInput", json!({ "id": nobody, "address": address }), "id"),
        (&own, "removeAddress", "RemoveAddressInput", json!({ "id": nobody }), "id"),
        (&own, "markNotificationRead", "MarkNotificationReadInput", json!({ "id": nobody }), "id"),
    ];
    for (client, mutation, input_type, input, field) in cases {
        let document =
            format!("mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ __typename }} }}");
        let answer = client.execute(&document, json!({ "input": input })).await;
        assert_eq!(answer.codes(), ["NOT_FOUND"], "{mutation}: {}", answer.body);
        assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{mutation}: {}", answer.body);
    }
    let inbox = own.execute("{ notifications { edges { cursor } } }", json!({})).await;
    assert_eq!(inbox.at("notifications.edges"), &json!([]), "a message that is refused reaches nobody");
}
