//! All tables of a subgraph's database: the platform's, which every subgraph has, and then its own.

use std::marker::PhantomData;

use platform_database::Migrations;
use sea_orm_migration::MigratorTrait;

use crate::subgraph::SubgraphDefinition;

/// The migrations of `D`'s database.
pub struct Migrator<D>(PhantomData<D>);

impl<D: SubgraphDefinition> MigratorTrait for Migrator<D> {
    fn migrations() -> Migrations {
        let platform =
            [platform_events::migrations(), platform_jobs::migrations(), platform_sagas::migrations()];
        platform.into_iter().flatten().chain((D::MIGRATIONS)()).collect()
    }
}
