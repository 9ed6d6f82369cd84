//! A message in a user's inbox. Its text is made when it is read, in the reader's language.

use async_graphql::Enum;
use platform_core::id::{NotificationId, UserId};
use sea_orm::entity::prelude::*;

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "NotificationKind")]
pub enum Kind {
    /// An order of the user's is confirmed: stock and money are secured.
    #[sea_orm(string_value = "ORDER_PLACED")]
    OrderPlaced,
    /// The money of an order was taken.
    #[sea_orm(string_value = "ORDER_PAID")]
    OrderPaid,
    /// The last of an order has left its sellers.
    #[sea_orm(string_value = "ORDER_SHIPPED")]
    OrderShipped,
    /// The last of an order has arrived.
    #[sea_orm(string_value = "ORDER_DELIVERED")]
    OrderDelivered,
    /// An order that was confirmed was called off, or could not be paid for in the end.
    #[sea_orm(string_value = "ORDER_CANCELLED")]
    OrderCancelled,
    /// All that was paid for the order was given back.
    #[sea_orm(string_value = "ORDER_REFUNDED")]
    OrderRefunded,
    /// A part or all of a payment was given back.
    #[sea_orm(string_value = "PAYMENT_REFUNDED")]
    PaymentRefunded,
    /// Written by staff or by another subgraph.
    #[sea_orm(string_value = "ANNOUNCEMENT")]
    Announcement,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub user_id: UserId,
    /// 1, 2, 3 … within the inbox, without gaps.
    pub sequence: i64,
    /// What it tells of; a second notification of the same is not made. Unique within the inbox.
    pub dedupe_key: String,
    pub kind: Kind,
    /// What the text is made of (`notification::Content`).
    pub content: Json,
    pub created_at: DateTimeUtc,
    pub read_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
