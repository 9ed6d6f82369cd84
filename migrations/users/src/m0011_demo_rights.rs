//! Which rights were given by accounts of the demo, whose passwords everybody knows, or by whom such an account made an
//! administrator.
//!
//! Of the rights that are there, the audit trail says who gave them. In a database that has demo users, a right counts as
//! the demo's unless the trail shows that it was given on the command line or by an administrator who is not of the
//! demo's making: so what was never written down is asked about too. Without demo users nothing is marked.

use std::collections::HashSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, ExprTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::table::column;

/// Ids of demo data: the last 32 bits tell one from another.
const FIRST_DEMO_ID: u128 = 0x0190_0000_0000_7000_8000_0075_0000_0000;
const TABLES: [&str; 4] = ["user_roles", "vendor_memberships", "partners", "api_keys"];
/// Entries read at once.
const PAGE: u64 = 500;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0011_demo_rights", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in TABLES {
        let by_demo = column("by_demo").boolean().default(false).take();
        manager.alter_table(Table::alter().table(table).add_column(by_demo).take()).await?;
    }
    let db = manager.get_connection();
    let (first, last) = (Uuid::from_u128(FIRST_DEMO_ID), Uuid::from_u128(FIRST_DEMO_ID | 0xFFFF_FFFF));
    let demo_users = Query::select()
        .column("id")
        .from("users")
        .and_where(Expr::col("id").between(first, last))
        .limit(1)
        .take();
    if db.query_one(&demo_users).await?.is_none() {
        return Ok(());
    }
    mark(db, &sound(db).await?).await
}

/// What somebody was given: the table, whose it is, and which role or vendor.
type Right = (&'static str, Uuid, String);

/// The rights that the trail shows to be no demo account's doing.
async fn sound(db: &SchemaManagerConnection<'_>) -> Result<HashSet<Right>, DbErr> {
    let mut sound = HashSet::new();
    let mut after = Uuid::nil();
    loop {
        let page = Query::select()
            .columns(["id", "actor_user_id", "action", "subject_id", "details"])
            .from("audit_entries")
            .and_where(Expr::col("id").gt(after))
            .and_where(Expr::col("action").is_in([
                "user.registered",
                "role.granted",
                "role.revoked",
                "vendor-membership.granted",
                "partner.created",
                "api-key.created",
                "api-key.rotated",
            ]))
            .order_by("id", Order::Asc)
            .limit(PAGE)
            .take();
        let rows = db.query_all(&page).await?;
        for row in &rows {
            after = row.try_get("", "id")?;
            let actor: Option<Uuid> = row.try_get("", "actor_user_id")?;
            let (action, subject): (String, Uuid) =
                (row.try_get("", "action")?, row.try_get("", "subject_id")?);
            follow(&mut sound, actor, &action, subject, &row.try_get("", "details")?);
        }
        if rows.is_empty() {
            return Ok(sound);
        }
    }
}

/// Takes one entry into account, in the order in which things were done.
fn follow(sound: &mut HashSet<Right>, actor: Option<Uuid>, action: &str, subject: Uuid, details: &Value) {
    let admin = |user: Uuid| ("user_roles", user, "ADMIN".to_owned());
    let is_trusted = actor.is_none_or(|actor| sound.contains(&admin(actor)));
    let detail = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let right: Right = match action {
        // On the command line, which makes administrators.
        "user.registered" if actor.is_none() && !is_demo(subject) => admin(subject),
        "role.granted" | "role.revoked" => ("user_roles", subject, detail("role").to_uppercase()),
        "vendor-membership.granted" => ("vendor_memberships", subject, detail("vendor")),
        "partner.created" => ("partners", subject, String::new()),
        "api-key.created" => ("api_keys", subject, String::new()),
        "api-key.rotated" => match detail("successor").parse() {
            Ok(successor) => ("api_keys", successor, String::new()),
            Err(_) => return,
        },
        _ => return,
    };
    if is_trusted && action != "role.revoked" {
        sound.insert(right);
    } else {
        sound.remove(&right);
    }
}

fn is_demo(id: Uuid) -> bool {
    id.as_u128() >> 32 == FIRST_DEMO_ID >> 32
}

/// Marks every right that is not sound. Being a buyer is no right that anybody gives.
async fn mark(db: &SchemaManagerConnection<'_>, sound: &HashSet<Right>) -> Result<(), DbErr> {
    for (table, key, what) in [
        ("user_roles", "user_id", Some("role")),
        ("vendor_memberships", "user_id", Some("vendor_id")),
        ("partners", "id", None),
        ("api_keys", "id", None),
    ] {
        let mut all = Query::select().column(key).from(table).take();
        if let Some(what) = what {
            all.column(what);
        }
        for row in db.query_all(&all).await? {
            let id: Uuid = row.try_get("", key)?;
            let text = match what {
                Some("role") => row.try_get("", "role")?,
                Some(vendor) => row.try_get::<Uuid>("", vendor)?.to_string(),
                None => String::new(),
            };
            if text == "BUYER" || sound.contains(&(table, id, text.clone())) {
                continue;
            }
            let mut update = Query::update().table(table).value("by_demo", true).take();
            update.and_where(Expr::col(key).eq(id));
            match what {
                Some("role") => {
                    update.and_where(Expr::col("role").eq(text));
                }
                Some(vendor) => {
                    update.and_where(Expr::col(vendor).eq(row.try_get::<Uuid>("", vendor)?));
                }
                None => {}
            }
            db.execute(&update).await?;
        }
    }
    Ok(())
}
