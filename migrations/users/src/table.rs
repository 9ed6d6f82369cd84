//! Columns and indexes in the spelling that the migrations here share.

use sea_orm_migration::prelude::*;

/// A column that must have a value.
pub fn column(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).not_null().take()
}

/// A column that may be without a value.
pub fn optional(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
}

/// A text column that holds one of `values`.
pub fn one_of<const N: usize>(name: &'static str, values: [&'static str; N]) -> ColumnDef {
    column(name).text().check(Expr::col(name).is_in(values)).take()
}

/// The column `user_id`.
pub fn user_id() -> ColumnDef {
    column("user_id").uuid().take()
}

/// `user_id` of `table` names a user; what belongs to a user goes with it.
pub fn belongs_to_user(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "user_id").to("users", "id").on_delete(ForeignKeyAction::Cascade).take()
}

/// An index over `columns`, in their order.
pub fn index<const N: usize>(
    table: &'static str,
    name: &'static str,
    columns: [&'static str; N],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(column);
    }
    index
}
