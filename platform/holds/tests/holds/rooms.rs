//! A feature that keeps holds: its tables, and what it says of them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::clock::ShiftedClock;
use platform_core::{ApiError, Clock, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use platform_holds::{
    Capacity, Extendable, Extended, HoldError, HoldTable, Holder, HolderColumns, Holds, Limits, NewRow,
    Opened, State, Transition, Waiting, give, take,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use sea_orm_migration::prelude::*;

use crate::support::{TestDatabase, open};

/// Minutes until a year after 9999.
pub const FAR: i64 = 8_000 * 366 * 24 * 60;

pub mod room {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub places: i64,
        pub taken: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod party {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub enum Status {
        Held,
        Committed,
        Released,
        Expired,
        Returned,
    }

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parties")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// Null for a key that was closed before anything was held under it.
        pub room: Option<String>,
        pub places: i64,
        pub status: Status,
        pub expires_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub holder: Option<String>,
        pub network: Option<String>,
        pub waiting: bool,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use party::Status;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![platform_database::migration("rooms", |manager| Box::pin(up(manager)))]
    }
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "CREATE TABLE rooms (id TEXT PRIMARY KEY, places BIGINT NOT NULL, taken BIGINT NOT NULL,
                   CHECK (taken BETWEEN 0 AND places));
               INSERT INTO rooms VALUES ('hall', 10, 0)";
    manager.get_connection().execute_unprepared(sql).await?;
    let text = |name: &'static str| ColumnDef::new(name).text().take();
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().not_null().take();
    let parties = Table::create()
        .table("parties")
        .col(text("key").not_null().primary_key().take())
        .col(text("room"))
        .col(ColumnDef::new("places").big_integer().not_null())
        .col(text("status").not_null().take())
        .col(time("expires_at"))
        .col(time("updated_at"))
        .col(text("holder"))
        .col(text("network"))
        .col(ColumnDef::new("waiting").boolean().not_null())
        .take();
    manager.create_table(parties).await
}

/// What a feature's error is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Hold(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

/// The table of holds.
pub enum Parties {}

impl HoldTable for Parties {
    type Entity = party::Entity;
    type Status = Status;

    const KEY: party::Column = party::Column::Key;
    const STATUS: party::Column = party::Column::Status;
    const EXPIRES_AT: party::Column = party::Column::ExpiresAt;
    const UPDATED_AT: Option<party::Column> = Some(party::Column::UpdatedAt);
    const HOLDER: Option<HolderColumns<party::Column>> = Some(HolderColumns {
        name: party::Column::Holder,
        network: party::Column::Network,
        waiting: party::Column::Waiting,
    });

    fn status(state: State) -> Status {
        match state {
            State::Held => Status::Held,
            State::Committed => Status::Committed,
            State::Released => Status::Released,
            State::Expired => Status::Expired,
            State::Returned => Status::Returned,
        }
    }

    fn status_of(row: &party::Model) -> Status {
        row.status
    }
}

enum Places {}

impl Capacity for Places {
    type Entity = room::Entity;

    const ID: room::Column = room::Column::Id;
    const TAKEN: room::Column = room::Column::Taken;

    fn has_room(more: i64) -> Condition {
        let taken = Expr::col(room::Column::Taken).add(more);
        Condition::all().add(taken.lte(Expr::col(room::Column::Places)))
    }
}

pub struct Rooms {
    pub database: Database,
    pub clock: Arc<ShiftedClock>,
    _test: TestDatabase,
}

/// What became of a wish for places.
#[derive(Debug, PartialEq, Eq)]
pub enum Wished {
    Held,
    Full,
    Closed(Status),
}

pub const HALL: &str = "hall";

impl Rooms {
    /// One room of ten places.
    pub async fn build() -> Self {
        let test = TestDatabase::create().await;
        let database = open::<Migrator>(&test.url(), test.folder.path(), "rooms").await;
        Self { database, clock: Arc::default(), _test: test }
    }

    pub fn in_minutes(&self, minutes: i64) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::minutes(minutes)
    }

    pub fn wait_minutes(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(minutes * 60));
    }

    /// Keeps places in the hall for five minutes.
    pub async fn hold(&self, key: &str, places: i64) -> Result<Wished, Error> {
        self.hold_for(key, places, Holder::default(), self.in_minutes(5)).await
    }

    pub async fn hold_for(
        &self,
        key: &str,
        places: i64,
        holder: Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<Wished, Error> {
        if let Some(known) = platform_holds::check(self, key, expires_at).await? {
            return again(&known, places);
        }
        let row = party::ActiveModel {
            key: Set(key.to_owned()),
            room: Set(Some(HALL.to_owned())),
            places: Set(places),
            status: Set(Status::Held),
            expires_at: Set(expires_at),
            updated_at: Set(self.now()),
            holder: Set(holder.name),
            network: Set(holder.network),
            waiting: Set(false),
        };
        let tx = match platform_holds::open(self, key, row).await? {
            Opened::Known(known) => return again(&known, places),
            Opened::New(tx) => tx,
        };
        if !take::<Places>(&tx, HALL, places, self.now()).await? {
            tx.rollback().await?;
            return Ok(Wished::Full);
        }
        tx.commit().await?;
        Ok(Wished::Held)
    }

    pub async fn extend(&self, key: &str, minutes: i64) -> Result<Extended<(), i64, Status>, Error> {
        Ok(match platform_holds::extend(self, key, self.in_minutes(minutes)).await? {
            Extended::Held(_, places) => Extended::Held((), places),
            Extended::LimitReached => Extended::LimitReached,
            Extended::Closed(status) => Extended::Closed(status),
        })
    }

    pub async fn row(&self, key: &str) -> Option<party::Model> {
        platform_holds::find(self, key).await.unwrap()
    }

    /// Places of the hall that are held or committed.
    pub async fn taken(&self) -> i64 {
        room::Entity::find_by_id(HALL).one(self.database.read()).await.unwrap().unwrap().taken
    }

    pub async fn keys(&self) -> u64 {
        party::Entity::find().count(self.database.read()).await.unwrap()
    }
}

