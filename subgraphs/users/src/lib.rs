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
pub mod demo;
mod demo_ids;
mod feeds;
mod housekeeping;
mod internal;
mod login;
mod mail;
mod mailer;
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
mod store;
mod token;
mod vat;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use platform_config::{AuthConfig, MailConfig};
use platform_core::SystemClock;
use platform_database::{Database, Migrations};
use platform_events::Consumer;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition};

use crate::app::App;
pub use crate::app::AppError;
use crate::password::Hasher;
pub use crate::token::KeyringError;
use crate::token::{Keyring, check_encryption};

/// What is wrong with how mails leave, before anything is opened; a start refuses by the same.
pub fn check_mail(config: &MailConfig) -> Result<(), AppError> {
    mailer::mailer(config, PathBuf::new())?;
    Ok(())
}

/// What is wrong with how accounts are guarded, before anything is opened; a start refuses by the same.
pub fn check_auth(config: &AuthConfig) -> Result<(), AppError> {
    Hasher::new(config)?;
    check_encryption(config)?;
    Ok(())
}

/// Whether the key that signs tokens can be read, if there is one yet; a start refuses by the same.
pub async fn check_signing_key(database: &Database, config: &AuthConfig) -> Result<(), KeyringError> {
    Keyring::new(database.clone(), Arc::new(SystemClock), config)?.check().await
}

/// The definition of the subgraph.
pub struct UsersSubgraph;

#[async_trait]
impl SubgraphDefinition for UsersSubgraph {
    const NAME: &'static str = "users";
    const SCHEMA: &'static str = include_str!("../schema.graphql");
    const PORT: u16 = 4001;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/.well-known/"];
    // Both have the user's id: who may see the user gets that.
    const NODES: &'static [&'static str] = &["User", "PublicProfile"];
    const MIGRATIONS: fn() -> Migrations = users_migrations::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let app = App::new(platform)?;
        app.keyring().seal().await?;
        // A damaged or unreachable key shows at the start, not at the first login.
        app.keyring().signing_key().await?;
        demo::close(&app).await?;
        Ok(Subgraph::new(schema::composed(&app))
            .internal(schema::internal(&app))
            .consumers([Arc::new(notification::consumer(&app)) as Arc<dyn Consumer>])
            .jobs(housekeeping::jobs(&app))
            .routes(token::routes(app.keyring().clone())))
    }
}
