//! Queries of coupons.

use catalog_entities::coupon::{Column, Entity, Model};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, VendorId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::coupon::check::is_of_codes;
use crate::coupon::rules::normalize_code;
use crate::coupon::status::Status;

/// Which coupons; every field that is set must hold.
pub struct Wanted {
    /// Paid by any of these vendors.
    pub payers: Option<Vec<VendorId>>,
    pub payer: Option<VendorId>,
    /// What the code begins with, whatever its spelling.
    pub code: Option<String>,
    /// At `now`.
    pub status: Option<Status>,
    pub now: DateTime<Utc>,
}

/// Coupons, the newest first; one more than asked for, to know whether more follow.
pub async fn page(
    database: &Database,
    wanted: &Wanted,
    page: &Page<CouponId>,
) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_desc(Column::Id).limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(Column::Id.lt(after));
    }
    if let Some(payers) = &wanted.payers {
        select = select.filter(Column::VendorId.is_in(payers.iter().copied()));
    }
    if let Some(payer) = wanted.payer {
        select = select.filter(Column::VendorId.eq(payer));
    }
    if let Some(code) = wanted.code.as_deref().map(normalize_code) {
        // What no code holds is not asked for: a database may take offence at it.
        if !is_of_codes(&code) {
            return Ok(Vec::new());
        }
        let begins = format!("{}%", code.replace('_', "\\_"));
        select = select.filter(Expr::col(Column::Code).like(LikeExpr::new(begins).escape('\\')));
    }
    if let Some(status) = wanted.status {
        select = select.filter(is(status, wanted.now));
    }
    Ok(select.all(database.read()).await?)
}

/// That [`Status::of`] a coupon is `status`: none of the reasons before it holds, and it does.
fn is(status: Status, now: DateTime<Utc>) -> Condition {
    let enabled = Column::Enabled.eq(true);
    let started = Column::StartsAt.is_null().or(Column::StartsAt.lte(now));
    let lasting = Column::EndsAt.is_null().or(Column::EndsAt.gt(now));
    let left = Column::TotalLimit.is_null().or(Expr::col(Column::Used).lt(Expr::col(Column::TotalLimit)));
    let exhausted = Expr::col(Column::Used).gte(Expr::col(Column::TotalLimit));
    let all = Condition::all();
    match status {
        Status::Disabled => all.add(Column::Enabled.eq(false)),
        Status::Scheduled => all.add(enabled).add(Column::StartsAt.gt(now)),
        Status::Ended => all.add(enabled).add(started).add(Column::EndsAt.lte(now)),
        Status::Exhausted => all.add(enabled).add(started).add(lasting).add(exhausted),
        Status::Active => all.add(enabled).add(started).add(lasting).add(left),
    }
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

/// Writes a coupon in place of the one with its id; fails with a unique violation where its code is taken.
pub async fn replace(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
