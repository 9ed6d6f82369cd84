//! Inserts that give way to a row that is there already.

use sea_orm::TryInsertResult;

/// Whether `…on_conflict_do_nothing_on(…).exec_without_returning(…)` wrote the row. sea-orm calls an insert of no rows
/// inserted too.
pub fn was_inserted(result: &TryInsertResult<u64>) -> bool {
    matches!(result, TryInsertResult::Inserted(rows) if *rows > 0)
}
