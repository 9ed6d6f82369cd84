//! The one configuration document of an installation.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use platform_config::{
    AuthConfig, CacheConfig, ConfigError, DatabaseConfig, EventsConfig, JobsConfig, MailConfig,
    TelemetryConfig,
};
use platform_server::{PlatformConfig, ServerConfig};
use router_gateway::GatewayConfig;
use router_gateway::config::JwtConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::subgraphs;

/// Everything that can be set. An empty document is a working one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SoukConfig {
    /// Where embedded databases, keys, media and the search index live.
    pub data_dir: PathBuf,
    /// Fill empty databases with demo data at the start. Refused unless the gateway listens on loopback.
    pub demo: bool,
    /// Where each subgraph listens when it is served apart, by name.
    pub listen: BTreeMap<String, SocketAddr>,
    /// Base URL of subgraphs that other processes serve, by name. Default: the port of `listen` on this machine.
    pub peers: BTreeMap<String, String>,
    pub gateway: GatewayConfig,
    pub database: DatabaseConfig,
    pub events: EventsConfig,
    pub jobs: JobsConfig,
    pub cache: CacheConfig,
    pub auth: AuthConfig,
    pub mail: MailConfig,
    pub telemetry: TelemetryConfig,
    pub server: ServerConfig,
}

impl Default for SoukConfig {
    fn default() -> Self {
        let port = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listen = (4001..).zip(subgraphs::NAMES).map(|(n, name)| (name.to_owned(), port(n))).collect();
        Self {
            data_dir: PathBuf::from("souk-data"),
            demo: true,
            listen,
            peers: BTreeMap::new(),
            gateway: GatewayConfig::default(),
            database: DatabaseConfig::default(),
            events: EventsConfig::default(),
            jobs: JobsConfig::default(),
            cache: CacheConfig::default(),
            auth: AuthConfig::default(),
            mail: MailConfig::default(),
            telemetry: TelemetryConfig::default(),
            server: ServerConfig::default(),
        }
    }
}

/// Read when no file is named.
const DEFAULT_FILE: &str = "souk.toml";

impl SoukConfig {
    /// Reads `file`, or souk.toml where it exists, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        platform_config::load(Self::file(file))
    }

    /// The file that is read: the one that was named, or souk.toml where it exists.
    pub fn file(named: Option<&Path>) -> Option<&Path> {
        let default = Path::new(DEFAULT_FILE);
        named.or_else(|| default.is_file().then_some(default))
    }

    /// What the subgraphs of this process get. `hosted` are theirs; the others are found at their addresses.
    pub fn platform(&self, hosted: &[&str]) -> PlatformConfig {
        let mut peers = self.peers.clone();
        for (name, address) in &self.listen {
            if !hosted.contains(&name.as_str()) {
                peers.entry(name.clone()).or_insert_with(|| format!("http://{address}"));
            }
        }
        PlatformConfig {
            database: self.database.clone(),
            events: self.events.clone(),
            jobs: self.jobs.clone(),
            cache: self.cache.clone(),
            auth: self.auth.clone(),
            mail: self.mail(),
            telemetry: self.telemetry.clone(),
            server: self.server.clone(),
            peers,
        }
    }

    /// How mails leave: to files where the shop is a demo and nothing else is set.
    fn mail(&self) -> MailConfig {
        let mut mail = self.mail.clone();
        if self.demo && mail.url.is_empty() {
            "folder".clone_into(&mut mail.url);
        }
        mail
    }

    /// The gateway's section, set to believe the tokens that users issues.
    pub fn gateway(&self) -> GatewayConfig {
        let mut gateway = self.gateway.clone();
        gateway.jwt.get_or_insert_with(|| JwtConfig {
            issuer: self.auth.issuer.clone(),
            audience: self.auth.audience.clone(),
            ..JwtConfig::default()
        });
        gateway
    }

    /// Where the subgraph `name` listens when it is served apart.
    pub fn address(&self, name: &str) -> Result<SocketAddr> {
        self.listen.get(name).copied().with_context(|| format!("listen.{name} is not set"))
    }

    /// Whether the databases live in the data folder, and are migrated at the start.
    pub fn is_embedded(&self) -> bool {
        self.database.url.is_empty() || self.database.url.starts_with("sqlite:")
    }

    /// Demo data has known passwords: nobody else may reach it.
    pub fn check_demo(&self) -> Result<()> {
        anyhow::ensure!(
            !self.demo || self.gateway.listen.ip().is_loopback(),
            "demo data is for this machine alone, but gateway.listen is {}; set demo = false",
            self.gateway.listen
        );
        Ok(())
    }

    /// Whoever registers or has forgotten a password gets a code by mail. Says how mails leave.
    pub fn check_mail(&self) -> Result<String> {
        let mail = self.mail();
        anyhow::ensure!(
            !mail.url.is_empty(),
            "mails have nowhere to go, so nobody could register or choose a new password; set mail.url to a mail server, or to `folder` to have them written to files"
        );
        Ok(if mail.url == "folder" { "written to a folder" } else { "sent by SMTP" }.to_owned())
    }

    /// Whether the data folder is there or can be made; says which it is. Leaves nothing behind.
    pub fn check_data_dir(&self) -> Result<String> {
        let path = &self.data_dir;
        let mut present = path.clone();
        while !present.exists() {
            present = match present.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            };
        }
        anyhow::ensure!(
            present.is_dir(),
            "the data folder {} cannot be made: {} is not a folder; set data_dir",
            path.display(),
            present.display()
        );
        let probe = present.join(format!(".souk-probe-{}", std::process::id()));
        let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
        written.with_context(|| {
            let (path, present) = (path.display(), present.display());
            format!("the data folder {path} cannot be used: {present} cannot be written; check its rights, or set data_dir")
        })?;
        Ok(match present == *path {
            true => path.display().to_string(),
            false => format!("{} will be made at the first start", path.display()),
        })
    }
}
