//! What a process hosts of the subgraphs.

use std::sync::Arc;

use anyhow::{Context, Result};
use platform_database::Database;
use platform_server::{Host, HostBuilder, HostOptions, SchemaPolicy};
use platform_telemetry::Metrics;

use crate::config::SoukConfig;
use crate::standing::Standings;
use crate::{data_folder, subgraphs};

/// A builder for the named subgraphs.
pub fn builder(config: &SoukConfig, names: &[&str]) -> Result<HostBuilder> {
    let policy = if config.is_embedded() { SchemaPolicy::Migrate } else { SchemaPolicy::Require };
    builder_with(config, names, policy)
}

/// A builder for the named subgraphs whose databases are treated by `policy`.
pub fn builder_with(config: &SoukConfig, names: &[&str], policy: SchemaPolicy) -> Result<HostBuilder> {
    Database::check(&config.database)?;
    data_folder::open(config)?;
    let metrics = Metrics::new().context("metrics cannot be set up")?;
    let options =
        HostOptions::new(Arc::new(config.platform(names)), config.data_dir.clone(), policy, metrics);
    let mut builder = Host::builder(options).recheck(|directory| Arc::new(Standings::new(directory)));
    for name in names {
        let subgraph = subgraphs::find(name).with_context(|| format!("there is no subgraph `{name}`"))?;
        builder = (subgraph.host)(builder);
    }
    Ok(builder)
}
