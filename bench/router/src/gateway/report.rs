//! What was measured, as a table.

use std::time::Duration;

use anyhow::Result;

use super::contender::Contender;
use super::load::Answered;

/// One router's turn in one round.
pub struct Round {
    pub answered: Answered,
    /// CPU time that the router used.
    pub cpu: Duration,
    /// Requests that reached the subgraphs, and answers that were new to them.
    pub fetches: u64,
    pub computed: u64,
}

impl Round {
    fn count(&self) -> f64 {
        f64::from(u32::try_from(self.answered.latencies.len()).unwrap_or(u32::MAX)).max(1.0)
    }

    fn rate(&self) -> f64 {
        self.count() / self.answered.elapsed.as_secs_f64()
    }

    /// Milliseconds of CPU for each request.
    fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.count()
    }

    fn fetches_each(&self) -> f64 {
        f64::from(u32::try_from(self.fetches).unwrap_or(u32::MAX)) / self.count()
    }

    /// The time within which `percent` of all were answered, in milliseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let latencies = &self.answered.latencies;
        let place = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }
}

pub struct Report<'a> {
    routers: &'a [Contender],
}

#[expect(clippy::print_stdout, reason = "a benchmark's product is its report")]
impl<'a> Report<'a> {
    pub fn new(routers: &'a [Contender]) -> Self {
        println!(
            "| round | router | requests/s | CPU ms each | p50 ms | p99 ms | fetches each | answers new |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        Self { routers }
    }

    pub fn round(&self, number: usize, measured: &[Round]) {
        for (router, round) in self.routers.iter().zip(measured) {
            println!(
                "| {number} | {} | {:.0} | {:.3} | {:.1} | {:.1} | {:.2} | {} |",
                router.name,
                round.rate(),
                round.cpu_each(),
                round.percentile(50),
                round.percentile(99),
                round.fetches_each(),
                round.computed,
            );
        }
    }

    /// Medians over the rounds, memory, and what the others need for each of the first router's.
    pub fn summary(&self, rounds: &[Vec<Round>]) -> Result<()> {
        println!("\n| router | requests/s | CPU ms each | peak MB | rate to the first | CPU to the first |");
        println!("|---|---|---|---|---|---|");
        for (at, router) in self.routers.iter().enumerate() {
            let of = |figure: &dyn Fn(&Round) -> f64| {
                median(rounds.iter().filter_map(|round| round.get(at)).map(figure).collect())
            };
            // Of the same round, so that what the machine did meanwhile is in both.
            let to_first = |figure: &dyn Fn(&Round) -> f64| {
                let pairs = rounds.iter().filter_map(|round| Some((round.get(at)?, round.first()?)));
                median(pairs.map(|(own, first)| figure(own) / figure(first)).collect())
            };
            println!(
                "| {} | {:.0} | {:.3} | {} | {:.2} | {:.2} |",
                router.name,
                of(&Round::rate),
                of(&Round::cpu_each),
                router.process.peak()?.div_ceil(1 << 20),
                to_first(&Round::rate),
                to_first(&Round::cpu_each),
            );
        }
        Ok(())
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
