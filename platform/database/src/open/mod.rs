//! Opening the connections to a database.

pub(crate) mod postgres;
pub(crate) mod read_only;
pub(crate) mod sqlite;

use sea_orm::{ConnectOptions, DatabaseConnection};

use crate::error::DatabaseError;

pub(crate) const URL: &str = "database.url";

async fn open(
    options: ConnectOptions,
    subgraph: &str,
    setting: &'static str,
    address: &str,
) -> Result<DatabaseConnection, DatabaseError> {
    sea_orm::Database::connect(options).await.map_err(|source| DatabaseError::Unreachable {
        subgraph: subgraph.to_owned(),
        setting,
        address: address.to_owned(),
        source,
    })
}
