//! Which network asked for a code, and guessed at it.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0007_code_guesses", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let asker = ColumnDef::new("asker").blob().take();
    manager.alter_table(Table::alter().table("order_codes").add_column(asker).take()).await?;
    manager
        .create_table(
            Table::create()
                .table("order_code_guesses")
                .col(ColumnDef::new("code_id").uuid().not_null())
                .col(ColumnDef::new("network").blob().not_null())
                .col(ColumnDef::new("guesses").integer().not_null().check(Expr::col("guesses").gt(0)))
                .primary_key(Index::create().col("code_id").col("network"))
                .foreign_key(
                    ForeignKey::create()
                        .from("order_code_guesses", "code_id")
                        .to("order_codes", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
        )
        .await
}
