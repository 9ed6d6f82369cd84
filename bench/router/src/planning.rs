//! Cold planning: no cache, one thread, the best of several runs. Processor time is taken, which other work on the machine
//! does not lengthen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use router_planner::{Batching, PlanContext, PlanError, Planner};
use router_schema::{ExpandedOperation, Operation, Supergraph, Variables};

use crate::corpus::{self, Case};
use crate::peers;

/// What makes a schema one of Federation 2.
pub const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible"
])
"#;

/// What every member of the corpus must be planned or refused within.
const LIMIT: Duration = Duration::from_millis(50);
/// Growth is measured over this many doublings.
const DOUBLINGS: u32 = 4;

/// Takes the time of one operation in place of the corpus.
#[derive(Args)]
pub struct Own {
    #[arg(long, requires = "operation")]
    supergraph: Option<PathBuf>,
    #[arg(long, requires = "supergraph")]
    operation: Option<PathBuf>,
}

struct Prepared {
    planner: Planner,
    operation: ExpandedOperation,
}

/// The best time, and what came of it: fetches and steps, or the refusal.
struct Taken {
    time: Duration,
    outcome: Result<(usize, usize), PlanError>,
}

#[expect(clippy::print_stdout, reason = "a benchmark's product is its report")]
pub fn run(own: &Own) -> anyhow::Result<()> {
    if let (Some(supergraph), Some(operation)) = (&own.supergraph, &own.operation) {
        let prepared =
            prepared_from(&std::fs::read_to_string(supergraph)?, &std::fs::read_to_string(operation)?)?;
        println!("{}", line("the operation given", &taken(&prepared)));
        return Ok(());
    }
    println!("the operation of the peers' benchmark");
    let case = peers::benchmark();
    let default = prepared(&case)?;
    println!("{}", line(&case.name, &taken(&default)));
    let planner = default.planner.with_batching(Batching::SameStage);
    println!(
        "{}",
        line("the same with requests of one stage put together", &taken(&Prepared { planner, ..default }))
    );

    println!("\nthe pathological corpus, each within {LIMIT:?} or refused");
    let mut slow = Vec::new();
    for case in corpus::all() {
        let taken = taken(&prepared(&case)?);
        println!("{}", line(&case.name, &taken));
        if taken.time > LIMIT {
            slow.push(case.name);
        }
    }

    println!("\ngrowth over {DOUBLINGS} doublings: the exponent that fits");
    for (name, smallest, family) in families() {
        println!("{}", growth(name, smallest, family)?);
    }
    if !slow.is_empty() {
        bail!("slower than {LIMIT:?}: {}", slow.join("; "));
    }
    Ok(())
}

type Family = fn(usize) -> Case;

fn families() -> [(&'static str, usize, Family); 5] {
    [
        ("depth", 6, |levels| corpus::options_with_owners(4, levels)),
        ("breadth", 60, |fields| corpus::wide(fields, 8)),
        ("subgraphs", 4, |subgraphs| corpus::options_with_owners(subgraphs, 1)),
        ("overlapping keys", 4, corpus::overlapping_keys),
        ("types", 8, |types| corpus::implementations(types, 2)),
    ]
}

fn growth(name: &str, smallest: usize, family: Family) -> anyhow::Result<String> {
    let mut points = Vec::new();
    let mut times = Vec::new();
    for doubling in 0..=DOUBLINGS {
        let size = smallest << doubling;
        let taken = taken(&prepared(&family(size))?);
        if let Err(refusal) = &taken.outcome {
            bail!("{name} at {size}: {refusal}");
        }
        points.push((f64::from(doubling), taken.time.as_secs_f64().log2()));
        times.push(format!("{:.3}", taken.time.as_secs_f64() * 1000.0));
    }
    let exponent = slope(&points);
    let largest = smallest << DOUBLINGS;
    Ok(format!("  {exponent:5.2}  {name}, {smallest} to {largest}: {} ms", times.join(", ")))
}

/// The least-squares line's slope.
fn slope(points: &[(f64, f64)]) -> f64 {
    let mut count = 0.0;
    let (mut x, mut y) = (0.0, 0.0);
    for point in points {
        count += 1.0;
        x += point.0;
        y += point.1;
    }
    let (x, y) = (x / count, y / count);
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    covariance / variance
}

fn prepared(case: &Case) -> anyhow::Result<Prepared> {
    let subgraph = |(name, sdl): &(String, String)| router_composition::Subgraph {
        name: name.clone(),
        url: String::new(),
        sdl: format!("{}{sdl}", LINK),
    };
    let subgraphs: Vec<_> = case.subgraphs.iter().map(subgraph).collect();
    let composed = router_composition::compose(&subgraphs)
        .map_err(|errors| anyhow!("{} does not compose: {errors:#?}", case.name))?;
    prepared_from(&composed.supergraph_sdl, &case.operation).with_context(|| case.name.clone())
}

fn prepared_from(supergraph: &str, operation: &str) -> anyhow::Result<Prepared> {
    let supergraph = Arc::new(Supergraph::parse(supergraph)?);
    let operation =
        Operation::parse(&supergraph, operation, None).map_err(|errors| anyhow!("{errors:#?}"))?;
    let flags = operation.flags(&Variables::default());
    let operation = operation.expand(&supergraph, &flags);
    Ok(Prepared { planner: Planner::new(supergraph), operation })
}

fn taken(prepared: &Prepared) -> Taken {
    let mut best: Option<Taken> = None;
    let start = Instant::now();
    for _ in 0..200 {
        let begin = processor_time();
        let planned = prepared.planner.plan_measured(&prepared.operation, &PlanContext::default());
        let time = processor_time().saturating_sub(begin);
        let outcome = planned.map(|(plan, effort)| (plan.fetches.len(), effort.steps));
        if best.as_ref().is_none_or(|best| time < best.time) {
            best = Some(Taken { time, outcome });
        }
        if start.elapsed() > Duration::from_millis(600) {
            break;
        }
    }
    // The loop runs at least once.
    best.unwrap_or(Taken { time: Duration::ZERO, outcome: Ok((0, 0)) })
}

/// What this thread has used so far.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn line(name: &str, taken: &Taken) -> String {
    let outcome = match &taken.outcome {
        Ok((fetches, steps)) => format!("{fetches} fetches, {steps} steps"),
        Err(refusal) => format!("refused: {refusal}"),
    };
    format!("  {:8.3} ms  {name}: {outcome}", taken.time.as_secs_f64() * 1000.0)
}