fn again(known: &party::Model, places: i64) -> Result<Wished, Error> {
    let is_same = known.room.as_ref().map(|_| known.places == places);
    let stands = platform_holds::stands::<Parties>(known, is_same)?;
    Ok(if stands { Wished::Held } else { Wished::Closed(known.status) })
}

impl Holds for Rooms {
    type Table = Parties;
    type Error = Error;

    fn database(&self) -> &Database {
        &self.database
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn closed(&self, key: &str) -> NewRow<Parties> {
        party::ActiveModel {
            key: Set(key.to_owned()),
            room: Set(None),
            places: Set(0),
            status: Set(Status::Released),
            expires_at: Set(self.now()),
            updated_at: Set(self.now()),
            holder: Set(None),
            network: Set(None),
            waiting: Set(false),
        }
    }

    async fn moved(&self, tx: &Transaction, row: &party::Model, by: Transition) -> Result<(), Error> {
        match by {
            // Held places count as taken.
            Transition::Commit => Ok(()),
            Transition::Release | Transition::Expire | Transition::Return => {
                Ok(give::<Places>(tx, HALL, row.places, self.now()).await?)
            }
        }
    }
}

impl Extendable for Rooms {
    /// Places.
    type Of = i64;

    async fn within_limits(&self, tx: &Transaction, row: &party::Model) -> Result<Option<i64>, Error> {
        const LIMITS: Limits = Limits { of_holder: 2, of_network: 4 };
        let hall = room::Entity::find_by_id(HALL).lock_exclusive();
        let hall = hall.one(&**tx).await.map_err(StoreError::from)?;
        let waiting = Waiting {
            of_holder: waiting_places(tx, party::Column::Holder, row.holder.as_deref()).await?,
            of_network: waiting_places(tx, party::Column::Network, row.network.as_deref()).await?,
        };
        Ok(LIMITS.allow(hall.unwrap().places, waiting).then_some(row.places))
    }
}

async fn waiting_places(tx: &Transaction, by: party::Column, who: Option<&str>) -> Result<i64, StoreError> {
    let Some(who) = who else { return Ok(0) };
    let of_one = party::Entity::find().filter(party::Column::Waiting.eq(true)).filter(by.eq(who));
    Ok(of_one.all(&**tx).await?.iter().map(|party| party.places).sum())
}
