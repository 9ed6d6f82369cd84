//! Statements that read the same on both databases.

use sea_orm::{ConnectionTrait, Statement, Value};

/// A statement with the parameters `$1`, `$2`, …
pub(crate) fn statement(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// `$first, $first+1, …`: `count` parameters for an IN list.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let mut text = String::with_capacity(count * 5);
    for index in first..first + count {
        if index > first {
            text.push_str(", ");
        }
        text.push('$');
        text.push_str(&index.to_string());
    }
    text
}
