//! `souk dead-letters`: events and jobs that were given up after their last attempt.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use platform_core::SystemClock;
use platform_core::id::JobId;
use platform_database::Database;
use platform_events::DeadLetters;
use platform_jobs::{JobFilter, JobStatus, Jobs};

use crate::cli::DeadLettersCommand;
use crate::config::SoukConfig;
use crate::{data_folder, output, subgraphs};

/// Events, and jobs, shown of one subgraph.
const MOST: u64 = 500;

/// Where a subgraph keeps what it gave up.
struct GivenUp {
    events: DeadLetters,
    jobs: Jobs,
}

impl GivenUp {
    /// Of a subgraph whose database is there.
    async fn of(config: &SoukConfig, subgraph: &str) -> Result<Self> {
        let database = Database::open(&config.database, &config.data_dir, subgraph).await?;
        subgraphs::check_migrated(&database, subgraph).await?;
        let events = DeadLetters::new(database.clone(), Arc::new(SystemClock));
        Ok(Self { events, jobs: Jobs::new(database, Arc::new(SystemClock), &config.jobs) })
    }
}

pub async fn run(config: &SoukConfig, command: DeadLettersCommand) -> Result<()> {
    config.check_shop(&subgraphs::names())?;
    data_folder::open(config)?;
    match command {
        DeadLettersCommand::List => list(config).await,
        DeadLettersCommand::Retry { subgraph, id } => {
            let given_up = named(config, &subgraph).await?;
            let is_known = match Letter::parse(&id)? {
                Letter::Event(id) => given_up.events.retry(id).await?,
                Letter::Job(id) => given_up.jobs.retry(id).await?,
            };
            say(
                is_known,
                &subgraph,
                &id,
                "it is tried again as soon as a process that serves the subgraph sees it",
            )
        }
        DeadLettersCommand::Discard { subgraph, id } => {
            let given_up = named(config, &subgraph).await?;
            let is_known = match Letter::parse(&id)? {
                Letter::Event(id) => given_up.events.discard(id).await?,
                Letter::Job(id) => given_up.jobs.discard(id).await?,
            };
            say(is_known, &subgraph, &id, "it is forgotten")
        }
    }
}

/// Which one, by the form of its id.
enum Letter {
    Event(i64),
    Job(JobId),
}

impl Letter {
    fn parse(id: &str) -> Result<Self> {
        match id.parse() {
            Ok(event) => Ok(Self::Event(event)),
            Err(_) => Ok(Self::Job(id.parse().with_context(|| {
                format!("`{id}` is no id of a dead letter; `souk dead-letters list` shows them")
            })?)),
        }
    }
}

async fn named(config: &SoukConfig, subgraph: &str) -> Result<GivenUp> {
    if subgraphs::find(subgraph).is_none() {
        bail!("there is no subgraph `{subgraph}`; there are {}", subgraphs::names().join(", "));
    }
    if !config.has_database(subgraph) {
        bail!("the database of {subgraph} is not made yet");
    }
    GivenUp::of(config, subgraph).await
}

fn say(is_known: bool, subgraph: &str, id: &str, done: &str) -> Result<()> {
    if !is_known {
        bail!("{subgraph} has no dead letter with the id {id}; `souk dead-letters list` shows them");
    }
    output::line(done);
    Ok(())
}

async fn list(config: &SoukConfig) -> Result<()> {
    let mut is_empty = true;
    for subgraph in subgraphs::names().into_iter().filter(|name| config.has_database(name)) {
        let given_up = GivenUp::of(config, subgraph).await?;
        let events = given_up.events.list(0, MOST).await?;
        let dead = JobFilter { status: Some(JobStatus::Dead), ..JobFilter::default() };
        let jobs = given_up.jobs.list(dead, MOST).await?;
        is_empty &= events.is_empty() && jobs.is_empty();
        let is_cut = |count: usize| u64::try_from(count).is_ok_and(|count| count >= MOST);
        for (what, is_cut) in [("events", is_cut(events.len())), ("jobs", is_cut(jobs.len()))] {
            if is_cut {
                output::note(&format!("only the oldest {MOST} {what} of {subgraph} are shown"));
            }
        }
        for letter in events {
            let (kind, consumer, why) =
                (letter.event.kind, letter.consumer, letter.last_error.unwrap_or_default());
            output::line(&format!("{subgraph}  {}  event {kind} for {consumer}: {why}", letter.id));
        }
        for job in jobs {
            let why = job.last_error.unwrap_or_default();
            output::line(&format!("{subgraph}  {}  job {}: {why}", job.id, job.kind));
        }
    }
    if is_empty {
        output::note("nothing was given up");
    }
    Ok(())
}
