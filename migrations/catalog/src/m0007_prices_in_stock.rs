//! The lowest prices of products are those of offers that can be bought now; only where none can, of all.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0007_prices_in_stock", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // What no offer in stock is sold at stays as it is: the lowest price of all.
    let statement = "UPDATE product_price SET amount = COALESCE((
            SELECT MIN(listed.amount) FROM offer_price AS listed
            JOIN offer ON offer.id = listed.offer_id
            JOIN variant ON variant.id = offer.variant_id
            WHERE offer.product_id = product_price.product_id AND offer.status = 'active' AND variant.active
                AND listed.currency = product_price.currency
                AND listed.customer_group = '' AND listed.min_quantity = 1
                AND (SELECT SUM(level.on_hand - level.reserved) FROM stock_level AS level
                    WHERE level.offer_id = offer.id) > 0
        ), amount)";
    manager.get_connection().execute_unprepared(statement).await.map(drop)
}
