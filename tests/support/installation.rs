//! Starting, killing and stopping processes of Souk.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use platform_core::SystemClock;
use platform_identity::{Caller, Identity, InternalKeys};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{Client, PATIENCE, Store, eventually, public_subgraphs, subgraphs, template};

/// How the parts of an installation are spread over processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Everything in one.
    Whole,
    /// The router and each subgraph in one of their own, over HTTP.
    Apart,
}

/// A running process; killed when dropped.
pub struct Process {
    child: Child,
    pub address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// As `kill -9` does it.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// By which the system knows the process.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }

    /// Whether the process has said this.
    pub fn has_said(&self, words: &str) -> bool {
        self.log.lock().unwrap().iter().any(|line| line.contains(words))
    }

    /// What the process has said, line by line.
    pub fn lines(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal by its name, such as `HUP`; says whether the process ends well.
    pub async fn end_by(&mut self, signal: &str) -> bool {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.id().to_string()])
            .status()
            .await
            .unwrap();
        assert!(sent.success());
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("the process ends").unwrap().success()
    }

    /// Waits until the process ends by itself, as at a fail point.
    pub async fn wait(&mut self) {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("the process ends").unwrap();
    }
}

/// Data, configuration and processes.
pub struct Installation {
    pub store: Store,
    pub shape: Shape,
    config: PathBuf,
    ports: BTreeMap<String, u16>,
    pub processes: BTreeMap<String, Process>,
    /// Kept for the tests that come, while this one runs.
    _template: Option<Arc<Store>>,
}

impl Installation {
    /// Starts an installation with demo data.
    pub async fn start(shape: Shape) -> Self {
        let mut installation = Self::prepare(shape, "");
        installation.seed().await;
        installation.start_all(None).await;
        installation
    }

    /// Configured, with nothing running, and on PostgreSQL not migrated. `more` is added to the configuration.
    pub fn prepare(shape: Shape, more: &str) -> Self {
        let store = Store::new();
        let names = subgraphs();
        let parts = names.iter().cloned().chain(["router".to_owned()]);
        let ports: BTreeMap<String, u16> = parts.map(|name| (name, free_port())).collect();
        let public =
            public_subgraphs().into_iter().map(|name| format!("{name} = \"127.0.0.1:{}\"\n", free_port()));
        let public: String = public.collect();
        let mut text = format!("data_dir = {:?}\ndemo_deliveries = false\n", store.data_dir());
        text.push_str(&format!("[gateway]\nlisten = \"127.0.0.1:{}\"\n", ports["router"]));
        text.push_str("[gateway.rate_limit]\nenabled = false\n");
        text.push_str("[auth]\nargon2_memory_kib = 64\nargon2_passes = 1\n[listen]\n");
        for name in &names {
            text.push_str(&format!("{name} = \"127.0.0.1:{}\"\n", ports[name]));
        }
        text.push_str(&format!("[public_listen]\n{public}"));
        match &store.postgres {
            Some(url) => text.push_str(&format!("[database]\nurl = {url:?}\n")),
            None => text.push_str("[database]\nsynchronous = \"normal\"\n"),
        }
        // That the machine is busy with other tests is no fault of the shop.
        text.push_str("acquire_timeout_ms = 30000\n");
        text.push_str(more);
        let config = store.folder.path().join("souk.toml");
        fs::write(&config, text).unwrap();
        Self { store, shape, config, ports, processes: BTreeMap::new(), _template: None }
    }

