//! A Souk of its own: data folder, database, configuration, process.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bench_process::Process;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::connection::{Caller, Connection};
use crate::processes::Processes;

/// A server in which a database is made.
pub struct Postgres {
    pub url: String,
    pub postmaster: u32,
}

const DATABASE: &str = "souk_bench";

/// How long a start may take, with seeding.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Installation {
    folder: TempDir,
    souk: PathBuf,
    postgres: Option<Postgres>,
    address: String,
    child: Option<Child>,
}

impl Installation {
    pub fn prepare(souk: PathBuf, postgres: Option<Postgres>) -> Result<Self> {
        let folder = TempDir::new()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        // The demo's vans would be measured too.
        let mut config = format!("data_dir = {:?}\ndemo_deliveries = false\n", folder.path().join("data"));
        config.push_str(&format!("[gateway]\nlisten = {address:?}\n"));
        // All the load comes from one address.
        config.push_str("[gateway.rate_limit]\nenabled = false\n");
        if let Some(server) = &postgres {
            psql(&server.url, &format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))?;
            psql(&server.url, &format!("CREATE DATABASE {DATABASE}"))?;
            let (base, _) = server.url.rsplit_once('/').context("a URL that names a database")?;
            config.push_str(&format!("[database]\nurl = \"{base}/{DATABASE}\"\n"));
        }
        fs::write(folder.path().join("souk.toml"), config)?;
        Ok(Self { folder, souk, postgres, address, child: None })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn processes(&self) -> Result<Processes> {
        let souk = self.child.as_ref().and_then(Child::id).context("Souk runs")?;
        let postmaster = self.postgres.as_ref().map(|server| Process(server.postmaster));
        Ok(Processes { souk: Process(souk), postmaster })
    }

    /// Starts Souk; returns the time until it answered a query on the catalogue.
    pub async fn start(&mut self) -> Result<Duration> {
        let log = fs::File::create(self.folder.path().join("souk.log"))?;
        if self.postgres.is_some() {
            let migrated = self.command(&["migrate"]).output().await?;
            ensure!(migrated.status.success(), "souk migrate: {}", String::from_utf8_lossy(&migrated.stderr));
        }
        let begin = Instant::now();
        let mut child = self.command(&["serve"]).stdout(Stdio::null()).stderr(log).spawn()?;
        while begin.elapsed() < PATIENCE {
            if self.answers().await {
                self.child = Some(child);
                return Ok(begin.elapsed());
            }
            if let Some(status) = child.try_wait()? {
                bail!("souk ended with {status}: {}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("souk does not answer after {PATIENCE:?}: {}", self.log())
    }

    async fn answers(&self) -> bool {
        const QUERY: &str = "{ products(first: 1) { nodes { name } } }";
        let Ok(mut connection) = Connection::open(&self.address).await else { return false };
        connection
            .send(&Caller::Anonymous, QUERY, &serde_json::Value::Null)
            .await
            .is_ok_and(|text| text.contains("\"name\":"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.souk);
        command.arg("--config").arg(self.folder.path().join("souk.toml")).args(arguments);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("souk.log")).unwrap_or_default()
    }

    /// Ends Souk as an operator does, by SIGTERM.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let id = child.id().context("Souk runs")?;
        Command::new("kill").arg(id.to_string()).status().await?;
        tokio::time::timeout(PATIENCE, child.wait()).await.context("Souk stops")??;
        Ok(())
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(server) = &self.postgres {
            drop(psql(&server.url, &format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")));
        }
    }
}

fn psql(server: &str, statement: &str) -> Result<()> {
    let arguments = [server, "-q", "-v", "ON_ERROR_STOP=1", "-c", statement];
    let status = std::process::Command::new("psql").args(arguments).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "psql: {statement}");
    Ok(())
}
