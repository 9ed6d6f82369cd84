//! The one configuration document of an installation.

mod edge;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use platform_config::{
    AuthConfig, CacheConfig, CarrierConfig, ConfigError, DatabaseConfig, EventsConfig, FulfilmentConfig,
    JobsConfig, MailConfig, RefundsConfig, SalesConfig, TelemetryConfig,
};
use platform_database::Database;
use platform_server::{PlatformConfig, ServerConfig};
use router_gateway::config::JwtConfig;
use router_gateway::{GatewayConfig, check_names};
use router_schema::names::unknown;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::folder;
use crate::market::MarketConfig;
use crate::subgraphs::{self, PUBLIC_OFFSET};
use crate::supergraph;

pub use edge::EdgeConfig;

/// Everything that can be set. An empty document is a working one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SoukConfig {
    /// Where embedded databases, keys, media and the search index live.
    pub data_dir: PathBuf,
    /// Fill empty databases with demo data at the start, with users, keys and a payment gateway for trying things
    /// out. Refused unless everything listens on loopback, and where a database holds anything that is not a demo's:
    /// users has to be empty or have the first demo user, who is made before anything else; the others have to be
    /// empty or the catalogue to have the first demo product. Where it is off, the users and keys of a demo that was
    /// here before cannot be used, and what they gave to others is not in force until `souk demo-rights` keeps it.
    pub demo: bool,
    /// Whether vans drive through the demo's city and bring what is ordered there, as long as one process serves the whole
    /// demo.
    pub demo_deliveries: bool,
    /// Let orders be paid through the sandbox gateway although the demo is off. It moves no money: whoever can order
    /// gets goods for nothing.
    pub sandbox_gateway: bool,
    /// Where each subgraph listens when it is served apart, by name: for the router and the other subgraphs alone.
    pub listen: BTreeMap<String, SocketAddr>,
    /// Where each subgraph that is served apart has the routes that the router passes on to anybody (webhooks,
    /// pictures, key sets), by name: nothing else is served there.
    pub public_listen: BTreeMap<String, SocketAddr>,
    /// Base URL of subgraphs that other processes serve, by name. Default: the port of `listen` on this machine.
    pub peers: BTreeMap<String, String>,
    /// Base URL of the routes that the router passes on, of subgraphs that other processes serve, by name. Default:
    /// the port of `public_listen` on this machine.
    pub public_peers: BTreeMap<String, String>,
    pub gateway: EdgeConfig,
    pub market: SalesConfig,
    pub fulfilment: FulfilmentConfig,
    pub refunds: RefundsConfig,
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
        let listen = subgraphs::ALL.iter().map(|each| (each.name.to_owned(), port(each.port)));
        let public = subgraphs::ALL.iter().filter(|each| each.is_public());
        let public = public.map(|each| (each.name.to_owned(), port(each.port + PUBLIC_OFFSET)));
        Self {
            data_dir: PathBuf::from("souk-data"),
            demo: true,
            demo_deliveries: true,
            sandbox_gateway: false,
            listen: listen.collect(),
            public_listen: public.collect(),
            peers: BTreeMap::new(),
            public_peers: BTreeMap::new(),
            gateway: EdgeConfig::default(),
            market: SalesConfig::default(),
            fulfilment: FulfilmentConfig::default(),
            refunds: RefundsConfig::default(),
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

    /// The file that is read: the one that was named, or souk.toml where there is anything of that name. One that cannot
    /// be read is not taken for none: the defaults would make a demo of whatever is there.
    pub fn file(named: Option<&Path>) -> Option<&Path> {
        let default = Path::new(DEFAULT_FILE);
        named.or_else(|| is_there(default).then_some(default))
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
            demo: self.demo,
            sandbox_gateway: self.demo || self.sandbox_gateway,
            database: self.database.clone(),
            events: self.events.clone(),
            jobs: self.jobs.clone(),
            cache: self.cache.clone(),
            auth: self.auth.clone(),
            market: self.market.clone(),
            fulfilment: self.fulfilment(),
            refunds: self.refunds.clone(),
            mail: self.mail(),
            telemetry: self.telemetry.clone(),
            server: self.server.clone(),
            peers,
        }
    }

    /// What becomes of orders: the demo's deliveries are followed on the page of this machine, and the sandbox's carrier is
    /// there.
    pub fn fulfilment(&self) -> FulfilmentConfig {
        let mut fulfilment = self.fulfilment.clone();
        if self.demo && fulfilment.tracking_url.is_empty() {
            fulfilment.tracking_url = format!("http://{}/track/", self.gateway.router.listen);
        }
        let is_sandbox = |carrier: &CarrierConfig| carrier.name == logistics::SANDBOX_CARRIER;
        if self.demo && !fulfilment.carriers.iter().any(is_sandbox) {
            fulfilment.sandbox_carrier = true;
            fulfilment.carriers.push(CarrierConfig {
                name: logistics::SANDBOX_CARRIER.to_owned(),
                url: format!("http://{}/logistics/sandbox-carrier", self.gateway.router.listen),
                token_file: String::new(),
                webhook_secret_file: String::new(),
            });
        }
        fulfilment
    }

    /// How mails leave: to files where the shop is a demo and nothing else is set.
    fn mail(&self) -> MailConfig {
        let mut mail = self.mail.clone();
        if self.demo && mail.url.is_empty() {
            "folder".clone_into(&mut mail.url);
        }
        mail
    }

    /// The router's part of the gateway's section, with what depends on other settings.
    pub fn exposed_gateway(&self) -> GatewayConfig {
        let mut gateway = self.gateway.router.clone();
        let is_trial = self.demo && gateway.listen.ip().is_loopback();
        gateway.graphiql.get_or_insert(is_trial);
        gateway.introspection.get_or_insert(is_trial);
        gateway
    }

    /// The router's part of the gateway's section, set to believe the tokens that users issues, and to count the guesses
    /// that the shop's own fields answer.
    pub fn gateway(&self) -> GatewayConfig {
        let mut gateway = self.exposed_gateway();
        for field in subgraphs::ALL.iter().flat_map(|subgraph| subgraph.guessable) {
            if !gateway.rate_limit.counted_fields.iter().any(|counted| counted == field) {
                gateway.rate_limit.counted_fields.push((*field).to_owned());
            }
        }
        gateway.jwt.get_or_insert_with(|| JwtConfig {
            issuer: self.auth.issuer.clone(),
            audience: self.auth.audience.clone(),
            ..JwtConfig::default()
        });
        gateway
    }

    /// How requests say their market, set to the countries that are sold to.
    pub fn request_market(&self) -> MarketConfig {
        let mut market = self.gateway.market.clone();
        if market.countries.is_empty() {
            market.countries = self.market.countries.iter().map(ToString::to_string).collect();
        }
        market
    }

    /// Where the subgraph `name` listens when it is served apart.
    pub fn address(&self, name: &str) -> Result<SocketAddr> {
        self.listen.get(name).copied().with_context(|| format!("listen.{name} is not set"))
    }

    /// Where the subgraph `name` has its public routes when it is served apart.
    pub fn public_address(&self, name: &str) -> Result<SocketAddr> {
        self.public_listen.get(name).copied().with_context(|| format!("public_listen.{name} is not set"))
    }

    /// Where another process has the public routes of the subgraph `name`.
    pub fn public_url(&self, name: &str) -> Option<String> {
        let listen = || self.public_listen.get(name).map(|address| format!("http://{address}"));
        self.public_peers.get(name).cloned().or_else(listen)
    }

    /// Whether the databases live in the data folder, and are migrated at the start.
    pub fn is_embedded(&self) -> bool {
        self.database.url.is_empty() || self.database.url.starts_with("sqlite:")
    }

    /// Whether the database of the subgraph `name` is there, as far as that can be told before it is opened.
    pub fn has_database(&self, name: &str) -> bool {
        let file = Database::sqlite_file(&self.database, &self.data_dir, name);
        // Whoever may not look there is told so by what opens it.
        file.is_none_or(|file| file.try_exists().unwrap_or(true))
    }

    /// Refuses a data folder without a shop, for commands that only work on one: such a folder would be made.
    pub fn check_shop(&self, names: &[&str]) -> Result<()> {
        anyhow::ensure!(
            names.iter().any(|name| self.has_database(name)),
            "there is no shop in {}: it has no database of {}; set data_dir to the folder of the shop",
            self.data_dir.display(),
            names.join(" or ")
        );
        Ok(())
    }

    /// Demo data has known passwords: nobody else may reach it.
    pub fn check_demo(&self) -> Result<()> {
        let named = |(setting, listen): (&str, &BTreeMap<String, SocketAddr>)| {
            let each = listen.iter().map(|(name, address)| (format!("{setting}.{name}"), *address));
            each.collect::<Vec<_>>()
        };
        let apart = [("listen", &self.listen), ("public_listen", &self.public_listen)];
        let gateway = ("gateway.listen".to_owned(), self.gateway.router.listen);
        for (setting, address) in std::iter::once(gateway).chain(apart.into_iter().flat_map(named)) {
            anyhow::ensure!(
                !self.demo || address.ip().is_loopback(),
                "demo data is for this machine alone, but {setting} is {address}; set demo = false"
            );
        }
        Ok(())
    }

    /// Whether settings that name subgraphs, fields and the like name some that are there.
    pub fn check_names(&self) -> Result<()> {
        let all = subgraphs::names();
        let public = subgraphs::ALL.iter().filter(|subgraph| subgraph.is_public());
        let public: Vec<&str> = public.map(|subgraph| subgraph.name).collect();
        let (any, routed) = ("subgraph", "subgraph with routes that the router passes on");
        for (setting, given, known, what) in [
            ("listen", names(&self.listen), &all, any),
            ("peers", names(&self.peers), &all, any),
            ("public_listen", names(&self.public_listen), &public, routed),
            ("public_peers", names(&self.public_peers), &public, routed),
        ] {
            if let Some(wrong) = given.into_iter().find(|name| !known.contains(name)) {
                anyhow::bail!(unknown(setting, wrong, what, known.iter().copied()));
            }
        }
        check_names(&self.gateway(), supergraph::SUPERGRAPH, Some(&subgraphs::ERROR_EXTENSIONS))?;
        Ok(())
    }

    /// What the operator must know where goods can be had for nothing.
    pub fn sandbox_warning(&self) -> Option<&'static str> {
        (self.sandbox_gateway && !self.demo).then_some(
            "sandbox_gateway is on: orders can be paid through a gateway that moves no money; \
             set it to false where goods are real",
        )
    }

    /// Whoever registers or has forgotten a password gets a code by mail. Says how mails leave.
    pub fn check_mail(&self) -> Result<String> {
        let mail = self.mail();
        anyhow::ensure!(
            !mail.url.is_empty(),
            "mails have nowhere to go, so nobody could register or choose a new password; set mail.url to a mail server, or to `folder` to have them written to files"
        );
        users::check_mail(&mail)?;
        if mail.url != "folder" {
            return Ok("sent by SMTP".to_owned());
        }
        // What stands in the data folder is looked at with that.
        if !mail.folder.is_empty() {
            folder::check(Path::new(&mail.folder), "folder for mails", "mail.folder")?;
        }
        Ok("written to a folder".to_owned())
    }

    /// Whether the data folder is there or can be made; says which it is. Leaves nothing behind.
    pub fn check_data_dir(&self) -> Result<String> {
        folder::check(&self.data_dir, "data folder", "data_dir")
    }
}

/// Whether there is anything of this name, if only a link that leads nowhere, or something in a folder that may not be
/// looked into.
fn is_there(path: &Path) -> bool {
    !std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn names<T>(named: &BTreeMap<String, T>) -> Vec<&str> {
    named.keys().map(String::as_str).collect()
}
