//! A subgraph's definition with its type erased.

use std::marker::PhantomData;
use std::path::Path;

use futures::future::BoxFuture;
use platform_config::DatabaseConfig;
use platform_database::{Database, DatabaseError, migrate, pending};

use crate::migrator::Migrator;
use crate::platform::Platform;
use crate::subgraph::{BuildError, Subgraph, SubgraphDefinition};

pub(super) trait Registration: Send + Sync {
    fn name(&self) -> &'static str;
    fn public_prefixes(&self) -> &'static [&'static str];
    fn takes_files(&self) -> bool;
    fn sagas(&self) -> &'static [&'static str];
    fn open<'a>(
        &'a self,
        config: &'a DatabaseConfig,
        data_dir: &'a Path,
    ) -> BoxFuture<'a, Result<Database, DatabaseError>>;
    fn migrate<'a>(&'a self, database: &'a Database) -> BoxFuture<'a, Result<usize, DatabaseError>>;
    fn pending<'a>(&'a self, database: &'a Database) -> BoxFuture<'a, Result<usize, DatabaseError>>;
    fn build(&self, platform: Platform) -> BoxFuture<'static, Result<Subgraph, BuildError>>;
}

pub(super) struct Of<D>(pub(super) PhantomData<D>);

impl<D: SubgraphDefinition> Registration for Of<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn public_prefixes(&self) -> &'static [&'static str] {
        D::PUBLIC_PREFIXES
    }

    fn takes_files(&self) -> bool {
        D::MAX_FILE_BYTES.is_some()
    }

    fn sagas(&self) -> &'static [&'static str] {
        D::SAGAS
    }

    fn open<'a>(
        &'a self,
        config: &'a DatabaseConfig,
        data_dir: &'a Path,
    ) -> BoxFuture<'a, Result<Database, DatabaseError>> {
        Box::pin(Database::open(config, data_dir, D::NAME))
    }

    fn migrate<'a>(&'a self, database: &'a Database) -> BoxFuture<'a, Result<usize, DatabaseError>> {
        Box::pin(migrate::<Migrator<D>>(database))
    }

    fn pending<'a>(&'a self, database: &'a Database) -> BoxFuture<'a, Result<usize, DatabaseError>> {
        Box::pin(pending::<Migrator<D>>(database))
    }

    fn build(&self, platform: Platform) -> BoxFuture<'static, Result<Subgraph, BuildError>> {
        D::build(platform)
    }
}
