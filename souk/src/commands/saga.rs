//! `souk saga`: what is under way, and what is stuck.

use anyhow::{Context, Result, bail};
use platform_core::SystemClock;
use platform_core::id::SagaId;
use platform_database::Database;
use platform_sagas::{Abandoned, Reach, SagaFilter, SagaStatus, Sagas};
use std::sync::Arc;

use crate::cli::SagaCommand;
use crate::config::SoukConfig;
use crate::{data_folder, output, subgraphs};

/// The subgraphs that have sagas.
const OWNERS: [&str; 1] = ["orders"];
const MOST: u64 = 500;
/// Why a saga that was given up here is undone, as orders says it to customers.
const REASON: &str = "CANCELLED_BY_STAFF";

pub async fn run(config: &SoukConfig, command: SagaCommand) -> Result<()> {
    data_folder::open(config)?;
    match command {
        SagaCommand::List { all } => list(config, all).await,
        SagaCommand::Retry { id } => retry(config, &id).await,
        SagaCommand::Abandon { id } => abandon(config, &id).await,
        SagaCommand::FailPoints => fail_points(config).await,
    }
}

async fn sagas_of(config: &SoukConfig, owner: &str) -> Result<Sagas> {
    let database = Database::open(&config.database, &config.data_dir, owner).await?;
    Ok(Sagas::new(database, Arc::new(SystemClock), &config.jobs))
}

async fn fail_points(config: &SoukConfig) -> Result<()> {
    let host = subgraphs::builder(config, &OWNERS)?.build().await?;
    for point in host.subgraphs().iter().flat_map(|hosted| hosted.sagas().fail_points()) {
        output::line(&point);
    }
    Ok(())
}

async fn list(config: &SoukConfig, all: bool) -> Result<()> {
    let mut is_empty = true;
    for owner in OWNERS {
        let found = sagas_of(config, owner)
            .await?
            .list(SagaFilter::default(), MOST)
            .await
            .context("the sagas cannot be read; run `souk migrate`?")?;
        let mut shown: Vec<_> = found.into_iter().filter(|saga| all || !saga.status.is_final()).collect();
        shown.sort_by_key(|saga| saga.status != SagaStatus::Stuck);
        is_empty &= shown.is_empty();
        for saga in shown {
            let (step, why) = (saga.step, saga.last_error.or(saga.failure).unwrap_or_default());
            output::line(&format!(
                "{owner}  {}  {:<12} {:<12} {step:<20} {why}",
                saga.id, saga.kind, saga.status
            ));
        }
    }
    if is_empty {
        output::note("no sagas under way");
    }
    Ok(())
}

async fn retry(config: &SoukConfig, id: &str) -> Result<()> {
    let saga: SagaId = id.parse()?;
    for owner in OWNERS {
        if sagas_of(config, owner).await?.retry(saga).await? {
            output::line(&format!("its step runs again as soon as a process that serves {owner} sees it"));
            return Ok(());
        }
    }
    bail!("no stuck saga has the id {id}; `souk saga list` shows them");
}

/// Needs to know the steps of every kind, so the subgraphs are built, and nothing of them is started.
async fn abandon(config: &SoukConfig, id: &str) -> Result<()> {
    let saga: SagaId = id.parse()?;
    let host = subgraphs::builder(config, &OWNERS)?.build().await?;
    for hosted in host.subgraphs() {
        let abandonment = match hosted.sagas().abandon(saga, REASON, Reach::Stuck).await? {
            Abandoned::Yes(abandonment) => abandonment,
            Abandoned::No(status) => bail!("the saga {id} is {status}; only a stuck one is given up"),
            Abandoned::Unknown => continue,
        };
        let say = |what: &str, steps: &[String]| {
            if !steps.is_empty() {
                output::line(&format!("{what}: {}", steps.join(", ")));
            }
        };
        say("undone, as soon as a process that serves the subgraph sees it", &abandonment.undone);
        say("done all the same", &abandonment.goes_on);
        say("neither done nor undone; see to what it may have left behind", &abandonment.given_up);
        if abandonment.undone.is_empty() && abandonment.goes_on.is_empty() {
            output::line("the saga has ended; an order that it leaves open can be cancelled by staff");
        }
        return Ok(());
    }
    bail!("no saga has the id {id}; `souk saga list` shows them");
}
