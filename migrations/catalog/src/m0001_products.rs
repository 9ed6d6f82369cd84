//! Products, their texts, variants, offers, prices, attributes and pictures; categories and collections.

use sea_orm_migration::prelude::*;

use crate::columns::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0001_products", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(manager, tables(), indexes()).await
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create().table("tax_class").col(text("code").primary_key()).col(text("name")).take(),
        Table::create()
            .table("category")
            .col(id("id").primary_key())
            .col(optional_id("parent_id"))
            .col(text("slug").unique_key())
            .col(integer("position"))
            .col(json("names"))
            .foreign_key(&mut refers_to("parent_id", "category", "id"))
            .take(),
        Table::create()
            .table("product")
            .col(id("id").primary_key())
            .col(id("vendor_id"))
            .col(text("slug").unique_key())
            .col(one_of("status", &["draft", "active", "archived"]))
            .col(optional_id("category_id"))
            .col(text("tax_class"))
            .col(bigint("weight_grams").check(Expr::col("weight_grams").gte(0)))
            .col(optional_integer("length_mm"))
            .col(optional_integer("width_mm"))
            .col(optional_integer("height_mm"))
            .col(bigint("version"))
            .col(time("created_at"))
            .col(time("updated_at"))
            .foreign_key(&mut refers_to("category_id", "category", "id"))
            .foreign_key(&mut refers_to("tax_class", "tax_class", "code"))
            .take(),
        Table::create()
            .table("product_translation")
            .col(id("product_id"))
            .col(text("language"))
            .col(text("name"))
            .col(text("description"))
            .col(optional_text("seo_title"))
            .col(optional_text("seo_description"))
            .primary_key(&mut primary_key(&["product_id", "language"]))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .take(),
        Table::create()
            .table("variant")
            .col(id("id").primary_key())
            .col(id("product_id"))
            .col(text("sku").unique_key())
            .col(integer("position"))
            .col(json("options"))
            .col(optional_bigint("weight_grams"))
            .col(boolean("active"))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .take(),
        Table::create()
            .table("offer")
            .col(id("id").primary_key())
            .col(id("variant_id"))
            .col(id("product_id"))
            .col(id("vendor_id"))
            .col(one_of("status", &["active", "paused"]))
            .col(time("created_at"))
            .col(time("updated_at"))
            .foreign_key(&mut owned_by("variant_id", "variant", "id"))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .take(),
        Table::create()
            .table("offer_price")
            .col(id("offer_id"))
            .col(currency("currency"))
            .col(text("customer_group"))
            .col(integer("min_quantity").check(Expr::col("min_quantity").gte(1)))
            .col(bigint("amount").check(Expr::col("amount").gte(0)))
            .col(optional_bigint("compare_at"))
            .primary_key(&mut primary_key(&["offer_id", "currency", "customer_group", "min_quantity"]))
            .foreign_key(&mut owned_by("offer_id", "offer", "id"))
            .check(("offer_price_compare_at", Expr::col("compare_at").gte(Expr::col("amount"))))
            .take(),
        Table::create()
            .table("product_price")
            .col(id("product_id"))
            .col(currency("currency"))
            .col(bigint("amount"))
            .primary_key(&mut primary_key(&["product_id", "currency"]))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .take(),
        Table::create()
            .table("attribute")
            .col(id("id").primary_key())
            .col(text("code").unique_key())
            .col(one_of("kind", &["text", "number", "boolean", "enum"]))
            .col(optional_text("unit"))
            .col(boolean("filterable"))
            .col(json("names"))
            .col(json("options"))
            .take(),
        Table::create()
            .table("product_attribute")
            .col(id("product_id"))
            .col(id("attribute_id"))
            .col(optional_text("text_value"))
            .col(ColumnDef::new("number_value").double().take())
            .col(ColumnDef::new("boolean_value").boolean().take())
            .col(optional_text("option_code"))
            .primary_key(&mut primary_key(&["product_id", "attribute_id"]))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .foreign_key(&mut refers_to("attribute_id", "attribute", "id"))
            .take(),
        Table::create()
            .table("media")
            .col(id("id").primary_key())
            .col(id("product_id"))
            .col(optional_id("variant_id"))
            .col(integer("position"))
            .col(json("alt"))
            .col(text("file"))
            .col(text("content_type"))
            .col(integer("width"))
            .col(integer("height"))
            .col(time("created_at"))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .foreign_key(&mut owned_by("variant_id", "variant", "id"))
            .take(),
        Table::create()
            .table("collection")
            .col(id("id").primary_key())
            .col(text("slug").unique_key())
            .col(integer("position"))
            .col(json("names"))
            .take(),
        Table::create()
            .table("collection_product")
            .col(id("collection_id"))
            .col(id("product_id"))
            .col(integer("position"))
            .primary_key(&mut primary_key(&["collection_id", "product_id"]))
            .foreign_key(&mut owned_by("collection_id", "collection", "id"))
            .foreign_key(&mut owned_by("product_id", "product", "id"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("category_by_parent", "category", &["parent_id", "position"]),
        index("product_by_status_newest", "product", &["status", "created_at", "id"]),
        index("product_by_category", "product", &["category_id", "status", "created_at", "id"]),
        index("product_by_vendor", "product", &["vendor_id", "status", "created_at", "id"]),
        index("variant_by_product", "variant", &["product_id", "position"]),
        index("offer_one_per_variant_and_vendor", "offer", &["variant_id", "vendor_id"]).unique().take(),
        index("offer_by_product", "offer", &["product_id"]),
        index("offer_by_vendor", "offer", &["vendor_id", "id"]),
        index("product_price_by_amount", "product_price", &["currency", "amount", "product_id"]),
        index("product_attribute_by_attribute", "product_attribute", &["attribute_id"]),
        index("media_by_product", "media", &["product_id", "position"]),
        index("collection_product_by_product", "collection_product", &["product_id"]),
    ]
}
