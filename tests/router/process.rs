//! A router's process, and what it says.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::support::{PATIENCE, eventually};

pub struct Router {
    child: Child,
    http: reqwest::Client,
    url: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Router {
    /// Starts `souk router` on a free port, in `folder`, and waits until it serves.
    pub async fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::configured(folder, "", arguments).await
    }

    /// The same with some settings of the gateway.
    pub async fn configured(folder: &Path, gateway: &str, arguments: &[&str]) -> Self {
        let config = format!("[gateway]\n{gateway}\n[gateway.rate_limit]\nenabled = false\n");
        std::fs::write(folder.join("souk.toml"), config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        command.current_dir(folder).arg("router").args(["--listen", "127.0.0.1:0"]).args(arguments);
        command.env_remove("RUST_LOG").kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (said, log) = (Arc::default(), Arc::default());
        collect(child.stdout.take().unwrap(), &said);
        collect(child.stderr.take().unwrap(), &log);
        let url = eventually("the router serves", || {
            let lines: Vec<String> = said.lock().unwrap().clone();
            async move {
                let (_, url) = lines.iter().find_map(|line| line.split_once(" at "))?;
                Some(url.to_owned())
            }
        })
        .await;
        Self { child, http: reqwest::Client::new(), url, log }
    }

    /// Host and port.
    pub fn address(&self) -> String {
        let (_, rest) = self.url.split_once("://").unwrap();
        rest.split('/').next().unwrap().to_owned()
    }

    /// The response's body; fails the test if there is none.
    pub async fn ask(&self, query: &str) -> Value {
        let request = self.http.post(&self.url).json(&json!({ "query": query })).timeout(PATIENCE);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Asks until the answer is `wanted`.
    pub async fn eventually_answers(&self, query: &str, wanted: &Value) {
        eventually(&format!("{query} is answered by {wanted}"), || async {
            (self.ask(query).await == *wanted).then_some(())
        })
        .await;
    }

    /// Asks until the field is unknown.
    pub async fn eventually_refuses(&self, query: &str) {
        eventually(&format!("{query} is refused"), || async {
            (self.ask(query).await["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED")
                .then_some(())
        })
        .await;
    }

    /// Waits for a line of the log with all of these words; returns how many there are.
    pub async fn eventually_logs(&self, words: &[&str]) -> usize {
        eventually(&format!("the log has {words:?}"), || async {
            let log = self.log.lock().unwrap();
            let found = log.iter().filter(|line| words.iter().all(|word| line.contains(word))).count();
            (found > 0).then_some(found)
        })
        .await
    }

    /// SIGHUP: look for changes at once.
    pub async fn hang_up(&self) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-HUP", &id]).status().await.unwrap();
        assert!(sent.success());
    }
}

fn collect(stream: impl AsyncRead + Unpin + Send + 'static, into: &Arc<Mutex<Vec<String>>>) {
    let into = into.clone();
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            eprintln!("[router] {line}");
            into.lock().unwrap().push(line);
        }
    });
}
