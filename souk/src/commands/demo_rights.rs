//! `souk demo-rights`: what demo accounts gave to others while the demo was on, and what is to become of it.

use anyhow::{Context, Result};
use platform_core::id::UserId;
use platform_database::Database;
use platform_server::SchemaPolicy;
use users::demo::DemoRight;

use crate::cli::DemoRightsCommand;
use crate::config::SoukConfig;
use crate::{data_folder, host, output};

/// Named one by one in a warning; `souk demo-rights` lists all.
const MOST_TOLD: usize = 10;

pub async fn run(config: &SoukConfig, command: Option<DemoRightsCommand>) -> Result<()> {
    config.check_shop(&["users"])?;
    match command.unwrap_or(DemoRightsCommand::List) {
        DemoRightsCommand::List => list(config).await,
        DemoRightsCommand::Keep { ids } => decide(config, &ids, true).await,
        DemoRightsCommand::End { ids } => decide(config, &ids, false).await,
    }
}

async fn list(config: &SoukConfig) -> Result<()> {
    data_folder::open(config)?;
    let database = Database::open(&config.database, &config.data_dir, "users").await?;
    let held = users::demo::held(&database).await.context("run `souk migrate` first?");
    database.close().await?;
    let held = held?;
    for right in &held {
        output::line(&right.to_string());
    }
    if held.is_empty() {
        output::note("the demo gave nothing that is not decided on");
    }
    Ok(())
}

/// Beside a process that serves users it leaves the database's schema alone; that process obeys at once.
async fn decide(config: &SoukConfig, ids: &[String], keep: bool) -> Result<()> {
    // Of whichever kind, an id is written like any other.
    let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<UserId>, _>>()?;
    let claim = data_folder::claim(config, &["users"]).ok();
    let builder = match claim {
        Some(_) => host::builder(config, &["users"])?,
        None => host::builder_with(config, &["users"], SchemaPolicy::Require)?,
    };
    let host = builder.build().await?;
    let platform = host.subgraph("users").context("users is not hosted")?.platform();
    let mut decided = Ok(());
    for id in &ids {
        decided = match keep {
            true => users::demo::keep(platform, id.0).await,
            false => users::demo::end(platform, id.0).await,
        };
        if decided.is_err() {
            break;
        }
        output::line(&format!("{id}: {}", if keep { "kept" } else { "ended" }));
    }
    host.stop().await;
    Ok(decided?)
}

/// What is to be said of rights that the demo gave, where the demo is off.
pub fn warning(held: &[DemoRight]) -> Option<String> {
    if held.is_empty() {
        return None;
    }
    let mut told: Vec<String> = held.iter().take(MOST_TOLD).map(ToString::to_string).collect();
    if let Some(more) = held.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        told.push(format!("{more} more"));
    }
    Some(format!(
        "demo accounts, whose passwords everybody knows, gave rights here, which are not in force until you decide: {}; \
         `souk demo-rights keep ID` keeps them, `souk demo-rights end ID` takes them away",
        told.join(", ")
    ))
}
