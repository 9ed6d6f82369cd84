//! A router under measurement.

use std::path::Path;
use std::process::Stdio;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bench_process::Process;
use hyper::Uri;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// How long Souk may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A router that runs already: `NAME=URL,PID`.
#[derive(Debug, Clone)]
pub struct Contender {
    pub name: String,
    pub url: Uri,
    pub process: Process,
}

impl FromStr for Contender {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, rest) = text.split_once('=').context("NAME=URL,PID is expected")?;
        let (url, pid) = rest.rsplit_once(',').context("NAME=URL,PID is expected")?;
        let url: Uri = url.parse().context("the URL cannot be read")?;
        ensure!(url.scheme_str() == Some("http"), "the URL must begin with http://");
        let process = Process(pid.parse().context("the process id is no number")?);
        Ok(Self { name: name.to_owned(), url, process })
    }
}

/// Starts the Souk of a path before this supergraph, with its files in a folder. It ends with the child that is
/// returned.
pub async fn start_souk(
    souk: &Path,
    batching: &str,
    supergraph: &str,
    folder: &Path,
) -> Result<(Contender, Child)> {
    ensure!(
        souk.is_file(),
        "{} does not exist: build it with `cargo build --release -p souk`",
        souk.display()
    );
    let (config, schema) = (folder.join(format!("{batching}.toml")), folder.join("supergraph.graphql"));
    // All the load comes from one address.
    let limits = "[gateway.rate_limit]\nenabled = false\n";
    std::fs::write(&config, format!("[gateway]\nbatching = {batching:?}\n{limits}"))?;
    std::fs::write(&schema, supergraph)?;
    let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let child = Command::new(souk)
        .args(["router", "--listen", &address.to_string(), "--config"])
        .arg(&config)
        .arg("--supergraph")
        .arg(&schema)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let process = Process(child.id().context("Souk runs")?);
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(address).await.is_err() {
        if Instant::now() > end {
            bail!("Souk does not listen after {PATIENCE:?}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let url = format!("http://{address}/graphql").parse()?;
    Ok((Contender { name: format!("souk, {batching}"), url, process }, child))
}
