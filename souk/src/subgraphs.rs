//! The registry of Souk's own subgraphs, and the parts of a process.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use futures::future::BoxFuture;
use platform_database::{Database, DatabaseError};
use platform_server::{HostBuilder, Migrator, SubgraphDefinition};

/// What the command knows of a subgraph, from its definition.
pub struct Registered {
    pub name: &'static str,
    /// The schema that this build was made with.
    pub schema: &'static str,
    /// Where it listens on this machine; its routes for anybody listen [`PUBLIC_OFFSET`] above.
    pub port: u16,
    pub public_prefixes: &'static [&'static str],
    /// The most bytes of a file that its public routes take.
    pub max_file_bytes: Option<u32>,
    pub guessable: &'static [&'static str],
    pub nodes: &'static [&'static str],
    pub sagas: &'static [&'static str],
    pub host: fn(HostBuilder) -> HostBuilder,
    pending: for<'a> fn(&'a Database) -> BoxFuture<'a, Result<usize, DatabaseError>>,
}

impl Registered {
    const fn of<D: SubgraphDefinition>() -> Self {
        Self {
            name: D::NAME,
            schema: D::SCHEMA,
            port: D::PORT,
            public_prefixes: D::PUBLIC_PREFIXES,
            max_file_bytes: D::MAX_FILE_BYTES,
            guessable: D::GUESSABLE,
            nodes: D::NODES,
            sagas: D::SAGAS,
            host: HostBuilder::subgraph::<D>,
            pending: |database| Box::pin(platform_database::pending::<Migrator<D>>(database)),
        }
    }

    /// How many migrations of this build its database lacks.
    pub async fn pending(&self, database: &Database) -> Result<usize, DatabaseError> {
        (self.pending)(database).await
    }

    /// Whether the router passes requests on to it as they are.
    pub const fn is_public(&self) -> bool {
        !self.public_prefixes.is_empty()
    }
}

/// Souk's subgraphs, in the order in which they start. A further one is a line here.
pub const ALL: &[Registered] = &[
    Registered::of::<users::UsersSubgraph>(),
    Registered::of::<catalog::CatalogSubgraph>(),
    Registered::of::<orders::OrdersSubgraph>(),
    Registered::of::<payments::PaymentsSubgraph>(),
    Registered::of::<logistics::LogisticsSubgraph>(),
];

pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|subgraph| subgraph.name).collect()
}

pub fn find(name: &str) -> Option<&'static Registered> {
    ALL.iter().find(|subgraph| subgraph.name == name)
}

/// Before something is written without a host, refuses what a host refuses: a database of another release.
pub async fn check_migrated(database: &Database, name: &str) -> Result<()> {
    let subgraph = find(name).context("there is such a subgraph")?;
    let pending = subgraph.pending(database).await?;
    ensure!(pending == 0, "{pending} migrations of {name} are missing; run `souk migrate`");
    Ok(())
}

/// How far above its port a subgraph has its routes for anybody.
pub const PUBLIC_OFFSET: u16 = 100;

/// The part of a process that is not a subgraph.
pub const ROUTER: &str = "router";

/// What the errors of the subgraphs may have in their extensions beside what every error has.
pub const ERROR_EXTENSIONS: [&str; 2] = ["field", "retryAfter"];

/// What a process serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub router: bool,
    pub subgraphs: Vec<&'static str>,
}

impl Parts {
    /// Reads the names of parts; none means all.
    pub fn parse(names: &[String]) -> Result<Self> {
        let known = self::names();
        if names.is_empty() {
            return Ok(Self { router: true, subgraphs: known });
        }
        let wanted: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        if let Some(unknown) = wanted.iter().find(|name| **name != ROUTER && !known.contains(name)) {
            bail!("there is no part `{unknown}`; the parts are {ROUTER}, {}", known.join(", "));
        }
        Ok(Self {
            router: wanted.contains(ROUTER),
            subgraphs: known.into_iter().filter(|name| wanted.contains(name)).collect(),
        })
    }

    /// Their names, for the log.
    pub fn named(&self) -> String {
        let router = self.router.then_some(ROUTER);
        router.into_iter().chain(self.subgraphs.iter().copied()).collect::<Vec<_>>().join(", ")
    }

    pub fn is_whole(&self) -> bool {
        self.router && self.subgraphs.len() == ALL.len()
    }
}