    /// Runs a command of `souk` to its end; returns whether it succeeded and what it printed.
    pub async fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command(arguments).output().await.unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    }

    pub async fn migrate(&self) {
        let (succeeded, text) = self.run(&["migrate"]).await;
        assert!(succeeded, "souk migrate: {text}");
    }

    /// Fills the store with the demo's data, as `souk migrate` and `souk seed` do.
    pub async fn seed(&mut self) {
        let template = template::seeded().await;
        self.store.become_copy_of(&template);
        self._template = Some(template);
    }

    /// A command of `souk`, to be run as a test needs it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        command.arg("--config").arg(&self.config).args(arguments).kill_on_drop(true);
        // What the environment of the tests sets is no setting of the installation.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SOUK_")) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        // All tests ask from one network.
        for limit in ["PER_NETWORK", "PER_ADDRESS"] {
            command.env(format!("SOUK_MAIL__LIMITS__{limit}"), "1000000");
        }
        command
    }

    /// Starts every process; the one that serves orders with a fail point armed, if any.
    pub async fn start_all(&mut self, fail_point: Option<&str>) {
        match self.shape {
            Shape::Whole => self.start_process("router", &["serve"], fail_point).await,
            Shape::Apart => {
                for name in &subgraphs() {
                    let armed = fail_point.filter(|_| name == "orders");
                    self.start_process(name, &["serve", name], armed).await;
                }
                self.start_process("router", &["serve", "router"], None).await;
            }
        }
    }

    /// Starts one process and waits until it says that it is live.
    pub async fn start_process(&mut self, name: &str, arguments: &[&str], fail_point: Option<&str>) {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(fail_point) = fail_point {
            command.env("SOUK_FAILPOINT", fail_point);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let label = name.to_owned();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let said = log.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("[{label}] {line}");
                said.lock().unwrap().push(line);
            }
        });
        let address = format!("http://127.0.0.1:{}", self.ports[name]);
        let live = format!("{address}/health/live");
        let http = reqwest::Client::new();
        eventually(&format!("{name} is live"), || {
            let (has_ended, request) = (child.try_wait().unwrap().is_some(), http.get(&live).send());
            // One that is armed may come to its fail point at once.
            assert!(!has_ended || fail_point.is_some(), "{name} does not start");
            async move {
                let is_live = request.await.is_ok_and(|answer| answer.status().is_success());
                (has_ended || is_live).then_some(())
            }
        })
        .await;
        self.processes.insert(name.to_owned(), Process { child, address, log });
    }

    /// Starts a second process of a subgraph's kind on a port and with a folder of its own, as a replica.
    pub async fn start_replica(&mut self, name: &str) -> String {
        let port = free_port();
        let key = self.store.data_dir().join("keys/internal.pem");
        let folder = self.store.folder.path().join(name);
        let text = fs::read_to_string(&self.config)
            .unwrap()
            .replace(&format!("127.0.0.1:{}", self.ports["router"]), &format!("127.0.0.1:{port}"))
            .replace(&format!("data_dir = {:?}", self.store.data_dir()), &format!("data_dir = {folder:?}"))
            .replace("[auth]\n", &format!("[auth]\ninternal_key_file = {key:?}\n"));
        let config = self.store.folder.path().join(format!("{name}.toml"));
        fs::write(&config, text).unwrap();
        let main = std::mem::replace(&mut self.config, config);
        self.ports.insert(name.to_owned(), port);
        self.start_process(name, &["serve"], None).await;
        self.config = main;
        self.processes[name].address.clone()
    }

    /// Where the process of a part listens for the others.
    pub fn private_address(&self, name: &str) -> String {
        format!("127.0.0.1:{}", self.ports[name])
    }

    pub fn client(&self) -> Client {
        Client::new(&self.processes["router"].address).reading_mails(self.store.data_dir().join("users/mail"))
    }

    /// A subgraph that is a process of its own, spoken to as another process of the installation does for `identity`.
    pub fn at_subgraph_as(&self, name: &str, identity: Identity) -> Option<Client> {
        let address = &self.processes.get(name)?.address;
        let key = self.store.data_dir().join("keys/internal.pem");
        let keys = InternalKeys::load_or_create(&key, Arc::new(SystemClock)).unwrap();
        let token = keys.mint(&Caller::new(identity), name).unwrap();
        Some(Client::new(address).with_token(&token))
    }

    pub fn config_file(&self) -> &PathBuf {
        &self.config
    }

    /// Changes a part of the configuration.
    pub fn reconfigure(&self, old: &str, new: &str) {
        let text = fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(old), "{old} in {text}");
        fs::write(&self.config, text.replacen(old, new, 1)).unwrap();
    }

    /// The address of a subgraph's public routes.
    pub fn public_address(&self, name: &str) -> String {
        let text = fs::read_to_string(&self.config).unwrap();
        let (_, section) = text.split_once("[public_listen]\n").unwrap();
        let line = section.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    }

    /// How a command of `souk` is written, for programs that run it.
    pub fn command_line(&self, arguments: &str) -> String {
        format!("{} --config {} {arguments}", env!("CARGO_BIN_EXE_souk"), self.config.display())
    }
}

/// A port that nobody has at the moment.
/// A port that nobody listens on. Not one that the system would give: it gives those to connections too, before the
/// process that is to listen has started.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed) % 10_000);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}
