//! Databases on the PostgreSQL server for tests: a template for each subgraph and build, and copies of it.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use platform_config::DatabaseConfig;
use platform_core::{Ids, SystemClock};
use platform_server::SubgraphDefinition;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::OnceCell;

use crate::migrated::migrated;

/// A server on which this user may make databases.
#[derive(Clone)]
pub(crate) struct Server {
    url: String,
}

/// The server that the environment names, when the tests are to run on PostgreSQL.
pub(crate) fn server() -> Option<Server> {
    let kind = std::env::var("SOUK_TEST_DATABASE").unwrap_or_default();
    match kind.as_str() {
        "" | "sqlite" => None,
        "postgres" => {
            let url = std::env::var("SOUK_TEST_POSTGRES_URL");
            Some(Server {
                url: url.expect("SOUK_TEST_POSTGRES_URL names a server for SOUK_TEST_DATABASE=postgres"),
            })
        }
        other => panic!("SOUK_TEST_DATABASE is `{other}`; it may be sqlite or postgres"),
    }
}

impl Server {
    /// One connection to the server's own database.
    async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        sea_orm::Database::connect(options).await.expect("the PostgreSQL server for tests answers")
    }

    /// The URL of another database of the server.
    fn database(&self, name: &str) -> String {
        let (address, query) = match self.url.split_once('?') {
            Some((address, query)) => (address, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        let (scheme, rest) = address.split_once("://").expect("a URL has a scheme");
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}/{name}{query}")
    }
}

/// The databases made for one test; dropping this drops them.
pub(crate) struct Databases {
    server: Server,
    /// Begins their names; the subgraphs' names end them.
    prefix: String,
    names: Vec<String>,
}

impl Databases {
    pub(crate) fn new(server: Server) -> Self {
        let id = Ids::new(Arc::new(SystemClock)).next_uuid().simple().to_string();
        Self { server, prefix: format!("souk_test_{id}"), names: Vec::new() }
    }

    /// With a placeholder for the subgraph: each database is one subgraph's alone, so no schema is made in it.
    pub(crate) fn url(&self) -> String {
        self.server.database(&format!("{}_{{subgraph}}", self.prefix))
    }

    pub(crate) async fn create<D: SubgraphDefinition>(&mut self, config: &DatabaseConfig) {
        let template = template::<D>(&self.server, config).await;
        let name = format!("{}_{}", self.prefix, D::NAME);
        let connection = self.server.connect().await;
        let sql = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        connection.execute_unprepared(&sql).await.expect("a database can be made");
        close(connection).await;
        self.names.push(name);
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        let (server, names) = (self.server.clone(), std::mem::take(&mut self.names));
        // The test's own runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let connection = server.connect().await;
                for name in names {
                    let sql = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
                    connection.execute_unprepared(&sql).await.map_err(std::io::Error::other)?;
                }
                Ok::<_, std::io::Error>(())
            })
        });
        drop(dropping.join());
    }
}

type Templates = HashMap<&'static str, Arc<OnceCell<String>>>;

/// The name of the template, migrated by whoever needs it first.
async fn template<D: SubgraphDefinition>(server: &Server, config: &DatabaseConfig) -> String {
    static TEMPLATES: OnceLock<Mutex<Templates>> = OnceLock::new();
    let template = {
        let mut templates =
            TEMPLATES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        templates.entry(D::NAME).or_default().clone()
    };
    template.get_or_init(|| make_template::<D>(server, config)).await.clone()
}

/// A template belongs to one build of one test binary, since migrations may differ between builds.
async fn make_template<D: SubgraphDefinition>(server: &Server, config: &DatabaseConfig) -> String {
    let (binary, build) = this_build();
    let family = format!("souk_tpl_{binary:08x}_{}_", D::NAME);
    let name = format!("{family}{build:x}");
    let connection = server.connect().await;
    // Ends with the connection. Two runs of one binary wait for each other.
    let lock = i64::from_ne_bytes(hash(&family).to_ne_bytes());
    connection
        .execute_unprepared(&format!("SELECT pg_advisory_lock({lock})"))
        .await
        .expect("a lock can be had");
    if !exists(&connection, &name).await {
        for old in like(&connection, &family).await {
            let sql = format!("DROP DATABASE IF EXISTS \"{old}\" WITH (FORCE)");
            connection.execute_unprepared(&sql).await.expect("an old template can be dropped");
        }
        let draft = format!("{family}new");
        connection
            .execute_unprepared(&format!("CREATE DATABASE \"{draft}\""))
            .await
            .expect("a database can be made");
        let url = server.database(&draft).replace(&format!("_{}_new", D::NAME), "_{subgraph}_new");
        migrated::<D>(&DatabaseConfig { url, ..config.clone() }, std::path::Path::new(".")).await;
        let rename = format!("ALTER DATABASE \"{draft}\" RENAME TO \"{name}\"");
        connection.execute_unprepared(&rename).await.expect("the template can be renamed");
    }
    close(connection).await;
    name
}

async fn exists(connection: &DatabaseConnection, name: &str) -> bool {
    like(connection, name).await.iter().any(|found| found == name)
}

async fn like(connection: &DatabaseConnection, prefix: &str) -> Vec<String> {
    let sql = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
    let query = Statement::from_sql_and_values(connection.get_database_backend(), sql, [prefix.into()]);
    let rows = connection.query_all_raw(query).await.expect("databases can be listed");
    rows.iter().filter_map(|row| row.try_get("", "datname").ok()).collect()
}

async fn close(connection: DatabaseConnection) {
    connection.close().await.expect("the connection closes");
}

/// A number for this test binary, and one for this build of it.
fn this_build() -> (u32, u64) {
    let path = std::env::current_exe().expect("a test has a binary");
    let modified = path.metadata().and_then(|metadata| metadata.modified()).expect("the binary has a time");
    let age = modified.duration_since(UNIX_EPOCH).expect("binaries are younger than Unix");
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let stem = stem.rsplit_once('-').map_or(stem.as_str(), |(stem, _)| stem);
    let binary = u32::try_from(hash(stem) >> 32).unwrap_or_default();
    (binary, hash(&(age.as_secs(), age.subsec_nanos())))
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
