//! Several processes, processes that are given up for dead, and clocks that jump.

use std::sync::Arc;
use std::time::Duration;

use platform_jobs::{JobHandlers, JobOptions};
use sea_orm::ConnectionTrait;
use tokio::sync::Notify;

use crate::replica::{LEASE, Replica, Send, done};
use crate::support::TestDatabase;
use crate::wait::eventually;

/// Handlers whose first claim waits until the gate opens, and which end the job together with its effect.
fn holding_first(replica: &Replica, gate: &Arc<Notify>) -> JobHandlers {
    let (database, gate) = (replica.database.clone(), gate.clone());
    replica.sending(move |context, _| {
        let (database, gate) = (database.clone(), gate.clone());
        Box::pin(async move {
            if context.fence == 1 {
                gate.notified().await;
            }
            let tx = database.begin().await?;
            tx.execute_unprepared(&format!("INSERT INTO effects (text) VALUES ('fence {}')", context.fence))
                .await?;
            context.complete_in(&tx).await?;
            tx.commit().await?;
            Ok(())
        })
    })
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_is_fenced_off() {
    let test = TestDatabase::create().await;
    let (mut slow, mut quick) = (Replica::open(&test).await, Replica::open(&test).await);
    let gate = Arc::new(Notify::new());
    slow.work(holding_first(&slow, &gate));
    slow.enqueue("ada", JobOptions::default()).await.unwrap();
    eventually("the first runs it", async || slow.log.entries().len() == 1).await;
    // To the second, the first's lease has run out.
    quick.clock.advance(LEASE * 2);
    quick.work(holding_first(&quick, &gate));
    eventually("the second has done it", async || quick.list().await.is_empty()).await;
    gate.notify_one();
    slow.stop().await;
    quick.stop().await;
    assert_eq!(slow.effects().await, ["fence 2"]);
    assert!(slow.list().await.is_empty());
}

/// Check 40: a clock that jumps ahead ends no lease in its own process.
#[tokio::test]
async fn a_jumping_clock_runs_no_job_twice() {
    let test = TestDatabase::create().await;
    let mut replica = Replica::open(&test).await;
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    replica.work(replica.sending(move |_, job| {
        let gate = opened.clone();
        Box::pin(async move {
            if job.to == "slow" {
                gate.notified().await;
            }
            Ok(())
        })
    }));
    replica.enqueue("slow", JobOptions::default()).await.unwrap();
    eventually("it runs", async || replica.log.entries() == ["slow"]).await;
    replica.clock.advance(Duration::from_secs(300));
    replica.enqueue("other", JobOptions::default()).await.unwrap();
    eventually("the other is done", async || replica.list().await.len() == 1).await;
    replica.clock.step_back(Duration::from_secs(600));
    gate.notify_one();
    eventually("it is done", async || replica.list().await.is_empty()).await;
    assert_eq!(replica.log.entries(), ["slow", "other"]);
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_share_many_jobs_and_run_each_once() {
    const JOBS: usize = 200;
    let test = TestDatabase::create().await;
    let (mut one, mut two) = (Replica::open(&test).await, Replica::open(&test).await);
    one.work(one.sending(done));
    two.work(two.sending(done));
    for batch in 0..JOBS / 50 {
        let tx = one.database.begin().await.unwrap();
        for number in 0..50 {
            one.jobs.enqueue(&tx, &Send { to: format!("{batch}-{number}") }).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    eventually("all are done", async || one.list().await.is_empty()).await;
    one.stop().await;
    two.stop().await;
    let mut all = one.log.entries();
    all.extend(two.log.entries());
    assert_eq!(all.len(), JOBS);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), JOBS);
}
