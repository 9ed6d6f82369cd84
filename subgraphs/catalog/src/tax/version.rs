//! Counts the changes of tax zones and rates, so that a checkout may use those that are kept in memory: it compares this
//! number instead of reading them.
//!
//! Invariant: whoever changes a zone, its places or its rates counts up in the same transaction, before it reads any of
//! them: what it decides by then holds until it commits, because others wait for the number.

use platform_database::sql::statement;
use platform_database::{StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr};

/// How often zones and rates were changed.
pub async fn read(connection: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let sql = "SELECT version FROM tax_version WHERE id = 1";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("tax_version".to_owned()))?;
    Ok(row.try_get("", "version")?)
}

/// Zones or rates are changed in `tx`, and by nobody else until it ends.
pub async fn count_up(tx: &Transaction) -> Result<(), StoreError> {
    let sql = "UPDATE tax_version SET version = version + 1 WHERE id = 1";
    tx.execute_raw(statement(&**tx, sql, [])).await?;
    Ok(())
}
