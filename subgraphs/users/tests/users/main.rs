//! The users subgraph through its server: every test has an own migrated database, on SQLite or PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod access_rules;
mod access_tokens;
mod accounts;
mod addresses;
mod audit;
mod barred;
mod demo;
mod demo_rights;
mod entities;
mod fields;
mod identity;
mod login;
mod mail_limits;
mod migration;
mod notifications;
mod order_mails;
mod partners;
mod passwords;
mod queries;
mod refresh;
mod registration;
mod revocations;
mod roles;
mod secrets;
mod smtp;
mod standing;
mod support;
mod texts;
mod throttling;
mod vat_ids;

platform_testkit::subgraph_tests!(users::UsersSubgraph);
