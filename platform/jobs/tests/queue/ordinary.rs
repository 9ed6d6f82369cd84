//! What happens when nothing fails.

use std::time::Duration;

use chrono::TimeDelta;
use platform_core::Clock;
use platform_jobs::{JobOptions, JobStatus};

use crate::replica::{Replica, Send, done};
use crate::support::TestDatabase;
use crate::wait::eventually;

#[tokio::test]
async fn a_committed_job_runs_and_is_gone_and_a_rolled_back_one_never_was() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(replica.sending(done));
    let tx = replica.database.begin().await.unwrap();
    replica.jobs.enqueue(&tx, &Send { to: "nobody".to_owned() }).await.unwrap();
    tx.rollback().await.unwrap();
    replica.enqueue("ada", JobOptions::default()).await.unwrap();
    eventually("it is done", async || !replica.log.entries().is_empty() && replica.list().await.is_empty())
        .await;
    assert_eq!(replica.log.entries(), ["ada"]);
    replica.stop().await;
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    let run_at = Some(replica.clock.now() + TimeDelta::hours(1));
    replica.enqueue("later", JobOptions { run_at, ..JobOptions::default() }).await.unwrap();
    replica.work(replica.sending(done));
    replica.enqueue("now", JobOptions::default()).await.unwrap();
    eventually("the one due is done", async || replica.list().await.len() == 1).await;
    assert_eq!(replica.log.entries(), ["now"]);
    replica.clock.advance(Duration::from_secs(3_601));
    eventually("the other is done", async || replica.list().await.is_empty()).await;
    assert_eq!(replica.log.entries(), ["now", "later"]);
    replica.stop().await;
}

#[tokio::test]
async fn one_job_waits_under_a_unique_key() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    let options = JobOptions { unique_key: Some("ada"), ..JobOptions::default() };
    let first = replica.enqueue("first", options).await;
    assert!(first.is_some());
    assert_eq!(replica.enqueue("second", options).await, None);
    assert_eq!(
        replica.list().await.iter().map(|job| (Some(job.id), job.status)).collect::<Vec<_>>(),
        [(first, JobStatus::Waiting)]
    );
    replica.work(replica.sending(done));
    eventually("it is done", async || replica.list().await.is_empty()).await;
    assert!(replica.enqueue("third", options).await.is_some(), "the key is free again");
    eventually("it is done", async || replica.log.entries() == ["first", "third"]).await;
    replica.stop().await;
}
