//! A saga of the steps `a`, `b` and `c`, whose behaviour each test scripts, and replicas that drive it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use platform_config::JobsConfig;
use platform_core::clock::ShiftedClock;
use platform_core::id::SagaId;
use platform_core::{Clock, Ids, SystemClock};
use platform_database::Database;
use platform_sagas::{Outcome, Saga, SagaRegistry, SagaStatus, Sagas, Step, StepContext, StepError};
use sea_orm_migration::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{TestDatabase, open};

pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_sagas::migrations();
        all.push(Box::new(Effects));
        all
    }
}

struct Effects;

impl MigrationName for Effects {
    fn name(&self) -> &str {
        "effects"
    }
}

#[async_trait]
impl MigrationTrait for Effects {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("effects")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("text").text().not_null())
            .take();
        manager.create_table(table).await
    }
}

/// The steps that were done, as the state remembers them.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    pub done: Vec<String>,
}

/// What a scripted step does, beside being noted.
pub type Behaviour = Arc<
    dyn for<'a> Fn(&'a StepContext, &'a mut Journey) -> BoxFuture<'a, Result<Outcome, StepError>>
        + Send
        + Sync,
>;

/// The saga. Steps without a script are done.
#[derive(Default, Clone)]
pub struct Trip {
    script: Arc<Mutex<HashMap<&'static str, Behaviour>>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Trip {
    pub fn script(
        &self,
        step: &'static str,
        behaviour: impl for<'a> Fn(&'a StepContext, &'a mut Journey) -> BoxFuture<'a, Result<Outcome, StepError>>
        + Send
        + Sync
        + 'static,
    ) {
        self.script.lock().unwrap().insert(step, Arc::new(behaviour));
    }

    pub fn unscript(&self, step: &'static str) {
        self.script.lock().unwrap().remove(step);
    }

    /// Runs and undos in the order in which they began.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    async fn act(
        &self,
        name: &'static str,
        context: &StepContext,
        state: &mut Journey,
    ) -> Result<Outcome, StepError> {
        self.log.lock().unwrap().push(name.to_owned());
        let behaviour = self.script.lock().unwrap().get(name).cloned();
        match behaviour {
            Some(behaviour) => behaviour(context, state).await,
            None => Ok(Outcome::Done),
        }
    }
}

impl Saga for Trip {
    const KIND: &'static str = "trip";
    const MAX_ATTEMPTS: u32 = 3;
    type State = Journey;

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&Leg("a", "undo a"), &Leg("b", "undo b"), &Leg("c", "undo c")]
    }
}

struct Leg(&'static str, &'static str);

#[async_trait]
impl Step<Trip> for Leg {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn run(
        &self,
        trip: &Trip,
        context: &StepContext,
        state: &mut Journey,
    ) -> Result<Outcome, StepError> {
        let outcome = trip.act(self.0, context, state).await?;
        state.done.push(self.0.to_owned());
        Ok(outcome)
    }

    async fn undo(&self, trip: &Trip, context: &StepContext, state: &mut Journey) -> Result<(), StepError> {
        trip.act(self.1, context, state).await?;
        state.done.push(self.1.to_owned());
        Ok(())
    }
}

/// One process that drives sagas.
pub struct Replica {
    pub sagas: Sagas,
    pub database: Database,
    pub clock: Arc<ShiftedClock>,
    pub trip: Trip,
    stop: CancellationToken,
    worker: Option<JoinHandle<()>>,
}

pub const LEASE: Duration = Duration::from_secs(60);

impl Replica {
    pub async fn start(test: &TestDatabase) -> Self {
        Self::with_trip(test, Trip::default()).await
    }

    pub async fn with_trip(test: &TestDatabase, trip: Trip) -> Self {
        let mut replica = Self::idle(test, trip).await;
        let (sagas, stop) = (replica.sagas.clone(), replica.stop.clone());
        replica.worker = Some(tokio::spawn(async move { sagas.run(stop).await }));
        replica
    }

    /// A process whose worker does not look for due sagas.
    pub async fn idle(test: &TestDatabase, trip: Trip) -> Self {
        let database = open::<Migrator>(&test.url(), test.folder.path(), "orders").await;
        let clock = Arc::new(ShiftedClock::default());
        let config = JobsConfig { poll_interval_ms: 20, lease_ms: LEASE.as_secs() * 1_000, concurrency: 4 };
        let sagas = Sagas::new(database.clone(), clock.clone(), &config);
        assert!(sagas.install(SagaRegistry::new().with(trip.clone())));
        Self { sagas, database, clock, trip, stop: CancellationToken::new(), worker: None }
    }

    pub async fn begin(&self) -> SagaId {
        let id = fresh();
        let tx = self.database.begin().await.unwrap();
        self.sagas.start::<Trip>(&tx, id, &Journey::default()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn wake(&self, id: SagaId, signal: serde_json::Value) -> bool {
        let tx = self.database.begin().await.unwrap();
        let woken = self.sagas.wake(&tx, id, signal).await.unwrap();
        tx.commit().await.unwrap();
        woken
    }

    pub async fn drive(&self, id: SagaId) -> SagaStatus {
        tokio::time::timeout(Duration::from_secs(30), self.sagas.drive(id)).await.unwrap().unwrap()
    }

    pub async fn state(&self, id: SagaId) -> Journey {
        serde_json::from_str(&self.sagas.get(id).await.unwrap().unwrap().state).unwrap()
    }

    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            tokio::time::timeout(Duration::from_secs(15), worker).await.unwrap().unwrap();
        }
    }
}

pub fn fresh() -> SagaId {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ids::new(clock).next()
}
