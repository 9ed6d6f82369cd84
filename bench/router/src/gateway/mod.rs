//! Routers under load, in front of four fast subgraphs: requests per second, CPU for each request, memory.
//!
//! Load and subgraphs come from this process, on the same cores: rates depend on it, the CPU for each request hardly
//! does. Several routers are measured by turns within one run, so that what the machine does besides meets all of them.

mod contender;
mod data;
mod executor;
mod load;
mod report;
mod subgraphs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use router_composition::{Subgraph, compose};
use router_schema::Supergraph;
use serde_json::json;
use tokio::net::TcpListener;

use self::contender::Contender;
use self::executor::Executor;
use self::load::Question;
use self::report::{Report, Round};
use self::subgraphs::Subgraphs;
use crate::corpus::Case;
use crate::peers;

/// Caches fill, and plans are made, before anything counts.
const WARM_UP: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Size {
    /// The operation of the peers' benchmark: seven fetches, 88 KB.
    Deep,
    /// One fetch from one subgraph.
    Small,
}

#[derive(Args)]
pub struct Own {
    /// A router that runs already, as NAME=URL,PID; several times, to compare them. Without one, Souk is
    /// started, with each of its ways to batch.
    #[arg(long = "router")]
    routers: Vec<Contender>,
    /// Writes the supergraph to this file and ends: routers are to be started with it.
    #[arg(long)]
    write_supergraph: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "deep")]
    operation: Size,
    /// How many connections send requests, each its next one when the last is answered.
    #[arg(long, default_value_t = 50)]
    connections: usize,
    /// How long each router is measured in each round.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Where the subgraphs listen; the supergraph names it.
    #[arg(long, default_value_t = 4200)]
    port: u16,
    /// The binary to start; by default the one beside this.
    #[arg(long)]
    souk: Option<PathBuf>,
}

#[tokio::main]
pub async fn run(own: Own) -> Result<()> {
    let case = peers::benchmark();
    let supergraph = supergraph(&case, own.port)?;
    if let Some(file) = &own.write_supergraph {
        return Ok(std::fs::write(file, supergraph)?);
    }
    let question = question(&case, &supergraph, own.operation)?;
    let subgraphs = Arc::new(Subgraphs::new(&case.subgraphs)?);
    let listener = TcpListener::bind(("127.0.0.1", own.port)).await.with_context(|| {
        format!("the subgraphs cannot listen at port {}; choose another by --port", own.port)
    })?;
    tokio::spawn(Arc::clone(&subgraphs).serve(listener));

    let folder = tempfile::tempdir()?;
    let mut routers = own.routers.clone();
    let mut children = Vec::new();
    if routers.is_empty() {
        let souk = match &own.souk {
            Some(path) => path.clone(),
            None => std::env::current_exe()?.with_file_name("souk"),
        };
        for batching in ["branches", "stages"] {
            let (router, child) = contender::start_souk(&souk, batching, &supergraph, folder.path()).await?;
            routers.push(router);
            children.push(child);
        }
    }
    for router in &routers {
        load::run(&router.url, &question, own.connections, WARM_UP).await?;
    }
    let report = Report::new(&routers);
    let mut rounds = Vec::new();
    for round in 0..own.rounds {
        let mut measured = Vec::new();
        for router in &routers {
            measured.push(measure(router, &question, &subgraphs, &own).await?);
        }
        report.round(round + 1, &measured);
        rounds.push(measured);
    }
    report.summary(&rounds)?;
    drop(children);
    Ok(())
}

/// The four subgraphs composed, each at its path under this port.
fn supergraph(case: &Case, port: u16) -> Result<String> {
    let subgraphs: Vec<_> = case
        .subgraphs
        .iter()
        .map(|(name, sdl)| Subgraph {
            name: name.clone(),
            url: format!("http://127.0.0.1:{port}/{name}"),
            sdl: format!("{}{sdl}", crate::planning::LINK),
        })
        .collect();
    let composed = compose(&subgraphs).map_err(|errors| anyhow!("{errors:?}"))?;
    Ok(composed.supergraph_sdl)
}

fn question(case: &Case, supergraph: &str, size: Size) -> Result<Question> {
    let query = match size {
        Size::Deep => case.operation.as_str(),
        Size::Small => "{ users { id name } }",
    };
    let body = Bytes::from(serde_json::to_vec(&json!({ "query": query }))?);
    let whole = Executor::whole(&Supergraph::parse(supergraph)?.api().schema().to_string())?;
    let expected = whole.answer(&body)?;
    Ok(Question { body, expected })
}

async fn measure(router: &Contender, question: &Question, subgraphs: &Subgraphs, own: &Own) -> Result<Round> {
    let (asked, cpu) = (subgraphs.asked(), router.process.cpu()?);
    let duration = Duration::from_secs(own.seconds);
    let answered = load::run(&router.url, question, own.connections, duration).await?;
    let used = router.process.cpu()?.saturating_sub(cpu);
    let now = subgraphs.asked();
    Ok(Round { answered, cpu: used, fetches: now.all - asked.all, computed: now.computed - asked.computed })
}
