//! The command line.

mod subgraph_arg;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use subgraph_arg::SubgraphArg;

/// Souk: a federated commerce backend. Without a command it serves the whole shop in one process.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = false)]
pub struct Cli {
    /// The configuration file; without one, souk.toml in this folder if it is there, else the defaults.
    #[arg(long, short, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the shop: everything in this process, or the named parts (`router`, and subgraphs by name).
    Serve(ServeArgs),
    /// Compose the subgraphs' schemas into the supergraph.
    Compose(ComposeArgs),
    /// Show how the router would answer an operation.
    Plan(PlanArgs),
    /// Serve any supergraph in front of HTTP subgraphs, commerce or not.
    Router(RouterArgs),
    /// Bring the databases up to date.
    Migrate,
    /// Fill the databases with demo data.
    Seed,
    /// Build the search index anew. Refused while a process serves the catalogue from this data folder: there, staff
    /// run the mutation reindexSearch instead.
    Reindex,
    /// Look after users.
    #[command(subcommand)]
    User(UserCommand),
    /// Look after sagas: checkouts and cancellations under way.
    #[command(subcommand)]
    Saga(SagaCommand),
    /// Look after events and jobs that were given up after their last attempt.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// List the events, when each is published and who consumes it.
    Events,
    /// Look after what demo accounts gave to others, for a folder where the demo is off now.
    DemoRights {
        #[command(subcommand)]
        command: Option<DemoRightsCommand>,
    },
    /// Check configuration, folders, ports, keys and databases, and say what is wrong: all that would keep
    /// `serve` with the same parts from starting.
    Doctor(ServeArgs),
    /// Print the configuration in force, its JSON Schema or its reference page.
    Config(ConfigArgs),
}

#[derive(Debug, Args, Default)]
pub struct ServeArgs {
    /// The parts to serve; none means all.
    pub parts: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ComposeArgs {
    /// Where the supergraph is written; `-` prints it.
    #[arg(long, short, default_value = "supergraph.graphql")]
    pub output: PathBuf,
    /// Write nothing; fail if the file is not what would be written.
    #[arg(long)]
    pub check: bool,
    /// A subgraph as NAME=FILE, NAME=FILE,URL or NAME=URL, which is asked for its schema; several times.
    /// Without any: Souk's own.
    #[arg(long = "subgraph", value_name = "NAME=FILE[,URL]|URL")]
    pub subgraphs: Vec<SubgraphArg>,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The operation, or a file that holds it.
    pub operation: String,
    /// The supergraph; without it, Souk's own.
    #[arg(long, value_name = "FILE")]
    pub supergraph: Option<PathBuf>,
    /// The operation to plan, of a document with several.
    #[arg(long)]
    pub operation_name: Option<String>,
    /// The variables, as JSON; they decide @skip and @include.
    #[arg(long, default_value = "{}")]
    pub variables: String,
    /// Print the plan as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RouterArgs {
    /// The supergraph. A change of the file is taken over while the router serves.
    #[arg(long, value_name = "FILE", required_unless_present = "subgraphs", conflicts_with = "subgraphs")]
    pub supergraph: Option<PathBuf>,
    /// A subgraph as NAME=URL, which is asked for its schema, or NAME=FILE,URL; several times. The router composes
    /// them itself, and anew when a schema changes.
    #[arg(long = "subgraph", value_name = "NAME=[FILE,]URL")]
    pub subgraphs: Vec<SubgraphArg>,
    /// How often schemas are looked at for changes. Default: every second for a supergraph, every 10 for subgraphs.
    /// SIGHUP looks at once.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub poll: Option<u64>,
    /// Address and port to listen on.
    #[arg(long)]
    pub listen: Option<std::net::SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an administrator. The password is asked twice on a terminal, and read from standard input elsewhere.
    CreateAdmin {
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "Administrator")]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum DemoRightsCommand {
    /// List the accounts, partners and API keys that hold rights which demo accounts gave, and are not decided on.
    List,
    /// Have what they hold count from now on.
    Keep {
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Take it away: roles and vendors of accounts, the keys of partners.
    End {
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum SagaCommand {
    /// List sagas, those that are stuck first.
    List {
        /// Show finished ones too.
        #[arg(long)]
        all: bool,
    },
    /// Run a stuck saga's step again.
    Retry { id: String },
    /// Give a stuck saga up: what can be undone is. Where something can be neither undone nor done it is named, and
    /// nothing happens without --as-it-is.
    Abandon {
        id: String,
        /// End the saga all the same. The order of a checkout that was confirmed stays as it is then, paid or not; the
        /// mutation `abandonOrderSaga` calls it off.
        #[arg(long)]
        as_it_is: bool,
    },
    /// List the places at which SOUK_FAILPOINT can end the process, to rehearse a recovery.
    FailPoints,
}

#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// List them by subgraph, each with its id, what it is, and why it was given up.
    List,
    /// Deliver an event or run a job again, with all attempts.
    Retry { subgraph: String, id: String },
    /// Forget an event or a job: what it should have done stays undone.
    Discard { subgraph: String, id: String },
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print the JSON Schema instead.
    #[arg(long, conflicts_with = "reference")]
    pub schema: bool,
    /// Print the reference page instead: every setting with its default and meaning, as Markdown.
    #[arg(long)]
    pub reference: bool,
}
