//! Queries of coupons.

use catalog_entities::coupon::{ActiveModel, Column, Entity, Model};
use platform_core::id::{CouponId, VendorId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::coupon::rules::normalize_code;

/// Coupons, the newest first, or those that some vendors pay; one more than asked for, to know whether more follow.
pub async fn page(
    database: &Database,
    of: Option<impl Iterator<Item = VendorId>>,
    page: &Page<CouponId>,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(Column::Id.lt(after));
    }
    if let Some(vendors) = of {
        select = select.filter(Column::VendorId.is_in(vendors));
    }
    Ok(select.all(database.read()).await?)
}

/// The coupon with this code, whatever its spelling.
pub async fn find_by_code(
    connection: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::Code.eq(normalize_code(code))).one(connection).await?)
}

/// Keeps a new coupon; fails with a unique violation where its code is taken.
pub async fn insert(database: &Database, row: Model) -> Result<(), StoreError> {
    let insert = Entity::insert(row.into_active_model().reset_all());
    insert.exec_without_returning(database.write()).await?;
    Ok(())
}

/// The coupon, locked until the transaction ends.
pub async fn lock(tx: &Transaction, id: CouponId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Writes what is set of a coupon; returns it as it is then, or nothing where nothing is set.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<Option<Model>, StoreError> {
    if changed.is_changed() { Ok(Some(changed.update(&**tx).await?)) } else { Ok(None) }
}

/// Counts a use of a coupon that is switched on and has one left; false otherwise. Locks the coupon.
pub async fn count_use(tx: &Transaction, id: CouponId) -> Result<bool, StoreError> {
    let within = Condition::any()
        .add(Column::TotalLimit.is_null())
        .add(Expr::col(Column::Used).lt(Expr::col(Column::TotalLimit)));
    let counted = Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Enabled.eq(true))
        .filter(within)
        .exec(&**tx)
        .await?;
    Ok(counted.rows_affected > 0)
}

/// Takes a counted use back. The coupon must be locked.
pub async fn take_use(tx: &Transaction, id: CouponId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).sub(1))
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}
