//! Whether demo data may be made in databases: in empty ones, and in those of a demo.
//!
//! The rule: users is a demo's where the first of the demo's users is there, who is made before anything else; the
//! catalogue where the demo's first product is; orders and payments where the catalogue is, for without goods nobody
//! orders or pays. A database that is not a demo's has to be empty. So a seeding that was interrupted goes on, and a demo
//! that people have used stays one, whichever release made it; a shop never becomes one.
//!
//! Asked before anything is written. Deliberately absent: telling apart a shop that an earlier release seeded to the end
//! from a demo in use; the start says of both that demo users are there.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use platform_database::Database;
use platform_server::Host;

/// By subgraph; one that is not made yet is absent.
pub type Databases = BTreeMap<&'static str, Database>;

/// The databases of a process.
pub fn of(host: &Host) -> Databases {
    host.subgraphs().iter().map(|hosted| (hosted.name(), hosted.database().clone())).collect()
}

/// Refuses with what an operator has to do.
pub async fn check(databases: &Databases) -> Result<()> {
    if let Some(users) = databases.get("users") {
        let is_others = !users::demo::is_begun(users).await? && !users::demo::is_empty(users).await?;
        refuse("users", "accounts or partners", is_others)?;
    }
    if let Some(catalog) = databases.get("catalog") {
        if catalog::demo::is_made(catalog).await? {
            return Ok(());
        }
        refuse("catalog", "goods, taxes or warehouses", !catalog::demo::is_empty(catalog).await?)?;
    }
    if let Some(orders) = databases.get("orders") {
        refuse("orders", "orders", !orders::is_empty(orders).await?)?;
    }
    if let Some(payments) = databases.get("payments") {
        refuse("payments", "payments or points", !payments::is_empty(payments).await?)?;
    }
    Ok(())
}

fn refuse(subgraph: &str, what: &str, holds_others: bool) -> Result<()> {
    if holds_others {
        bail!(
            "the database of {subgraph} holds {what} that are not the demo's, and demo data is for empty databases: \
             set demo = false, or another data_dir or database for a demo"
        );
    }
    Ok(())
}
