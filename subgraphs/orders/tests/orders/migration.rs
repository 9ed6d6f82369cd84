//! Rows of earlier releases, in the migrations that change what a row says.

use orders_entities::order::{Column, Entity};
use platform_core::id::OrderId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::shop::{Shop, order, place};

/// Takes away what orders knew nothing of before refunds of pieces said how they divide.
async fn turn_back(shop: &Shop) {
    let sql = "ALTER TABLE order_lines DROP COLUMN platform_discount_minor;
               ALTER TABLE order_refunds DROP COLUMN split;
               ALTER TABLE orders DROP COLUMN points_refunded_minor;
               DELETE FROM seaql_migrations WHERE version = 'orders_0012_refunds_of_pieces'";
    shop.app.database().write().execute_unprepared(sql).await.unwrap();
}

/// Of orders that were refunded before, the same part of the points counts as given back as of the money.
#[tokio::test]
async fn points_of_earlier_refunds_count_as_given_back() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for refunded in [0, 1_200, 2_399] {
        let mut input = order("key-00001");
        input["points"] = json!(100);
        let id: OrderId =
            place(&shop.buyer().await, &input).await.text("placeOrder.order.id").parse().unwrap();
        let write = Entity::update_many().col_expr(Column::RefundedMinor, Expr::value(refunded));
        write.filter(Column::Id.eq(id)).exec(shop.app.database().write()).await.unwrap();
        ids.push(id);
    }
    turn_back(&shop).await;
    assert_eq!(shop.app.migrate().await, 1);
    let mut points = Vec::new();
    for id in ids {
        let row = Entity::find_by_id(id).one(shop.app.database().read()).await.unwrap().unwrap();
        points.push(row.points_refunded_minor);
    }
    assert_eq!(points, [0, 50, 100]);
}
