//! Queries of points: accounts, entries, and holds beside what all holds have.

use chrono::{DateTime, Utc};
use payments_entities::points_entry::{Column, Entity, Kind};
use payments_entities::points_hold::Status;
use payments_entities::{payment, points_account, points_earning, points_entry, points_hold, refund};
use platform_commerce::Money;
use platform_core::id::{OrderId, RefundId, UserId};
use platform_database::{Database, StoreError, Transaction, was_inserted};
use platform_holds::{Capacity, HoldTable, State};
use platform_server::Group;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::error::PointsError;

pub async fn account(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> Result<Option<points_account::Model>, StoreError> {
    Ok(points_account::Entity::find_by_id(user).one(connection).await?)
}

/// The table of holds.
pub enum PointsHoldTable {}

impl HoldTable for PointsHoldTable {
    type Entity = points_hold::Entity;
    type Status = Status;

    const KEY: points_hold::Column = points_hold::Column::Key;
    const STATUS: points_hold::Column = points_hold::Column::Status;
    const EXPIRES_AT: points_hold::Column = points_hold::Column::ExpiresAt;
    const UPDATED_AT: Option<points_hold::Column> = Some(points_hold::Column::UpdatedAt);

    /// However points came free, they are.
    fn status(state: State) -> Status {
        match state {
            State::Held => Status::Held,
            State::Committed => Status::Committed,
            State::Released | State::Expired | State::Returned => Status::Released,
        }
    }

    fn status_of(row: &points_hold::Model) -> Status {
        row.status
    }
}

/// What of an account is held.
pub enum HeldPoints {}

impl Capacity for HeldPoints {
    type Entity = points_account::Entity;

    const ID: points_account::Column = points_account::Column::UserId;
    const TAKEN: points_account::Column = points_account::Column::Held;
    const UPDATED_AT: Option<points_account::Column> = Some(points_account::Column::UpdatedAt);

    fn has_room(more: i64) -> Condition {
        use points_account::Column;
        let held = Expr::col(Column::Held).add(more);
        Condition::all().add(held.lte(Expr::col(Column::Balance)))
    }
}

/// The account, locked until the transaction ends.
pub async fn lock_account(
    tx: &Transaction,
    user: UserId,
) -> Result<Option<points_account::Model>, StoreError> {
    Ok(points_account::Entity::find_by_id(user).lock_exclusive().one(&**tx).await?)
}

/// Adds points to the balance of an account, or opens it with them.
pub async fn add_to_account(
    tx: &Transaction,
    user: UserId,
    points: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use points_account::Column;
    let account = points_account::ActiveModel {
        user_id: Set(user),
        balance: Set(points),
        held: Set(0),
        updated_at: Set(now),
    };
    let sum =
        Expr::col((points_account::Entity, Column::Balance)).add(Expr::col(("excluded", Column::Balance)));
    let known = OnConflict::column(Column::UserId)
        .value(Column::Balance, sum)
        .value(Column::UpdatedAt, now)
        .to_owned();
    points_account::Entity::insert(account).on_conflict(known).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Changes what an account has and what is held of it; fails with a check violation where either would be negative.
pub async fn change_account(
    tx: &Transaction,
    user: UserId,
    balance: i64,
    held: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use points_account::Column;
    points_account::Entity::update_many()
        .col_expr(Column::Balance, Expr::col(Column::Balance).add(balance))
        .col_expr(Column::Held, Expr::col(Column::Held).add(held))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The entry of a kind and reference, of which there is one at most.
pub async fn entry(
    tx: &Transaction,
    kind: Kind,
    reference: &str,
) -> Result<Option<points_entry::Model>, StoreError> {
    let entry = Entity::find().filter(Column::Kind.eq(kind)).filter(Column::Reference.eq(reference));
    Ok(entry.one(&**tx).await?)
}

/// Keeps a new entry; false if there is one of its kind and reference.
pub async fn insert_unless_known(
    tx: &Transaction,
    entry: points_entry::ActiveModel,
) -> Result<bool, StoreError> {
    let inserted = Entity::insert(entry)
        .on_conflict_do_nothing_on([Column::Kind, Column::Reference])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

pub async fn insert_entry(tx: &Transaction, entry: points_entry::ActiveModel) -> Result<(), StoreError> {
    entry.insert(&**tx).await?;
    Ok(())
}

pub async fn update_entry(tx: &Transaction, changed: points_entry::ActiveModel) -> Result<(), StoreError> {
    changed.update(&**tx).await?;
    Ok(())
}

/// Entries of which something is left, at most so many, those that expire first first.
pub async fn spendable(
    tx: &Transaction,
    user: UserId,
    most: u64,
) -> Result<Vec<points_entry::Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Unspent.gt(0))
        .order_by_asc(Column::ExpiresAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(&**tx)
        .await?)
}

/// The entry of the points that a refund gave back, by the refund's id as a text; none where it gave back none.
pub enum GivenBackBy {}

impl Group for GivenBackBy {
    type Entity = Entity;
    type Key = String;

    const OF: Column = Column::Reference;

    fn rows() -> Select<Entity> {
        Entity::find().filter(Column::Kind.eq(Kind::Returned))
    }
}

/// How many points a refund gave back.
pub async fn points_given_back(
    connection: &impl ConnectionTrait,
    refund: RefundId,
) -> Result<i64, StoreError> {
    let entries = GivenBackBy::select(&[refund.to_string()]).all(connection).await?;
    Ok(entries.iter().map(|entry| entry.points).sum())
}

/// The hold of a key, locked until the transaction ends.
pub async fn lock_hold(tx: &Transaction, key: &str) -> Result<Option<points_hold::Model>, StoreError> {
    Ok(points_hold::Entity::find_by_id(key).lock_exclusive().one(&**tx).await?)
}

/// The refunds that were made of a key's payment.
pub async fn refunds_of(tx: &Transaction, key: &str) -> Result<Vec<refund::Model>, StoreError> {
    let of_key = Query::select()
        .column(payment::Column::Id)
        .from(payment::Entity)
        .and_where(payment::Column::IdempotencyKey.eq(key))
        .take();
    Ok(refund::Entity::find()
        .filter(refund::Column::PaymentId.in_subquery(of_key))
        .filter(refund::Column::Status.eq(refund::Status::Succeeded))
        .all(&**tx)
        .await?)
}

/// How many points the refunds of a key's payment gave back.
pub async fn returned_by_refunds(tx: &Transaction, key: &str) -> Result<i64, StoreError> {
    let refunds = refunds_of(tx, key).await?;
    let references: Vec<String> = refunds.iter().map(|refund| refund.id.to_string()).collect();
    let entries = GivenBackBy::select(&references).all(&**tx).await?;
    Ok(entries.iter().map(|entry| entry.points).sum())
}

/// Keeps what an order is to earn; one that is known stays as it is.
pub async fn insert_earning_unless_known(
    tx: &Transaction,
    row: points_earning::Model,
) -> Result<(), StoreError> {
    points_earning::Entity::insert(row.into_active_model().reset_all())
        .on_conflict_do_nothing_on([points_earning::Column::OrderId])
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// What an order earns or has earned, locked until the transaction ends.
pub async fn lock_earning(
    tx: &Transaction,
    order: OrderId,
) -> Result<Option<points_earning::Model>, StoreError> {
    Ok(points_earning::Entity::find_by_id(order).lock_exclusive().one(&**tx).await?)
}

pub async fn update_earning(tx: &Transaction, row: points_earning::Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// What was captured of each payment of an order and is not refunded, nor about to be.
pub async fn kept(tx: &Transaction, order: OrderId) -> Result<Vec<Money>, PointsError> {
    let of_order = payment::Entity::find().filter(payment::Column::OrderId.eq(order));
    let payments =
        of_order.filter(payment::Column::CapturedMinor.gt(0)).all(&**tx).await.map_err(StoreError::from)?;
    let kept = |payment: &payment::Model| {
        let minor = payment.captured_minor.saturating_sub(payment.refunded_minor);
        Ok(Money::from_minor(minor, payment.currency.parse()?))
    };
    payments.iter().map(kept).collect()
}

/// For each delivered order of users that earns its points later: the user, and what is kept of its money.
pub async fn pending(
    database: &Database,
    users: &[UserId],
) -> Result<Vec<(UserId, OrderId, i64)>, StoreError> {
    use points_earning::Column;
    let payments = points_earning::Entity::belongs_to(payment::Entity)
        .from(Column::OrderId)
        .to(payment::Column::OrderId);
    let kept = Expr::col((payment::Entity, payment::Column::CapturedMinor))
        .sub(Expr::col((payment::Entity, payment::Column::RefundedMinor)));
    let rows = points_earning::Entity::find()
        .select_only()
        .column(Column::UserId)
        .column(Column::OrderId)
        .column_as(kept.sum().cast_as("bigint"), "kept")
        .join(JoinType::InnerJoin, payments.into())
        .filter(Column::UserId.is_in(users.iter().copied()))
        .filter(Column::Status.eq(points_earning::Status::Pending))
        .group_by(Column::UserId)
        .group_by(Column::OrderId);
    Ok(rows.into_tuple().all(database.read()).await?)
}
