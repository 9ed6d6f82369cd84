//! The users subgraph: registration, accounts and profiles, sessions and tokens, roles, address books, partners and their keys,
//! inboxes, and the audit trail.
//!
//! Invariants: passwords, tokens and keys are stored by hash alone; emails, addresses and secrets stand in no log, no
//! event and no audit entry; whoever's rights or session end is named in the revocations in the same transaction.

mod account;
mod address;
pub mod admin;
mod app;
mod audit;
mod connection;
pub mod demo;
mod housekeeping;
mod internal;
mod mail;
mod notification;
mod partner;
mod password;
mod recovery;
mod registration;
mod revocation;
mod role;
mod schema;
mod secret;
mod session;
mod token;
mod vat;

use std::sync::Arc;

use platform_events::Consumer;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;

/// The definition of the subgraph.
pub struct UsersSubgraph;

impl SubgraphDefinition for UsersSubgraph {
    const NAME: &'static str = "users";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4001;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/.well-known/"];
    type Migrator = users_migrations::Migrator;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform)?;
        // A damaged or unreachable key shows at the start, not at the first login.
        app.keyring().signing_key().await?;
        demo::close(&app).await?;
        Ok(Subgraph::new(schema::composed(&app), schema::internal(&app))
            .consumers([Arc::new(notification::consumer(&app)) as Arc<dyn Consumer>])
            .jobs(housekeeping::jobs(&app))
            .routes(token::routes(app.keyring().clone())))
    }
}
