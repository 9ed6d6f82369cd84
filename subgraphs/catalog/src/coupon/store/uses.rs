//! Queries of uses of coupons, beside those that all holds have.

use std::collections::BTreeSet;

use catalog_entities::coupon_use::{Column, Entity, Model};
use catalog_entities::{HoldStatus, coupon};
use platform_core::id::{CouponId, UserId};
use platform_database::{StoreError, Transaction};
use platform_holds::{Capacity, HoldTable, HolderColumns, State};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

/// The table of uses.
pub enum UseTable {}

impl HoldTable for UseTable {
    type Entity = Entity;
    type Status = HoldStatus;

    const KEY: Column = Column::Key;
    const STATUS: Column = Column::Status;
    const EXPIRES_AT: Column = Column::ExpiresAt;
    const HOLDER: Option<HolderColumns<Column>> =
        Some(HolderColumns { name: Column::Holder, network: Column::Network, waiting: Column::Waiting });

    fn status(state: State) -> HoldStatus {
        match state {
            State::Held => HoldStatus::Held,
            State::Committed => HoldStatus::Committed,
            State::Released | State::Returned => HoldStatus::Released,
            State::Expired => HoldStatus::Expired,
        }
    }

    fn status_of(row: &Model) -> HoldStatus {
        row.status
    }
}

/// How often a coupon is used.
pub enum Used {}

impl Capacity for Used {
    type Entity = coupon::Entity;

    const ID: coupon::Column = coupon::Column::Id;
    const TAKEN: coupon::Column = coupon::Column::Used;

    /// None where the coupon is switched off.
    fn has_room(more: i64) -> Condition {
        use coupon::Column;
        let used = Expr::col(Column::Used).add(more);
        let within =
            Condition::any().add(Column::TotalLimit.is_null()).add(used.lte(Expr::col(Column::TotalLimit)));
        Condition::all().add(Column::Enabled.eq(true)).add(within)
    }
}

/// The ordinals of a user's live uses of a coupon.
pub async fn ordinals(
    connection: &impl ConnectionTrait,
    coupon: CouponId,
    user: UserId,
) -> Result<BTreeSet<i32>, StoreError> {
    let taken: Vec<Option<i32>> = Entity::find()
        .select_only()
        .column(Column::Ordinal)
        .filter(Column::CouponId.eq(coupon))
        .filter(Column::UserId.eq(user))
        .filter(Column::Status.is_in([HoldStatus::Held, HoldStatus::Committed]))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(taken.into_iter().flatten().collect())
}

/// Numbers a use among those of its user; fails with a unique violation where the ordinal is taken.
pub async fn set_ordinal(tx: &Transaction, key: &str, ordinal: i32) -> Result<(), StoreError> {
    let update = Entity::update_many().col_expr(Column::Ordinal, Expr::value(ordinal));
    update.filter(Column::Key.eq(key)).exec(&**tx).await?;
    Ok(())
}

/// How many uses of a coupon are held and wait, of which `by` is `who`.
pub async fn waiting(tx: &Transaction, coupon: CouponId, by: Column, who: &str) -> Result<i64, StoreError> {
    let count = Entity::find()
        .filter(Column::CouponId.eq(coupon))
        .filter(Column::Status.eq(HoldStatus::Held))
        .filter(Column::Waiting.eq(true))
        .filter(by.eq(who))
        .count(&**tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}
