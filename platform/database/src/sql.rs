//! Statements that read the same on both kinds of database.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

/// A statement with the parameters `$1`, `$2`, …
pub fn statement(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// The first row that a statement gives which writes and is a transaction of its own, such as `UPDATE … RETURNING`.
///
/// It is read to its end: there SQLite commits it. Where one row alone is asked for, the driver gives that and tells
/// nobody that the commit failed, as on a full disk.
pub async fn write_returning(
    connection: &impl ConnectionTrait,
    statement: Statement,
) -> Result<Option<QueryResult>, DbErr> {
    Ok(connection.query_all_raw(statement).await?.into_iter().next())
}

/// `$first, $first+1, …`: `count` parameters for an IN list.
pub fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|index| format!("${index}")).collect::<Vec<_>>().join(", ")
}
