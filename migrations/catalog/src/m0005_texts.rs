//! Texts in one form: descriptions are safe HTML, names and descriptions are NFC, and what a person takes for the same
//! SKU, combination of options or category is there once.
//!
//! Rows that were alike before keep both; the later one has no key, so that the unique indexes hold from here on.

use std::collections::HashSet;

use catalog_entities::category::name_key;
use catalog_entities::variant::{VariantOptions, sku_key};
use platform_text::{nfc, sanitised};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, QueryResult, StatementBuilder};
use serde_json::Value;
use uuid::Uuid;

use crate::columns::*;

/// Rows that are read at once.
const BATCH: u64 = 500;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0005_texts", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    add(manager, "variant", vec![optional_text("options_key"), optional_text("sku_key")]).await?;
    add(manager, "category", vec![optional_text("name_key")]).await?;
    let connection = manager.get_connection();
    variants(connection).await?;
    categories(connection).await?;
    translations(connection).await?;
    create(manager, Vec::new(), indexes()).await
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("variant_options_once", "variant", &["product_id", "options_key"]).unique().take(),
        index("variant_sku_once", "variant", &["sku_key"]).unique().take(),
        index("category_name_once", "category", &["name_key"]).unique().take(),
    ]
}

/// The next rows of a table by id, after `last`.
async fn page(
    connection: &SchemaManagerConnection<'_>,
    table: &'static str,
    columns: &[&'static str],
    last: Option<Uuid>,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut query = Query::select().column("id").from(table).order_by("id", Order::Asc).limit(BATCH).take();
    for column in columns {
        query.column(*column);
    }
    if let Some(last) = last {
        query.and_where(Expr::col("id").gt(last));
    }
    connection.query_all(&query).await
}

async fn change(
    connection: &SchemaManagerConnection<'_>,
    statement: &impl StatementBuilder,
) -> Result<(), DbErr> {
    connection.execute(statement).await.map(drop)
}

async fn variants(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let (mut skus, mut combinations, mut last) = (HashSet::new(), HashSet::new(), None);
    loop {
        let rows = page(connection, "variant", &["product_id", "sku", "options"], last).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let id: Uuid = row.try_get("", "id")?;
            let product: Uuid = row.try_get("", "product_id")?;
            let sku = sku_key(&row.try_get::<String>("", "sku")?);
            let options: Value = row.try_get("", "options")?;
            let options: VariantOptions =
                serde_json::from_value(options).map_err(|error| DbErr::Json(error.to_string()))?;
            let options = options.key();
            let sku = skus.insert(sku.clone()).then_some(sku);
            let options = combinations.insert((product, options.clone())).then_some(options);
            let update = Query::update()
                .table("variant")
                .values([("sku_key", sku.into()), ("options_key", options.into())])
                .and_where(Expr::col("id").eq(id))
                .take();
            change(connection, &update).await?;
            last = Some(id);
        }
    }
}

async fn categories(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let (mut names, mut last) = (HashSet::new(), None);
    loop {
        let rows = page(connection, "category", &["parent_id", "names"], last).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let id: Uuid = row.try_get("", "id")?;
            let parent: Option<Uuid> = row.try_get("", "parent_id")?;
            let texts: Value = row.try_get("", "names")?;
            let name = texts.get("en").and_then(Value::as_str).unwrap_or_default();
            let key = name_key(parent.map(Into::into), name);
            let key = names.insert(key.clone()).then_some(key);
            let update = Query::update()
                .table("category")
                .value("name_key", key)
                .and_where(Expr::col("id").eq(id))
                .take();
            change(connection, &update).await?;
            last = Some(id);
        }
    }
}

async fn translations(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let products = page(connection, "product", &[], last).await?;
        let ids = products.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<Uuid>, _>>()?;
        let Some(end) = ids.last() else { return Ok(()) };
        last = Some(*end);
        let texts = Query::select()
            .columns(["product_id", "language", "name", "description"])
            .from("product_translation")
            .and_where(Expr::col("product_id").is_in(ids))
            .take();
        for row in connection.query_all(&texts).await? {
            let (name, description): (String, String) =
                (row.try_get("", "name")?, row.try_get("", "description")?);
            let (fresh_name, fresh) = (nfc(&name), sanitised(&nfc(&description)));
            if *fresh_name == *name && fresh == description {
                continue;
            }
            let update = Query::update()
                .table("product_translation")
                .values([("name", fresh_name.into_owned().into()), ("description", fresh.into())])
                .and_where(Expr::col("product_id").eq(row.try_get::<Uuid>("", "product_id")?))
                .and_where(Expr::col("language").eq(row.try_get::<String>("", "language")?))
                .take();
            change(connection, &update).await?;
        }
    }
}
