//! What happens when jobs fail.

use std::time::Duration;

use platform_jobs::{JobError, JobOptions, JobStatus};

use crate::replica::{Replica, done};
use crate::support::TestDatabase;
use crate::wait::eventually;

#[tokio::test]
async fn a_failing_job_runs_again_later_and_is_dead_after_its_attempts() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(replica.sending(|_, _| {
        Box::pin(async {
            Err(JobError::RetryAfter(Duration::from_secs(600), "the mail server is busy".into()))
        })
    }));
    let id = replica.enqueue("ada", JobOptions::default()).await.unwrap();
    let status = async || replica.list().await.first().map(|job| (job.status, job.attempts));
    eventually("it waits", async || status().await == Some((JobStatus::Waiting, 1))).await;
    replica.clock.advance(Duration::from_secs(601));
    eventually("it is dead", async || status().await == Some((JobStatus::Dead, 2))).await;
    let dead = replica.list().await;
    assert_eq!(dead.first().unwrap().last_error.as_deref(), Some("the mail server is busy"));
    assert_eq!(replica.log.entries().len(), 2);
    replica.stop().await;

    let mut next = Replica::open(&test).await;
    next.work(next.sending(done));
    assert!(next.jobs.retry(id).await.unwrap());
    eventually("it is done at last", async || next.list().await.is_empty()).await;
    assert_eq!(next.log.entries(), ["ada"]);
    assert!(!next.jobs.retry(id).await.unwrap(), "there is no such dead job any more");
    next.stop().await;
}

#[tokio::test]
async fn a_rejected_job_is_dead_at_once_and_revived_by_its_key() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(replica.sending(|_, job| {
        Box::pin(
            async move { if job.to == "bad" { Err(JobError::reject("no such address")) } else { Ok(()) } },
        )
    }));
    let options = JobOptions { unique_key: Some("mail"), ..JobOptions::default() };
    let id = replica.enqueue("bad", options).await.unwrap();
    eventually("it is dead", async || {
        replica.list().await.first().is_some_and(|job| (job.status, job.attempts) == (JobStatus::Dead, 1))
    })
    .await;
    assert_eq!(replica.enqueue("good", options).await, Some(id));
    eventually("it is done", async || replica.list().await.is_empty()).await;
    assert_eq!(replica.log.entries(), ["bad", "good"]);
    replica.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_failure_and_the_worker_goes_on() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    replica.work(replica.sending(|_, job| {
        Box::pin(async move {
            if job.to == "bad" {
                panic!("as the test wants it");
            }
            Ok(())
        })
    }));
    let id = replica.enqueue("bad", JobOptions::default()).await.unwrap();
    eventually("it failed", async || {
        replica.list().await.first().is_some_and(|job| job.last_error.is_some())
    })
    .await;
    replica.enqueue("good", JobOptions::default()).await.unwrap();
    eventually("the other is done", async || replica.list().await.len() == 1).await;
    assert_eq!(replica.list().await.first().map(|job| job.id), Some(id));
    replica.stop().await;
}
