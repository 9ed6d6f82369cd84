//! Looks for the dearest operation that a running shop admits, and prints what it takes.
#![expect(clippy::print_stdout, reason = "a command that prints what it found")]

mod client;
mod fill;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use bench_cost::{Search, Sent, Shop, Taken};
use clap::Parser;
use serde_json::{Value, json};

use crate::client::{Client, Measured};

/// Of the dearest, how many are measured once more and printed.
const PRINTED: usize = 3;
/// What no operation of 10 KB should take.
const AIM_TIME: Duration = Duration::from_secs(2);
const AIM_MEMORY: u64 = 256 << 20;

#[derive(Parser)]
struct Arguments {
    /// The binary to start a shop of its own with; by default one that runs already is asked.
    #[arg(long, conflicts_with_all = ["url", "pid"])]
    souk: Option<PathBuf>,
    /// Where the shop answers. Its rate limit must be off.
    #[arg(long, default_value = "http://127.0.0.1:4000/graphql")]
    url: String,
    /// The shop's process.
    #[arg(long, required_unless_present = "souk")]
    pid: Option<u32>,
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
    /// Ask as the demo's administrator.
    #[arg(long, conflicts_with = "token")]
    admin: bool,
    /// First give every product the longest texts that are stored, and so many more variants.
    #[arg(long)]
    fill: Option<usize>,
    /// Vendors that offer each variant of `--fill`.
    #[arg(long, default_value_t = 3)]
    offers: usize,
    /// Seconds of rest before the dearest are measured once more: the time in which the allocator gives memory back.
    #[arg(long, default_value_t = 12)]
    rest: u64,
}

/// What was measured, dearest first.
type Worst = Vec<(Measured, Sent)>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let shop = Shop::read(&arguments.repository, arguments.admin || arguments.token.is_some())?;
    let mut client = match (&arguments.souk, arguments.pid) {
        (Some(souk), _) => Client::start(souk).await?,
        (None, pid) => Client::of(&arguments.url, pid.context("--pid")?),
    };
    client.token = match arguments.admin {
        true => Some(client.log_in().await?),
        false => arguments.token.clone(),
    };
    if let Some(variants) = arguments.fill {
        let products = fill::fill(&client, variants, arguments.offers).await?;
        println!("filled {products} products");
    }
    let mut search = Search::new(&shop, arguments.seed);
    for query in LOOK_AROUND {
        search.learn(&client.ask(query, json!({})).await.unwrap_or_default());
    }
    println!("resident at first: {} MB", client.process.resident()? >> 20);
    let (slowest, largest) = look(&client, &mut search, arguments.steps).await?;
    println!(
        "\nThe dearest, after {} s of rest each (aims: {AIM_TIME:?}, {} MB)",
        arguments.rest,
        AIM_MEMORY >> 20
    );
    let mut missed = 0;
    for (what, worst) in [("slowest", slowest), ("largest", largest)] {
        for (first, sent) in worst {
            tokio::time::sleep(Duration::from_secs(arguments.rest)).await;
            let again = client.measure(&sent.body()).await?;
            missed += usize::from(again.time > AIM_TIME || again.memory > AIM_MEMORY);
            println!("{what}: {} (at first {})", said(&again), said(&first));
            println!("  {}", sent.body());
            println!("  answered {}", answered(&again.answer));
        }
    }
    println!("resident now: {} MB", client.process.resident()? >> 20);
    match missed {
        0 => println!("Every one of these keeps the aims."),
        missed => println!("{missed} of these MISS the aims."),
    }
    Ok(())
}

/// What exists in the shop, so that arguments can name it.
const LOOK_AROUND: [&str; 3] = [
    "{ products(first: 50) { nodes { id slug name vendor { id } variants { id sku } } } }",
    "{ categories { nodes { id slug name } } collections { id slug } }",
    "{ search(query: \"\", first: 20) { facets { code } } }",
];

async fn look(client: &Client, search: &mut Search<'_>, steps: usize) -> Result<(Worst, Worst)> {
    let (mut slowest, mut largest): (Worst, Worst) = (Vec::new(), Vec::new());
    for step in 1..=steps {
        let tried = search.propose();
        let measured = client.measure(&tried.sent.body()).await?;
        search.learn(&measured.answer);
        search.answered(&tried, &measured.answer);
        let micros = u64::try_from(measured.time.as_micros())?;
        if search.measured(&tried, Taken { time: micros, memory: measured.memory }) {
            let (cost, text) = (tried.cost, tried.sent.text.len());
            println!(
                "{step:>5}  cost {:>5}  values {:>6}  text {text:>5}  {}",
                cost.cost,
                cost.nodes,
                said(&measured)
            );
        }
        keep(&mut slowest, &measured, &tried.sent, |measured| measured.time.as_nanos());
        keep(&mut largest, &measured, &tried.sent, |measured| u128::from(measured.memory));
    }
    Ok((slowest, largest))
}

fn keep(worst: &mut Worst, measured: &Measured, sent: &Sent, worth: impl Fn(&Measured) -> u128) {
    let place = worst.partition_point(|(known, _)| worth(known) >= worth(measured));
    if place < PRINTED {
        worst.insert(place, (measured.clone(), sent.clone()));
        worst.truncate(PRINTED);
    }
}

fn said(measured: &Measured) -> String {
    let Measured { time, memory, bytes, .. } = measured;
    format!("{:>6.2} s  {:>5} MB  answer {bytes:>8} bytes", time.as_secs_f64(), memory >> 20)
}

/// With data, or by which error.
fn answered(answer: &Value) -> String {
    let error = answer.pointer("/errors/0");
    let code = error.and_then(|error| error.pointer("/extensions/code")).cloned().unwrap_or_default();
    let message = error.and_then(|error| error.get("message")).cloned().unwrap_or_default();
    match (answer.get("data").is_some_and(|data| !data.is_null()), error.is_some()) {
        (true, false) => "in full".to_owned(),
        (true, true) => format!("in part: {code} {message}"),
        (false, _) => format!("with nothing: {code} {message}"),
    }
}
