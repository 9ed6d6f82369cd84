//! Jobs that recur.

use std::time::Duration;

use platform_jobs::{JobContext, JobError, JobHandlers, RecurringJob};

use crate::replica::{Log, Replica};
use crate::support::TestDatabase;
use crate::wait::eventually;

const HOUR: Duration = Duration::from_secs(3_600);

/// Notes its runs.
struct Sweep(Log);

impl RecurringJob for Sweep {
    const NAME: &'static str = "stock.sweep";
    const EVERY: Duration = HOUR;

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        self.0.add("swept");
        Ok(())
    }
}

/// Notes its runs, all of which fail.
struct BrokenSweep(Log);

impl RecurringJob for BrokenSweep {
    const NAME: &'static str = Sweep::NAME;
    const EVERY: Duration = Duration::from_secs(1);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        self.0.add("tried");
        Err(JobError::reject("broken"))
    }
}

fn sweeping(log: &Log) -> JobHandlers {
    JobHandlers::new().every(Sweep(log.clone()))
}

#[tokio::test]
async fn a_recurring_job_runs_at_the_start_and_after_each_pause() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(sweeping(&replica.log));
    let idle = async || replica.list().await.first().is_some_and(|job| job.attempts == 0);
    eventually("it ran", async || replica.log.entries().len() == 1 && idle().await).await;
    replica.clock.advance(HOUR / 2);
    replica.clock.advance(HOUR / 2 + Duration::from_secs(1));
    eventually("it ran again", async || replica.log.entries().len() == 2 && idle().await).await;
    replica.stop().await;
    assert_eq!(replica.list().await.first().unwrap().every, Some(HOUR));
}

/// Check 40: a process whose clock was ahead leaves a time to run that lies far off; the next start draws it near.
#[tokio::test]
async fn replicas_share_a_recurring_job_and_a_clock_stepped_back_delays_it_by_one_pause_at_most() {
    let test = TestDatabase::create().await;
    let mut one = Replica::open(&test).await;
    one.clock.advance(HOUR * 24);
    one.work(sweeping(&one.log));
    let idle = async |replica: &Replica| replica.list().await.first().is_some_and(|job| job.attempts == 0);
    eventually("it ran", async || one.log.entries().len() == 1 && idle(&one).await).await;
    one.stop().await;
    let mut two = Replica::open(&test).await;
    two.work(sweeping(&two.log));
    eventually("its time is drawn near", async || {
        two.clock.advance(Duration::from_secs(60));
        !two.log.entries().is_empty()
    })
    .await;
    assert_eq!(two.list().await.len(), 1, "one row for all replicas");
    two.stop().await;
}

#[tokio::test]
async fn a_recurring_job_that_fails_is_never_dead() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(JobHandlers::new().every(BrokenSweep(replica.log.clone())));
    eventually("it is tried again and again", async || {
        replica.clock.advance(Duration::from_secs(1));
        replica.log.entries().len() > 3
    })
    .await;
    replica.stop().await;
    assert_eq!(
        replica.list().await.first().and_then(|job| job.last_error.clone()).as_deref(),
        Some("broken")
    );
}
