//! Users, what they may be, and their address books.

use sea_orm_migration::prelude::*;

use crate::table::{belongs_to_user, column, index, one_of, optional, user_id};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0001_accounts", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(users()).await?;
    manager.create_table(user_roles()).await?;
    manager.create_index(index("user_roles", "user_roles_role", ["role", "user_id"])).await?;
    manager.create_table(vendor_memberships()).await?;
    manager.create_table(addresses()).await?;
    manager.create_index(index("addresses", "addresses_user_id", ["user_id", "id"])).await?;
    for default in ["default_shipping", "default_billing"] {
        manager.create_index(one_default(default)).await?;
    }
    Ok(())
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(column("id").uuid().primary_key())
        .col(column("email").text().unique_key())
        .col(optional("email_verified_at").timestamp_with_time_zone())
        .col(optional("password_hash").text())
        .col(column("name").text())
        .col(optional("picture_url").text())
        .col(optional("phone").text())
        .col(column("language").text())
        .col(one_of("status", ["ACTIVE", "BLOCKED"]))
        .col(optional("auth_changed_at").timestamp_with_time_zone())
        .col(column("inbox_version").big_integer().default(0))
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("updated_at").timestamp_with_time_zone())
        // However an account is made: one spelling of an address, so that UNIQUE means what it says.
        .check(Expr::cust("email = lower(email)"))
        .take()
}

fn user_roles() -> TableCreateStatement {
    Table::create()
        .table("user_roles")
        .col(user_id())
        .col(one_of("role", ["BUYER", "SELLER", "COURIER", "SUPPORT", "ADMIN"]))
        .col(column("granted_at").timestamp_with_time_zone())
        .primary_key(Index::create().col("user_id").col("role"))
        .foreign_key(&mut belongs_to_user("user_roles"))
        .take()
}

fn vendor_memberships() -> TableCreateStatement {
    Table::create()
        .table("vendor_memberships")
        .col(user_id())
        .col(column("vendor_id").uuid())
        .col(column("granted_at").timestamp_with_time_zone())
        .primary_key(Index::create().col("user_id").col("vendor_id"))
        .foreign_key(&mut belongs_to_user("vendor_memberships"))
        .take()
}

fn addresses() -> TableCreateStatement {
    Table::create()
        .table("addresses")
        .col(column("id").uuid().primary_key())
        .col(user_id())
        .col(column("recipient").text())
        .col(optional("company").text())
        .col(column("line1").text())
        .col(optional("line2").text())
        .col(column("city").text())
        .col(optional("region").text())
        .col(optional("postal_code").text())
        .col(column("country").text().check(Expr::cust("length(country) = 2")))
        .col(optional("phone").text())
        .col(column("default_shipping").boolean())
        .col(column("default_billing").boolean())
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("updated_at").timestamp_with_time_zone())
        .foreign_key(&mut belongs_to_user("addresses"))
        .take()
}

/// No code path can leave a user with two defaults.
fn one_default(flag: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("addresses_one_{flag}"))
        .table("addresses")
        .col("user_id")
        .unique()
        .and_where(Expr::col(flag).eq(true))
        .take()
}
