//! `souk saga`: what is under way, and what is stuck.

use anyhow::{Context, Result, bail};
use platform_core::SystemClock;
use platform_core::id::SagaId;
use platform_database::Database;
use platform_sagas::{SagaFilter, SagaStatus, Sagas};
use std::sync::Arc;

use crate::cli::SagaCommand;
use crate::config::SoukConfig;
use crate::{data_folder, output, subgraphs};

/// The subgraphs that have sagas.
const OWNERS: [&str; 1] = ["orders"];
const MOST: u64 = 500;

pub async fn run(config: &SoukConfig, command: SagaCommand) -> Result<()> {
    data_folder::open(config)?;
    for owner in OWNERS {
        let database = Database::open(&config.database, &config.data_dir, owner).await?;
        let sagas = Sagas::new(database, Arc::new(SystemClock), &config.jobs);
        match &command {
            SagaCommand::List { all } => list(owner, &sagas, *all).await?,
            SagaCommand::Retry { id } => return retry(&sagas, id).await,
            SagaCommand::FailPoints => return fail_points(config).await,
        }
    }
    Ok(())
}

async fn fail_points(config: &SoukConfig) -> Result<()> {
    let host = subgraphs::builder(config, &OWNERS)?.build().await?;
    for point in host.subgraphs().iter().flat_map(|hosted| hosted.sagas().fail_points()) {
        output::line(&point);
    }
    Ok(())
}

async fn list(owner: &str, sagas: &Sagas, all: bool) -> Result<()> {
    let found = sagas
        .list(SagaFilter::default(), MOST)
        .await
        .context("the sagas cannot be read; run `souk migrate`?")?;
    let finished = |status| matches!(status, SagaStatus::Completed | SagaStatus::Compensated);
    let mut shown: Vec<_> = found.into_iter().filter(|saga| all || !finished(saga.status)).collect();
    shown.sort_by_key(|saga| saga.status != SagaStatus::Stuck);
    if shown.is_empty() {
        output::note("no sagas under way");
    }
    for saga in shown {
        let (step, why) = (saga.step, saga.last_error.or(saga.failure).unwrap_or_default());
        output::line(&format!(
            "{owner}  {}  {:<12} {:<12} {step:<20} {why}",
            saga.id, saga.kind, saga.status
        ));
    }
    Ok(())
}

async fn retry(sagas: &Sagas, id: &str) -> Result<()> {
    let saga: SagaId = id.parse()?;
    if !sagas.retry(saga).await? {
        bail!("no stuck saga has the id {id}; `souk saga list` shows them");
    }
    output::line("its step runs again as soon as a process that serves orders sees it");
    Ok(())
}
