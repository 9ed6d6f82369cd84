//! Accounts of earlier releases, in the migration that makes one address one account.

use platform_core::Clock;
use platform_identity::Scope;
use platform_testkit::TestSubgraph;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::json;
use users::UsersSubgraph;
use users_entities::user;
use uuid::Uuid;

use crate::support::{PASSWORD, login, register, staff, start};

/// Makes the database what it was before the key.
async fn turn_back(app: &TestSubgraph<UsersSubgraph>) {
    for sql in [
        "DROP INDEX users_one_email_key",
        "ALTER TABLE users DROP COLUMN email_key",
        "DROP TABLE registrations",
        "DROP TABLE known_networks",
        "DELETE FROM seaql_migrations WHERE version IN ('users_0006_email_keys', 'users_0007_registrations')",
    ] {
        app.database().write().execute_unprepared(sql).await.unwrap();
    }
}

/// An account as an earlier release made it: the address in lower case, in whichever form it was typed.
async fn insert(app: &TestSubgraph<UsersSubgraph>, id: Uuid, email: &str, hash: &str) -> Uuid {
    let db = app.database().write();
    let now = app.clock().now();
    let sql = "INSERT INTO users (id, email, password_hash, name, language, status, inbox_version, created_at, updated_at)
        VALUES ($1, $2, $3, 'Old', 'en', 'ACTIVE', 0, $4, $4)";
    let values = [id.into(), email.into(), hash.into(), now.into()];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
    id
}

/// Check 56: the migration lists the accounts that collide, merges none, and each goes on to work.
#[tokio::test]
async fn accounts_with_one_address_in_two_forms_both_go_on_to_work() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let stored = user::Entity::find().one(app.database().read()).await.unwrap().unwrap();
    let hash = stored.password_hash.unwrap();
    turn_back(&app).await;
    let (composed, decomposed) = ("jos\u{e9}@example.com", "jose\u{301}@example.com");
    // Ids of one millisecond are in no order.
    let mut ids: [Uuid; 4] = std::array::from_fn(|_| app.ids().next_uuid());
    ids.sort_unstable();
    let first = insert(&app, ids[0], decomposed, &hash).await;
    let second = insert(&app, ids[1], composed, &hash).await;
    let alone = insert(&app, ids[2], "rene\u{301}@example.com", &hash).await;
    // So is what this release would not let in.
    let odd = insert(&app, ids[3], "a..b@example.com", &hash).await;
    assert_eq!(app.migrate().await, 2);

    for (email, id) in [
        ("ann@example.com", ann.id.0),
        (decomposed, first),
        (composed, second),
        ("rene\u{301}@example.com", alone),
        ("ren\u{e9}@example.com", alone),
    ] {
        assert_eq!(login(&app, email, PASSWORD).await.text("login.user.id"), id.to_string(), "{email}");
    }
    let kept =
        user::Entity::find_by_id(platform_core::id::UserId(odd)).one(app.database().read()).await.unwrap();
    assert_eq!(kept.unwrap().email_key.as_deref(), Some("a..b@example.com"));
    let trail = "{ auditTrail(filter: { action: \"email.collides\" }) { edges { node { subjectId details actorService } } } }";
    let told = staff(&app, [Scope::AuditRead]).await.execute(trail, json!({})).await;
    let entry = json!({ "subjectId": second, "details": { "with": first }, "actorService": "souk" });
    assert_eq!(told.at("auditTrail.edges"), &json!([{ "node": entry }]));
}
