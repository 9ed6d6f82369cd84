//! Souk's own subgraphs: their names, committed schemas and what a process hosts of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use platform_database::Database;
use platform_server::{Host, HostBuilder, HostOptions, SchemaPolicy, SubgraphDefinition};
use platform_telemetry::Metrics;
use router_composition::Subgraph;

use crate::config::SoukConfig;
use crate::data_folder;
use crate::standing::Standings;

/// In the order in which they start.
pub const NAMES: [&str; 4] = ["users", "catalog", "orders", "payments"];

/// The part of a process that is not a subgraph.
pub const ROUTER: &str = "router";

/// The supergraph that this build was made with.
pub const SUPERGRAPH: &str = include_str!("../../supergraph.graphql");

/// Path prefixes that the gateway forwards to a subgraph in another process.
pub const PUBLIC_PREFIXES: [(&str, &str); 3] =
    [("users", "/.well-known/"), ("catalog", "/media/"), ("payments", "/payments/")];

/// Root fields of queries whose answer tells whether a guess was right; each counts as an operation of its own.
pub const GUESSABLE: [&str; 1] = ["guestOrder"];

/// What the errors of the subgraphs may have in their extensions beside what every error has.
pub const ERROR_EXTENSIONS: [&str; 1] = ["field"];

/// The path prefix that the gateway forwards to a subgraph, if there is one.
pub fn public_prefix(name: &str) -> Option<&'static str> {
    PUBLIC_PREFIXES.into_iter().find(|(owner, _)| *owner == name).map(|(_, prefix)| prefix)
}

/// The schemas that this build was made with.
pub fn schemas() -> Vec<Subgraph> {
    let sdl = [
        include_str!("../../subgraphs/users/schema.graphql"),
        include_str!("../../subgraphs/catalog/schema.graphql"),
        include_str!("../../subgraphs/orders/schema.graphql"),
        include_str!("../../subgraphs/payments/schema.graphql"),
    ];
    NAMES
        .into_iter()
        .zip(sdl)
        .map(|(name, sdl)| Subgraph {
            name: name.to_owned(),
            url: format!("souk://{name}"),
            sdl: sdl.to_owned(),
        })
        .collect()
}

/// What a process serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    pub router: bool,
    pub subgraphs: Vec<&'static str>,
}

impl Parts {
    /// Reads the names of parts; none means all.
    pub fn parse(names: &[String]) -> Result<Self> {
        if names.is_empty() {
            return Ok(Self { router: true, subgraphs: NAMES.to_vec() });
        }
        let wanted: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        if let Some(unknown) = wanted.iter().find(|name| **name != ROUTER && !NAMES.contains(name)) {
            bail!("there is no part `{unknown}`; the parts are {ROUTER}, {}", NAMES.join(", "));
        }
        Ok(Self {
            router: wanted.contains(ROUTER),
            subgraphs: NAMES.into_iter().filter(|name| wanted.contains(name)).collect(),
        })
    }

    pub fn is_whole(&self) -> bool {
        self.router && self.subgraphs.len() == NAMES.len()
    }
}

/// A builder for the named subgraphs.
pub fn builder(config: &SoukConfig, names: &[&str]) -> Result<HostBuilder> {
    let policy = if config.is_embedded() { SchemaPolicy::Migrate } else { SchemaPolicy::Require };
    builder_with(config, names, policy)
}

/// A builder for the named subgraphs whose databases are treated by `policy`.
pub fn builder_with(config: &SoukConfig, names: &[&str], policy: SchemaPolicy) -> Result<HostBuilder> {
    data_folder::open(config)?;
    let metrics = Metrics::new().context("metrics cannot be set up")?;
    let options =
        HostOptions::new(Arc::new(config.platform(names)), config.data_dir.clone(), policy, metrics);
    let mut builder = Host::builder(options).recheck(|directory| Arc::new(Standings::new(directory)));
    for name in names {
        builder = match *name {
            "users" => builder.subgraph::<users::UsersSubgraph>(),
            "catalog" => builder.subgraph::<catalog::CatalogSubgraph>(),
            "orders" => builder.subgraph::<orders::OrdersSubgraph>(),
            "payments" => builder.subgraph::<payments::PaymentsSubgraph>(),
            other => bail!("there is no subgraph `{other}`"),
        };
    }
    Ok(builder)
}

/// How many migrations of this build a subgraph's database lacks.
pub async fn pending(name: &str, database: &Database) -> Result<usize> {
    Ok(match name {
        "users" => {
            platform_database::pending::<<users::UsersSubgraph as SubgraphDefinition>::Migrator>(database)
                .await?
        }
        "catalog" => {
            platform_database::pending::<<catalog::CatalogSubgraph as SubgraphDefinition>::Migrator>(database)
                .await?
        }
        "orders" => {
            platform_database::pending::<<orders::OrdersSubgraph as SubgraphDefinition>::Migrator>(database)
                .await?
        }
        "payments" => {
            platform_database::pending::<<payments::PaymentsSubgraph as SubgraphDefinition>::Migrator>(
                database,
            )
            .await?
        }
        other => bail!("there is no subgraph `{other}`"),
    })
}
