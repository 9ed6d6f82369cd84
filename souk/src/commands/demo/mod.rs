//! Demo data: users of each role, several vendors' offers, and orders in every state.

mod orders;

use std::sync::Arc;

use anyhow::{Context, Result};
use catalog::demo::ids::VENDORS;
use platform_server::{BuildError, Host, Hosted};
use users::demo::{LOGINS, PARTNER_KEY, PASSWORD};

use crate::config::SoukConfig;
use crate::{output, subgraphs};

/// `souk seed`: adds the demo data that is missing, whatever else there is.
pub async fn run(config: &SoukConfig) -> Result<()> {
    config.check_demo()?;
    let mut host = subgraphs::builder(config, &subgraphs::NAMES)?.build().await?;
    host.start_workers();
    let seeded = seed(&host).await;
    host.stop().await;
    seeded?;
    output::line(&logins());
    Ok(())
}

/// Makes what is missing; the work of a moment where nothing is. The host's workers run.
pub async fn seed(host: &Host) -> Result<()> {
    let users = hosted(host, "users")?.platform();
    users::demo::seed(users, &VENDORS).await.map_err(built)?;
    let bar = Arc::new(output::progress(1, "demo products"));
    let shown = bar.clone();
    let progress = move |done: u64, total: u64| {
        shown.set_length(total);
        shown.set_position(done);
    };
    let made = catalog::demo::seed(hosted(host, "catalog")?.platform(), &progress).await;
    bar.finish_and_clear();
    if made? > 0 {
        orders::place(host).await?;
    }
    Ok(())
}

fn hosted<'h>(host: &'h Host, name: &str) -> Result<&'h Hosted> {
    host.subgraph(name).with_context(|| format!("{name} is not served by this process"))
}

fn built(error: BuildError) -> anyhow::Error {
    anyhow::Error::from_boxed(error.0)
}

/// Who can log in, for people to read.
pub fn logins() -> String {
    let mut text = format!("\nDemo logins, password {PASSWORD}:\n");
    for login in LOGINS {
        text.push_str(&format!("  {:<8} {:<28} {}\n", login.role, login.email, login.name));
    }
    text.push_str(&format!("  partner  header X-API-Key: {PARTNER_KEY}\n"));
    text
}
