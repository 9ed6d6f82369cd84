//! The double-entry ledger.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0002_ledger", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("ledger_accounts")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("kind").text().not_null())
                .col(ColumnDef::new("owner").text().not_null())
                .col(ColumnDef::new("currency").text().not_null())
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("ledger_accounts_kind_owner_currency")
                .unique()
                .table("ledger_accounts")
                .col("kind")
                .col("owner")
                .col("currency")
                .take(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("ledger_transactions")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("kind").text().not_null())
                .col(ColumnDef::new("reference").text().not_null())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("ledger_transactions_kind_reference")
                .unique()
                .table("ledger_transactions")
                .col("kind")
                .col("reference")
                .take(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("ledger_postings")
                .col(ColumnDef::new("transaction_id").uuid().not_null())
                .col(ColumnDef::new("position").integer().not_null())
                .col(ColumnDef::new("account_id").uuid().not_null())
                .col(ColumnDef::new("amount_minor").big_integer().not_null())
                .primary_key(Index::create().col("transaction_id").col("position"))
                .foreign_key(
                    ForeignKey::create()
                        .from("ledger_postings", "transaction_id")
                        .to("ledger_transactions", "id"),
                )
                .foreign_key(
                    ForeignKey::create().from("ledger_postings", "account_id").to("ledger_accounts", "id"),
                )
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("ledger_postings_account")
                .table("ledger_postings")
                .col("account_id")
                .col("amount_minor")
                .take(),
        )
        .await
}
