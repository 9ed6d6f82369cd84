//! Tax rates by zone, and coupons with their uses. The CHECK on `coupon` and the unique index on live uses keep the
//! limits of a coupon whatever races.

use sea_orm_migration::prelude::*;

use crate::columns::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0003_taxes_and_coupons", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(manager, tables(), indexes()).await
}

fn tables() -> Vec<TableCreateStatement> {
    let limits = Expr::col("used")
        .gte(0)
        .and(Expr::col("total_limit").is_null().or(Expr::col("total_limit").gte(Expr::col("used"))));
    let percentage = Expr::col("kind").eq("percentage").and(Expr::col("rate_ppm").is_not_null());
    let fixed = Expr::col("kind")
        .eq("fixed")
        .and(Expr::col("amount").is_not_null())
        .and(Expr::col("currency").is_not_null());
    vec![
        Table::create()
            .table("tax_zone")
            .col(id("id").primary_key())
            .col(text("code").unique_key())
            .col(text("name"))
            .col(boolean("prices_include_tax"))
            .take(),
        Table::create()
            .table("tax_zone_country")
            .col(ColumnDef::new("country").char_len(2).not_null().primary_key().take())
            .col(id("zone_id"))
            .foreign_key(&mut owned_by("zone_id", "tax_zone", "id"))
            .take(),
        Table::create()
            .table("tax_rate")
            .col(id("zone_id"))
            .col(text("tax_class"))
            .col(text("name"))
            .col(bigint("rate_ppm").check(Expr::col("rate_ppm").between(0, 1_000_000)))
            .primary_key(&mut primary_key(&["zone_id", "tax_class"]))
            .foreign_key(&mut owned_by("zone_id", "tax_zone", "id"))
            .foreign_key(&mut refers_to("tax_class", "tax_class", "code"))
            .take(),
        Table::create()
            .table("coupon")
            .col(id("id").primary_key())
            .col(text("code").unique_key())
            .col(one_of("kind", &["percentage", "fixed"]))
            .col(optional_bigint("rate_ppm").check(Expr::col("rate_ppm").between(1, 1_000_000)))
            .col(ColumnDef::new("currency").char_len(3).take())
            .col(optional_bigint("amount").check(Expr::col("amount").gt(0)))
            .col(optional_bigint("minimum").check(Expr::col("minimum").gte(0)))
            .col(optional_id("vendor_id"))
            .col(boolean("enabled"))
            .col(optional_time("starts_at"))
            .col(optional_time("ends_at"))
            .col(optional_bigint("total_limit").check(Expr::col("total_limit").gte(0)))
            .col(optional_integer("per_user_limit").check(Expr::col("per_user_limit").gte(1)))
            .col(bigint("used").default(0))
            .col(time("created_at"))
            .check(("coupon_within_limit", limits))
            .check(("coupon_has_discount", percentage.or(fixed)))
            .check((
                "coupon_minimum_has_currency",
                Expr::col("minimum").is_null().or(Expr::col("currency").is_not_null()),
            ))
            .take(),
        Table::create()
            .table("coupon_use")
            .col(id("id").primary_key())
            .col(text("key").unique_key())
            .col(optional_id("coupon_id"))
            .col(optional_id("user_id"))
            .col(optional_integer("ordinal"))
            .col(one_of("status", &["held", "committed", "released", "expired", "restocked"]))
            .col(time("expires_at"))
            .col(time("created_at"))
            .foreign_key(&mut refers_to("coupon_id", "coupon", "id"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("coupon_by_vendor", "coupon", &["vendor_id", "id"]),
        index("coupon_use_once_per_ordinal", "coupon_use", &["coupon_id", "user_id", "ordinal"])
            .unique()
            .and_where(Expr::col("status").is_in(["held", "committed"]))
            .take(),
        index("coupon_use_by_expiry", "coupon_use", &["status", "expires_at"]),
    ]
}
