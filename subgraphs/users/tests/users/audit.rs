use platform_identity::Scope;
use serde_json::{Value, json};

use users_entities::user_role::Role;

use crate::support::{give, register, staff, start};

const TRAIL: &str = "query ($filter: AuditFilterInput, $first: Int, $after: String) {
    auditTrail(filter: $filter, first: $first, after: $after) {
        edges { node { action subjectType subjectId actorId actorService details actor { name } } }
        pageInfo { hasNextPage endCursor } } }";

#[tokio::test]
async fn who_did_what_to_whom_is_on_record() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let boss = register(&app, "boss@example.com").await;
    give(&app, boss.id, Role::Admin).await;
    let staff_client = boss.client(&app).with_scopes([Scope::RolesGrant, Scope::UsersRead, Scope::AuditRead]);
    let grant = "mutation ($id: ID!) { grantRole(input: { userId: $id, role: COURIER }) { changed } }";
    staff_client.execute(grant, json!({ "id": ann.id })).await.data();
    staff_client.execute(grant, json!({ "id": ann.id })).await.data();
    ann.client(&app).execute("mutation { logout { ended } }", json!({})).await.data();

    let trail = async |filter: Value| -> Vec<Value> {
        let answer = staff_client.execute(TRAIL, json!({ "filter": filter })).await;
        answer.get::<Vec<Value>>("auditTrail.edges").into_iter().map(|mut edge| edge["node"].take()).collect()
    };
    let granted = trail(json!({ "action": "role.granted" })).await;
    assert_eq!(
        granted,
        [json!({
            "action": "role.granted", "subjectType": "User", "subjectId": ann.id, "actorId": boss.id,
            "actorService": null, "details": { "role": "courier" }, "actor": { "name": "Somebody" },
        })],
        "what changed nothing is not on record"
    );
    let by_ann = trail(json!({ "actorId": ann.id })).await;
    let actions: Vec<&str> = by_ann.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["session.revoked", "session.started", "user.registered"]);
    assert_eq!(by_ann[0]["details"], json!({ "reason": "logout" }));
    assert_eq!(trail(json!({ "subjectType": "User", "subjectId": ann.id })).await.len(), 2);

    let page = staff_client.execute(TRAIL, json!({ "first": 1 })).await;
    assert_eq!(page.at("auditTrail.pageInfo.hasNextPage"), true);
    assert_eq!(
        staff_client.execute(TRAIL, json!({ "filter": { "subjectId": "x" } })).await.codes(),
        ["BAD_USER_INPUT"]
    );
}

/// What failed left no entry: the entry is written with the change.
#[tokio::test]
async fn what_was_refused_is_not_on_record() {
    let app = start().await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersRead, Scope::AuditRead]).await;
    let grant = "mutation ($id: ID!) { grantRole(input: { userId: $id, role: COURIER }) { changed } }";
    assert_eq!(staff.execute(grant, json!({ "id": app.ids().next_uuid() })).await.codes(), ["NOT_FOUND"]);
    assert_eq!(staff.execute(TRAIL, json!({})).await.at("auditTrail.edges"), &json!([]));
}
