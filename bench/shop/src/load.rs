//! Load by a number of connections, each of which sends its next request when the last is answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::future::try_join_all;

use crate::connection::Connection;
use crate::operations::Operation;
use crate::processes::{Cpu, Processes};
use crate::world::World;

/// Caches fill and plans are made before anything counts.
const WARM_UP: Duration = Duration::from_secs(2);

pub struct Measured {
    /// How long each took, sorted.
    latencies: Vec<Duration>,
    elapsed: Duration,
    cpu: Cpu,
}

impl Measured {
    pub fn new(mut latencies: Vec<Duration>, elapsed: Duration, cpu: Cpu) -> Self {
        latencies.sort_unstable();
        Self { latencies, elapsed, cpu }
    }

    pub fn count(&self) -> usize {
        self.latencies.len()
    }

    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    pub fn rate(&self) -> f64 {
        self.number() / self.elapsed.as_secs_f64()
    }

    /// The time within which `percent` of all were done, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }

    /// Milliseconds of CPU for each: Souk's and PostgreSQL's.
    pub fn cpu_each(&self) -> (f64, f64) {
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e3 / self.number();
        (each(self.cpu.souk), each(self.cpu.postgres))
    }

    fn number(&self) -> f64 {
        f64::from(u32::try_from(self.count()).unwrap_or(u32::MAX)).max(1.0)
    }
}

pub async fn run(
    operation: Operation,
    world: &World,
    processes: &Processes,
    connections: usize,
    duration: Duration,
) -> Result<Measured> {
    let turns = AtomicUsize::new(0);
    let load = |duration: Duration| {
        let turns = &turns;
        try_join_all((0..connections).map(move |_| repeat(operation, world, turns, duration)))
    };
    load(WARM_UP).await?;
    processes.settle().await?;
    let before = processes.cpu()?;
    let begin = Instant::now();
    let latencies = load(duration).await?.concat();
    let elapsed = begin.elapsed();
    processes.settle().await?;
    Ok(Measured::new(latencies, elapsed, processes.cpu()?.since(before)))
}

async fn repeat(
    operation: Operation,
    world: &World,
    turns: &AtomicUsize,
    duration: Duration,
) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(&world.address).await?;
    let mut latencies = Vec::new();
    let end = Instant::now() + duration;
    while Instant::now() < end {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        let begin = Instant::now();
        operation.perform(&mut connection, world, turn).await?;
        latencies.push(begin.elapsed());
    }
    Ok(latencies)
}
