//! Column shapes and constraints that the tables share, and the making of a set of tables.

use sea_orm_migration::prelude::*;

pub fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub fn optional_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().take()
}

pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub fn optional_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

pub fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().not_null().take()
}

pub fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

pub fn optional_integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().take()
}

pub fn bigint(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub fn optional_bigint(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

pub fn boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

pub fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

pub fn optional_time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().take()
}

pub fn currency(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).char_len(3).not_null().take()
}

/// A text that is one of `values`.
pub fn one_of(name: &'static str, values: &[&'static str]) -> ColumnDef {
    let allowed: Vec<&str> = values.to_vec();
    ColumnDef::new(name).text().not_null().check(Expr::col(name).is_in(allowed)).take()
}

/// A reference that goes with the row it names.
pub fn owned_by(column: &'static str, table: &'static str, key: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to(table, key).on_delete(ForeignKeyAction::Cascade).take()
}

/// A reference that keeps the row it names from being deleted.
pub fn refers_to(column: &'static str, table: &'static str, key: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column).to(table, key).on_delete(ForeignKeyAction::Restrict).take()
}

pub fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// Adds columns to a table that has rows: each is null in those.
pub async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: Vec<ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    Ok(())
}

pub fn primary_key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create().primary().take();
    for column in columns {
        key.col(*column);
    }
    key
}

pub async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}
