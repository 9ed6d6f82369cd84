//! The shop under measurement, asked over HTTP.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bench_process::Process;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How long a start may take, with seeding.
const PATIENCE: Duration = Duration::from_secs(180);
/// The demo data's administrator.
const ADMIN: (&str, &str) = ("admin@demo.souk.example", "souk-demo-2026");

const LOGIN: &str = "mutation LogIn($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { tokens { accessToken } } }
}";

/// What one operation took.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    pub time: Duration,
    /// Memory beyond what the process had before, in bytes.
    pub memory: u64,
    /// Of the answer.
    pub bytes: usize,
    pub answer: Value,
}

pub struct Client {
    http: reqwest::Client,
    url: String,
    pub process: Process,
    pub token: Option<String>,
    /// Of a shop that was started here: it ends with this.
    _started: Option<(Child, TempDir)>,
}

impl Client {
    pub fn of(url: &str, pid: u32) -> Self {
        let http = reqwest::Client::new();
        Self { http, url: url.to_owned(), process: Process(pid), token: None, _started: None }
    }

    /// Starts a shop with demo data in a folder of its own.
    pub async fn start(souk: &Path) -> Result<Self> {
        let folder = TempDir::new()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let config = format!(
            "data_dir = {:?}\ndemo_deliveries = false\n[gateway]\nlisten = \"127.0.0.1:{port}\"\n[gateway.rate_limit]\nenabled = false\n",
            folder.path().join("data")
        );
        let (file, log) = (folder.path().join("souk.toml"), folder.path().join("souk.log"));
        std::fs::write(&file, config)?;
        let mut command = Command::new(souk);
        command.arg("--config").arg(&file).arg("serve").stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(std::fs::File::create(&log)?).kill_on_drop(true).spawn()?;
        let pid = child.id().context("Souk runs")?;
        let mut client = Self::of(&format!("http://127.0.0.1:{port}/graphql"), pid);
        let begun = Instant::now();
        while client.ask("{ products(first: 1) { nodes { id } } }", json!({})).await.is_err() {
            if let Some(status) = child.try_wait()? {
                bail!("souk ended with {status}: {}", std::fs::read_to_string(&log)?);
            }
            ensure!(begun.elapsed() < PATIENCE, "souk does not answer: {}", std::fs::read_to_string(&log)?);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        client._started = Some((child, folder));
        Ok(client)
    }

    /// The token of the demo's administrator.
    pub async fn log_in(&self) -> Result<String> {
        let input = json!({ "input": { "email": ADMIN.0, "password": ADMIN.1 } });
        let data = self.ask(LOGIN, input).await?;
        let token = data.pointer("/login/tokens/accessToken").and_then(Value::as_str);
        token.map(str::to_owned).context("the demo's administrator logs in")
    }

    /// The data of an answer without errors.
    pub async fn ask(&self, query: &str, variables: Value) -> Result<Value> {
        self.ask_as(self.token.as_deref(), query, variables).await
    }

    pub async fn ask_as(&self, token: Option<&str>, query: &str, variables: Value) -> Result<Value> {
        let body = json!({ "query": query, "variables": variables });
        let mut answer: Value = serde_json::from_slice(&self.send(token, &body).await?)?;
        ensure!(answer.get("errors").is_none(), "{answer}");
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }

    async fn send(&self, token: Option<&str>, body: &Value) -> Result<bytes::Bytes> {
        let mut request = self.http.post(&self.url).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.body(body.to_string()).send().await?;
        ensure!(
            response.status() != 429,
            "the rate limit must be off: `[gateway.rate_limit] enabled = false`"
        );
        Ok(response.bytes().await?)
    }

    /// Runs one operation, whatever it answers.
    pub async fn measure(&self, body: &Value) -> Result<Measured> {
        self.process.forget_peak()?;
        let before = self.process.resident()?;
        let started = Instant::now();
        let text = self.send(self.token.as_deref(), body).await?;
        let time = started.elapsed();
        let memory = self.process.peak()?.saturating_sub(before);
        Ok(Measured { time, memory, bytes: text.len(), answer: serde_json::from_slice(&text)? })
    }
}
