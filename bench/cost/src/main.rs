//! Looks for the dearest operation that a running shop admits, and prints what it takes.
#![expect(clippy::print_stdout, reason = "a command that prints what it found")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bench_cost::{Search, Shop};
use bench_process::Process;
use clap::Parser;
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// Where the shop answers. Its rate limit must be off.
    #[arg(long, default_value = "http://127.0.0.1:4000/graphql")]
    url: String,
    /// The shop's process.
    #[arg(long)]
    pid: u32,
    /// Operations that are tried.
    #[arg(long, default_value_t = 500)]
    steps: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The repository, for the schema.
    #[arg(long, default_value = ".")]
    repository: PathBuf,
    /// The user's token; without one a guest asks.
    #[arg(long)]
    token: Option<String>,
}

/// What one operation took.
#[derive(Debug, Clone, Default)]
struct Taken {
    time: Duration,
    /// Memory beyond what the process had before.
    memory: u64,
    bytes: usize,
}

/// The operation that took most so far.
type Worst = Option<(Taken, String)>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let shop = Shop::read(&arguments.repository, arguments.token.is_some())?;
    let process = Process(arguments.pid);
    let http = reqwest::Client::new();
    let mut search = Search::new(&shop, arguments.seed);
    let (mut slowest, mut largest): (Worst, Worst) = (None, None);
    for step in 1..=arguments.steps {
        let tried = search.propose();
        let taken = measure(&http, &arguments, process, &tried.text).await?;
        // A second is as bad as 128 MB: the aims are two and twice that.
        let worth = taken.memory / 128 + u64::try_from(taken.time.as_micros())?;
        if search.measured(&tried, worth) {
            let Taken { time, memory, bytes } = &taken;
            println!(
                "{step:>5}  cost {:>5}  values {:>6}  text {:>5}  {:>6.2} s  {:>5} MB  answer {:>8}",
                tried.cost.cost,
                tried.cost.nodes,
                tried.text.len(),
                time.as_secs_f64(),
                memory >> 20,
                bytes
            );
        }
        if slowest.as_ref().is_none_or(|(known, _)| taken.time > known.time) {
            slowest = Some((taken.clone(), tried.text.clone()));
        }
        if largest.as_ref().is_none_or(|(known, _)| taken.memory > known.memory) {
            largest = Some((taken, tried.text));
        }
    }
    let (slowest, largest) = (slowest.context("a step")?, largest.context("a step")?);
    println!("slowest: {:.2} s for {}", slowest.0.time.as_secs_f64(), slowest.1);
    println!("largest: {} MB for {}", largest.0.memory >> 20, largest.1);
    println!("resident now: {} MB", process.resident()? >> 20);
    Ok(())
}

async fn measure(
    http: &reqwest::Client,
    arguments: &Arguments,
    process: Process,
    query: &str,
) -> Result<Taken> {
    process.forget_peak()?;
    let before = process.resident()?;
    let started = Instant::now();
    let mut request = http.post(&arguments.url).header("content-type", "application/json");
    if let Some(token) = &arguments.token {
        request = request.bearer_auth(token);
    }
    let response = request.body(json!({ "query": query }).to_string()).send().await?;
    ensure!(response.status() != 429, "the rate limit must be off: `[gateway.rate_limit] enabled = false`");
    let bytes = response.bytes().await?.len();
    let time = started.elapsed();
    Ok(Taken { time, memory: process.peak()?.saturating_sub(before), bytes })
}
