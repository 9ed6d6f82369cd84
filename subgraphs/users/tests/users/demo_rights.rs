//! What demo accounts gave to others: in force in the demo, and without it once an operator has said so.

use platform_identity::{Role, Scope};
use platform_testkit::{TestClient, TestSubgraph};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use users::UsersSubgraph;
use users::admin::{NewAdmin, create_admin};
use users::demo::{DemoRight, DemoRightsError, LOGINS, end, held, keep, seed};
use uuid::Uuid;

use crate::support::{Registered, builder, claims, refresh, register, revocations, start};

const GRANT: &str =
    "mutation ($id: ID!, $role: Role!) { grantRole(input: { userId: $id, role: $role }) { changed } }";
const REVOKE: &str =
    "mutation ($id: ID!, $role: Role!) { revokeRole(input: { userId: $id, role: $role }) { __typename } }";
const MEMBER: &str = "mutation ($id: ID!, $vendor: ID!) {
    grantVendorMembership(input: { userId: $id, vendorId: $vendor }) { changed } }";
const PARTNER: &str = "mutation { createPartner(input: { name: \"Acme\" }) { partner { id } } }";
const KEY: &str = "mutation ($id: ID!) {
    createApiKey(input: { partnerId: $id, name: \"ERP\", scopes: [] }) { key } }";

/// A user with an administrator's scopes.
fn admin(app: &TestSubgraph<UsersSubgraph>, user: platform_core::id::UserId) -> TestClient {
    let scopes = [Scope::RolesGrant, Scope::UsersRead, Scope::PartnersManage, Scope::AuditRead];
    app.as_user(user).with_roles([Role::Admin]).with_scopes(scopes)
}

async fn grant(by: &TestClient, to: &Registered, role: &str) -> bool {
    by.execute(GRANT, json!({ "id": to.id, "role": role })).await.get("grantRole.changed")
}

async fn roles(app: &TestSubgraph<UsersSubgraph>, of: &Registered) -> Value {
    app.as_user(of.id).execute("{ me { roles vendors { id } } }", json!({})).await.data()["me"].clone()
}

/// Whether the gateway lets a key in.
async fn works(app: &TestSubgraph<UsersSubgraph>, key: &str) -> bool {
    let query = "query ($key: String!) { apiKey(key: $key) { scopes } }";
    let answer = app.as_service("gateway").execute_internal(query, json!({ "key": key })).await;
    !answer.data()["apiKey"].is_null()
}

async fn ids(app: &TestSubgraph<UsersSubgraph>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = held(app.database()).await.unwrap().iter().map(DemoRight::id).collect();
    ids.sort_unstable();
    ids
}

/// Check 51: neither at first hand nor at second is anything of the demo's in force without it.
#[tokio::test]
async fn what_demo_accounts_gave_is_not_in_force_until_an_operator_keeps_it() {
    let app = start().await;
    seed(app.hosted().platform(), &[], &|_, _| {}).await.unwrap();
    let (eve, ben) = (register(&app, "eve@example.com").await, register(&app, "ben@example.com").await);
    let adam = admin(&app, LOGINS[4].id);
    let vendor = app.ids().next_uuid();
    assert!(grant(&adam, &eve, "ADMIN").await);
    adam.execute(MEMBER, json!({ "id": eve.id, "vendor": vendor })).await.data();
    let eve_admin = admin(&app, eve.id);
    assert!(grant(&eve_admin, &ben, "SUPPORT").await);
    let partner = eve_admin.execute(PARTNER, json!({})).await.text("createPartner.partner.id");
    let key = adam.execute(KEY, json!({ "id": partner })).await.text("createApiKey.key");
    assert!(works(&app, &key).await, "in the demo it is");
    assert_eq!(roles(&app, &ben).await["roles"], json!(["BUYER", "SUPPORT"]));

    let app = app.restart_with(builder().configure(|config| config.demo = false)).await;
    assert_eq!(roles(&app, &eve).await, json!({ "roles": ["BUYER"], "vendors": [] }));
    assert_eq!(roles(&app, &ben).await["roles"], json!(["BUYER"]));
    assert!(!works(&app, &key).await);
    let refreshed = refresh(&app, &eve.refresh).await;
    let token = refreshed.text("refreshToken.tokens.accessToken");
    assert_eq!(claims(&token)["scope"], "", "the account itself goes on to work");
    let (revoked, _) = revocations(&app, None).await;
    assert!(
        revoked.iter().any(|entry| entry["kind"] == "USER" && entry["id"] == json!(eve.id)),
        "{revoked:?}"
    );
    let mut expected: Vec<Uuid> = vec![eve.id.0, ben.id.0, partner.parse().unwrap()];
    expected.sort_unstable();
    assert_eq!(ids(&app).await, expected);

    let platform = app.hosted().platform();
    keep(platform, eve.id.0).await.unwrap();
    assert_eq!(roles(&app, &eve).await["roles"], json!(["BUYER", "ADMIN"]));
    keep(platform, partner.parse().unwrap()).await.unwrap();
    assert!(works(&app, &key).await, "a partner is kept with its keys");
    end(platform, ben.id.0).await.unwrap();
    assert_eq!(ids(&app).await, Vec::<Uuid>::new());
    assert!(matches!(keep(platform, ben.id.0).await, Err(DemoRightsError::Unknown(_))));
    assert!(matches!(end(platform, app.ids().next_uuid()).await, Err(DemoRightsError::Unknown(_))));
    let app = app.restart_with(builder()).await;
    assert_eq!(
        roles(&app, &ben).await["roles"],
        json!(["BUYER"]),
        "what has ended has ended in the demo too"
    );
}

/// What an administrator of the shop's own gives again is given; and nobody of the demo counts as one who is left.
#[tokio::test]
async fn an_administrator_keeps_a_right_by_giving_it_and_stays_the_last_one() {
    let app = start().await;
    seed(app.hosted().platform(), &[], &|_, _| {}).await.unwrap();
    let eve = register(&app, "eve@example.com").await;
    assert!(grant(&admin(&app, LOGINS[4].id), &eve, "ADMIN").await);
    let partner = admin(&app, LOGINS[4].id).execute(PARTNER, json!({})).await;
    let partner = partner.text("createPartner.partner.id");
    let new = NewAdmin {
        email: "root@example.com".to_owned(),
        name: "Root".to_owned(),
        password: "correct horse battery".to_owned(),
    };
    let root = create_admin(app.hosted().platform(), new).await.unwrap();
    let app = app.restart_with(builder().configure(|config| config.demo = false)).await;
    assert_eq!(ids(&app).await.len(), 2);
    let last = admin(&app, root).execute(REVOKE, json!({ "id": root, "role": "ADMIN" })).await;
    assert_eq!(last.text("revokeRole.__typename"), "LastAdmin", "{}", last.body);

    let key = admin(&app, root).execute(KEY, json!({ "id": partner })).await.text("createApiKey.key");
    assert!(!works(&app, &key).await, "the partner is the demo's still");
    let resume = "mutation ($id: ID!) { resumePartner(input: { id: $id }) { changed } }";
    let resumed = admin(&app, root).execute(resume, json!({ "id": partner })).await;
    assert_eq!(resumed.at("resumePartner.changed"), true);
    assert!(works(&app, &key).await);
    assert_eq!(ids(&app).await, [eve.id.0]);
    assert!(grant(&admin(&app, root), &eve, "ADMIN").await, "it was not in force");
    assert_eq!(ids(&app).await, Vec::<Uuid>::new());
    let revoked = admin(&app, root).execute(REVOKE, json!({ "id": root, "role": "ADMIN" })).await;
    assert_eq!(revoked.text("revokeRole.__typename"), "RightsChanged");
}

/// Rights of earlier releases: the audit trail says who gave them, and what it does not know is asked about.
#[tokio::test]
async fn rights_from_before_are_told_apart_by_the_audit_trail() {
    let app = start().await;
    seed(app.hosted().platform(), &[], &|_, _| {}).await.unwrap();
    let new = NewAdmin {
        email: "root@example.com".to_owned(),
        name: "Root".to_owned(),
        password: "correct horse battery".to_owned(),
    };
    let root = create_admin(app.hosted().platform(), new).await.unwrap();
    let mut people = Vec::new();
    for name in ["eve", "ben", "carl", "dora"] {
        people.push(register(&app, &format!("{name}@example.com")).await);
    }
    let [eve, ben, carl, dora] = people.as_slice() else { return };
    grant(&admin(&app, LOGINS[4].id), eve, "ADMIN").await;
    grant(&admin(&app, eve.id), ben, "SUPPORT").await;
    grant(&admin(&app, root), carl, "SUPPORT").await;
    grant(&admin(&app, root), dora, "SUPPORT").await;
    let of_demo = admin(&app, eve.id).execute(PARTNER, json!({})).await.text("createPartner.partner.id");
    let of_root = PARTNER.replace("Acme", "Bolt");
    let of_root = admin(&app, root).execute(&of_root, json!({})).await.text("createPartner.partner.id");
    let mut back: Vec<String> = ["user_roles", "vendor_memberships", "partners", "api_keys"]
        .iter()
        .map(|table| format!("ALTER TABLE {table} DROP COLUMN by_demo"))
        .collect();
    back.push("DELETE FROM seaql_migrations WHERE version = 'users_0011_demo_rights'".to_owned());
    // As if it had been lost.
    back.push("UPDATE audit_entries SET action = 'other' WHERE action = 'role.granted' AND subject_id = (SELECT id FROM users WHERE email = 'dora@example.com')".to_owned());
    for sql in back {
        app.database().write().execute_unprepared(&sql).await.unwrap();
    }
    assert_eq!(app.migrate().await, 1);
    let mut expected = vec![eve.id.0, ben.id.0, dora.id.0, of_demo.parse::<Uuid>().unwrap()];
    expected.sort_unstable();
    assert_eq!(ids(&app).await, expected, "neither {carl:?} nor {root} nor {of_root}");
}
