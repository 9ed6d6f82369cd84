//! Sessions, the tokens of each kind, the keys that sign them, and what was revoked.

use sea_orm_migration::prelude::*;

use crate::table::{belongs_to_user, column, index, one_of, optional, user_id};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0002_sessions", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(sessions()).await?;
    manager.create_index(index("sessions", "sessions_user_id", ["user_id", "id"])).await?;
    manager.create_index(index("sessions", "sessions_expires_at", ["expires_at"])).await?;
    manager.create_table(refresh_tokens()).await?;
    manager.create_index(index("refresh_tokens", "refresh_tokens_session_id", ["session_id"])).await?;
    manager.create_table(login_throttles()).await?;
    manager
        .create_index(index("login_throttles", "login_throttles_last_failure_at", ["last_failure_at"]))
        .await?;
    manager.create_table(account_tokens()).await?;
    manager.create_index(index("account_tokens", "account_tokens_user_id", ["user_id", "purpose"])).await?;
    manager.create_index(index("account_tokens", "account_tokens_expires_at", ["expires_at"])).await?;
    manager.create_table(signing_keys()).await?;
    manager.create_table(revocations()).await?;
    manager.create_index(index("revocations", "revocations_revoked_at", ["revoked_at"])).await?;
    manager.create_table(revocation_counter()).await?;
    let first = Query::insert()
        .into_table("revocation_counter")
        .columns(["id", "position"])
        .values_panic([1.into(), 0i64.into()])
        .take();
    manager.execute(first).await
}

fn sessions() -> TableCreateStatement {
    let reasons = ["LOGOUT", "LOGOUT_EVERYWHERE", "REFRESH_TOKEN_REUSED", "PASSWORD_CHANGED", "USER_BLOCKED"];
    Table::create()
        .table("sessions")
        .col(column("id").uuid().primary_key())
        .col(user_id())
        .col(optional("device").text())
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("refreshed_at").timestamp_with_time_zone())
        .col(column("expires_at").timestamp_with_time_zone())
        .col(optional("revoked_at").timestamp_with_time_zone())
        .col(optional("revocation_reason").text().check(Expr::col("revocation_reason").is_in(reasons)))
        .check(Expr::cust("(revoked_at IS NULL) = (revocation_reason IS NULL)"))
        .foreign_key(&mut belongs_to_user("sessions"))
        .take()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(column("hash").blob().primary_key())
        .col(column("session_id").uuid())
        .col(column("issued_at").timestamp_with_time_zone())
        .col(column("expires_at").timestamp_with_time_zone())
        .col(optional("rotated_at").timestamp_with_time_zone())
        .col(optional("successor_salt").blob())
        .check(Expr::cust("(rotated_at IS NULL) = (successor_salt IS NULL)"))
        .foreign_key(
            ForeignKey::create()
                .from("refresh_tokens", "session_id")
                .to("sessions", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn login_throttles() -> TableCreateStatement {
    Table::create()
        .table("login_throttles")
        .col(column("email_hash").blob().primary_key())
        .col(column("failures").integer())
        .col(column("last_failure_at").timestamp_with_time_zone())
        .col(optional("locked_until").timestamp_with_time_zone())
        .take()
}

fn account_tokens() -> TableCreateStatement {
    Table::create()
        .table("account_tokens")
        .col(column("hash").blob().primary_key())
        .col(user_id())
        .col(one_of("purpose", ["RESET_PASSWORD", "VERIFY_EMAIL"]))
        .col(column("issued_at").timestamp_with_time_zone())
        .col(column("expires_at").timestamp_with_time_zone())
        .foreign_key(&mut belongs_to_user("account_tokens"))
        .take()
}

fn signing_keys() -> TableCreateStatement {
    Table::create()
        .table("signing_keys")
        .col(column("kid").text().primary_key())
        .col(column("private_pem").text())
        .col(column("public_jwk").json_binary())
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("signs_from").timestamp_with_time_zone())
        .col(optional("expires_at").timestamp_with_time_zone())
        .take()
}

fn revocations() -> TableCreateStatement {
    Table::create()
        .table("revocations")
        .col(column("position").big_integer().primary_key())
        .col(one_of("kind", ["SESSION", "USER", "PARTNER"]))
        .col(column("subject_id").uuid())
        .col(column("revoked_at").timestamp_with_time_zone())
        .take()
}

fn revocation_counter() -> TableCreateStatement {
    Table::create()
        .table("revocation_counter")
        .col(column("id").integer().primary_key().check(Expr::col("id").eq(1)))
        .col(column("position").big_integer())
        .take()
}
