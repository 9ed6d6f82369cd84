//! PostgreSQL: connections to the primary, and to a replica where there is one.

use std::time::Duration;

use platform_config::{DatabaseConfig, without_secrets};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{ConnectOptions, DatabaseConnection};

use super::URL;
use super::read_only::ReadOnly;
use crate::error::DatabaseError;

/// A connection that rested longer is tried before it is used: its server may have hung up.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

const REPLICA_URL: &str = "database.replica_url";
/// How long a replica may take to give a connection: the primary can do without it.
const REPLICA_PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Connections {
    pub primary: DatabaseConnection,
    pub replica: Option<DatabaseConnection>,
}

/// `schema`: in which the tables are, of a database that is shared.
pub(crate) async fn open(
    config: &DatabaseConfig,
    url: &str,
    subgraph: &str,
    schema: Option<&str>,
) -> Result<Connections, DatabaseError> {
    let connect = async |setting: &'static str, url: &str, writes: bool| {
        // The driver's own message would show it whole.
        if url.parse::<PgConnectOptions>().is_err() {
            return Err(DatabaseError::InvalidUrl { setting, url: without_secrets(url) });
        }
        let mut options = ConnectOptions::new(url);
        let patience = Duration::from_millis(config.acquire_timeout_ms);
        let patience = if writes { patience } else { patience.min(REPLICA_PATIENCE) };
        options
            .max_connections(config.max_connections.get())
            .acquire_timeout(patience)
            .connect_timeout(patience)
            .statement_timeout(Duration::from_millis(config.statement_timeout_ms))
            .test_before_acquire_if_idle_for(TRUSTED_FOR)
            .set_application_name(format!("souk-{subgraph}"))
            .sqlx_logging(false);
        if let Some(schema) = schema.map(str::to_owned) {
            // Said with the connection: sea-orm would say it in the hook that is taken below.
            options.map_sqlx_postgres_opts(move |options| options.options([("search_path", &schema)]));
        }
        if writes {
            let used = ReadOnly::default();
            let opened = used.clone();
            options
                .map_sqlx_postgres_pool_opts(move |pool| {
                    let opened = opened.clone();
                    pool.after_connect(move |connection, _| {
                        let opened = opened.clone();
                        Box::pin(async move { opened.opened(connection).await })
                    })
                })
                .map_sqlx_postgres_before_acquire(move |connection, about| {
                    let used = used.clone();
                    Box::pin(async move { used.is_usable(connection, about).await })
                });
        }
        super::open(options, subgraph, setting, &without_secrets(url)).await
    };
    let primary = connect(URL, url, true).await?;
    let replica = match config.replica_url.as_str() {
        "" => None,
        replica => Some(connect(REPLICA_URL, &replica.replace("{subgraph}", subgraph), false).await?),
    };
    Ok(Connections { primary, replica })
}
