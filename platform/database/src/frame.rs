//! What migrations are, and the frame of every one.

use std::pin::Pin;

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

/// What a migration does.
pub type Up =
    for<'a, 'b> fn(&'a SchemaManager<'b>) -> Pin<Box<dyn Future<Output = Result<(), DbErr>> + Send + 'a>>;

/// The migrations of a database, or those of one crate's tables in it, in the order in which they run.
pub type Migrations = Vec<Box<dyn MigrationTrait>>;

/// A migration called `name`, which stays for ever, since databases remember it. `up` runs in a transaction on both
/// kinds of database, so that one that dies half-way leaves nothing behind. There is no way down: what a release
/// does not need any more, a later one drops.
pub fn migration(name: &'static str, up: Up) -> Box<dyn MigrationTrait> {
    Box::new(Migration { name, up })
}

struct Migration {
    name: &'static str,
    up: Up,
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        (self.up)(manager).await
    }
}
