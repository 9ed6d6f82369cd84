//! What two spellings of one email address have in common, unique among accounts.
//!
//! Accounts that were made with several Unicode forms of one address stay as they are: the one whose address is
//! confirmed, or else the oldest, gets the key, the others a key of their own, and each of these is named in the log and
//! in the audit trail. So this cannot fail on what is there, and an older release beside it can go on making accounts,
//! whose key is null until it is filled in.

use platform_core::{Clock, Ids, SystemClock};
use platform_text::Email;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, ExprTrait};
use uuid::Uuid;

use crate::table::optional;

/// Accounts read at once.
const PAGE: u64 = 500;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0006_email_keys", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let column = Table::alter().table("users").add_column(optional("email_key").text()).take();
    manager.alter_table(column).await?;
    let db = manager.get_connection();
    fill(db).await?;
    part(db).await?;
    // PostgreSQL has named the constraint on `email` `users_email_key`.
    let unique = Index::create().name("users_one_email_key").table("users").col("email_key").unique().take();
    manager.create_index(unique).await
}

/// Gives every account the key of its address.
async fn fill(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut after = Uuid::nil();
    loop {
        let page = Query::select()
            .columns(["id", "email"])
            .from("users")
            .and_where(Expr::col("id").gt(after))
            .order_by("id", Order::Asc)
            .limit(PAGE)
            .take();
        let rows = db.query_all(&page).await?;
        for row in &rows {
            after = row.try_get("", "id")?;
            let email = Email::stored(row.try_get("", "email")?);
            set_key(db, after, &email.key()).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// Gives all but one of the accounts that share a key one of their own, and says whose they are.
async fn part(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let shared = Query::select()
        .column("email_key")
        .from("users")
        .group_by_col("email_key")
        .and_having(Expr::col("id").count().gt(1))
        .take();
    let sharing = Query::select()
        .columns(["id", "email_key"])
        .from("users")
        .and_where(Expr::col("email_key").in_subquery(shared))
        .order_by("email_key", Order::Asc)
        .order_by_expr(Expr::col("email_verified_at").is_null(), Order::Asc)
        .order_by("id", Order::Asc)
        .take();
    let clock = SystemClock;
    let ids = Ids::new(std::sync::Arc::new(SystemClock));
    let mut holder: Option<(Uuid, String)> = None;
    for row in db.query_all(&sharing).await? {
        let (id, key): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "email_key")?);
        match &holder {
            Some((of, held)) if *held == key => {
                // No address has a `#` after its `@`.
                set_key(db, id, &format!("{key}#{id}")).await?;
                tracing::warn!(user.id = %id, other.id = %of, "two accounts have one email address, in different Unicode forms");
                let entry = Query::insert()
                    .into_table("audit_entries")
                    .columns(["id", "at", "actor_service", "action", "subject_type", "subject_id", "details"])
                    .values_panic([
                        ids.next_uuid().into(),
                        clock.now().into(),
                        "souk".into(),
                        "email.collides".into(),
                        "User".into(),
                        id.into(),
                        serde_json::json!({ "with": of }).into(),
                    ])
                    .take();
                db.execute(&entry).await?;
            }
            _ => holder = Some((id, key)),
        }
    }
    Ok(())
}

async fn set_key(db: &SchemaManagerConnection<'_>, id: Uuid, key: &str) -> Result<(), DbErr> {
    let update =
        Query::update().table("users").value("email_key", key).and_where(Expr::col("id").eq(id)).take();
    db.execute(&update).await?;
    Ok(())
}
