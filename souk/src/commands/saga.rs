//! `souk saga`: what is under way, and what is stuck.

use anyhow::{Context, Result, bail};
use platform_core::SystemClock;
use platform_core::id::SagaId;
use platform_database::Database;
use platform_sagas::{Abandoned, Reach, SagaFilter, SagaStatus, Sagas};
use std::sync::Arc;

use crate::cli::SagaCommand;
use crate::config::SoukConfig;
use crate::{data_folder, host, output, subgraphs};

/// Sagas shown of one status.
const MOST: u64 = 500;
const SHOWN: [SagaStatus; SagaStatus::ALL.len()] = [
    SagaStatus::Stuck,
    SagaStatus::Compensating,
    SagaStatus::Running,
    SagaStatus::Parked,
    SagaStatus::Completed,
    SagaStatus::Compensated,
];
/// Why a saga that was given up here is undone, as orders says it to customers.
const REASON: &str = "CANCELLED_BY_STAFF";

pub async fn run(config: &SoukConfig, command: SagaCommand) -> Result<()> {
    // What is not there is not made by looking for it.
    config.check_shop(&owners())?;
    data_folder::open(config)?;
    match command {
        SagaCommand::List { all } => list(config, all).await,
        SagaCommand::Retry { id } => retry(config, &id).await,
        SagaCommand::Abandon { id, as_it_is } => abandon(config, &id, as_it_is).await,
        SagaCommand::FailPoints => fail_points(config).await,
    }
}

/// The subgraphs that have sagas.
fn owners() -> Vec<&'static str> {
    subgraphs::ALL
        .iter()
        .filter(|subgraph| !subgraph.sagas.is_empty())
        .map(|subgraph| subgraph.name)
        .collect()
}

/// The database of `owner`, if it is there, and the sagas in it.
async fn sagas_of(config: &SoukConfig, owner: &str) -> Result<Option<(Database, Sagas)>> {
    if !config.has_database(owner) {
        return Ok(None);
    }
    let database = Database::open(&config.database, &config.data_dir, owner).await?;
    let sagas = Sagas::new(database.clone(), Arc::new(SystemClock), &config.jobs);
    Ok(Some((database, sagas)))
}

async fn fail_points(config: &SoukConfig) -> Result<()> {
    let host = host::builder(config, &owners())?.build().await?;
    for point in host.subgraphs().iter().flat_map(|hosted| hosted.sagas().fail_points()) {
        output::line(&point);
    }
    Ok(())
}

/// What needs staff first; a status with many sagas hides none of another.
async fn list(config: &SoukConfig, all: bool) -> Result<()> {
    let mut is_empty = true;
    for owner in owners() {
        let Some((_, sagas)) = sagas_of(config, owner).await? else {
            output::note(&format!("the database of {owner} is not made yet"));
            continue;
        };
        for status in SHOWN.into_iter().filter(|status| all || !status.is_final()) {
            let filter = SagaFilter { status: Some(status), ..SagaFilter::default() };
            let found =
                sagas.list(filter, MOST).await.context("the sagas cannot be read; run `souk migrate`?")?;
            is_empty &= found.is_empty();
            let is_cut = u64::try_from(found.len()).is_ok_and(|count| count >= MOST);
            for saga in found {
                let (step, why) = (saga.step, saga.last_error.or(saga.failure).unwrap_or_default());
                output::line(&format!(
                    "{owner}  {}  {:<12} {:<12} {step:<20} {why}",
                    saga.id, saga.kind, saga.status
                ));
            }
            if is_cut {
                output::note(&format!("only the oldest {MOST} sagas that are {status} are shown"));
            }
        }
    }
    if is_empty {
        output::note("no sagas under way");
    }
    Ok(())
}

async fn retry(config: &SoukConfig, id: &str) -> Result<()> {
    let saga: SagaId = id.parse()?;
    for owner in owners() {
        let Some((database, sagas)) = sagas_of(config, owner).await? else { continue };
        subgraphs::check_migrated(&database, owner).await?;
        if sagas.retry(saga).await? {
            output::line(&format!("its step runs again as soon as a process that serves {owner} sees it"));
            return Ok(());
        }
    }
    bail!("no stuck saga has the id {id}; `souk saga list` shows them");
}

/// Needs to know the steps of every kind, so the subgraphs are built, and nothing of them is started.
async fn abandon(config: &SoukConfig, id: &str, as_it_is: bool) -> Result<()> {
    let saga: SagaId = id.parse()?;
    let owners: Vec<&str> = owners().into_iter().filter(|owner| config.has_database(owner)).collect();
    let host = host::builder(config, &owners)?.build().await?;
    for hosted in host.subgraphs() {
        let Some(info) = hosted.sagas().get(saga).await? else { continue };
        let left = hosted.sagas().abandonment(&info).given_up;
        if info.status == SagaStatus::Stuck && !left.is_empty() && !as_it_is {
            bail!(
                "{} can be neither undone nor done, so an order would stay as it is, to be shipped though it is not paid; \
                 the mutation `abandonOrderSaga` of a shop that serves calls the order off as well, and `--as-it-is` ends the saga alone",
                left.join(", ")
            );
        }
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
