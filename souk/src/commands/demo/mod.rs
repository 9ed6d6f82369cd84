//! Demo data: users of each role, several vendors' offers, and orders in every state.

mod calls;
pub mod deliveries;
pub mod ground;
mod orders;
mod stories;

use anyhow::{Context, Result};
use catalog::demo::ids::VENDORS;
use indicatif::ProgressBar;
use platform_server::{BuildError, Host, Hosted};
use users::demo::{LOGINS, PARTNER_KEY, PASSWORD};

use crate::config::SoukConfig;
use crate::{data_folder, host, output, subgraphs};

/// `souk seed`: adds the demo data that is missing, in databases that [`ground`] takes for a demo's.
pub async fn run(config: &SoukConfig) -> Result<()> {
    config.check_demo()?;
    anyhow::ensure!(
        config.demo,
        "demo data has known passwords, and demo = false; set demo = true to make it"
    );
    let _claim = data_folder::claim(config, &subgraphs::names())?;
    let mut host = host::builder(config, &subgraphs::names())?.build().await?;
    ground::check(&ground::of(&host)).await?;
    host.start_workers();
    let seeded = seed(&host).await;
    host.stop().await;
    seeded?;
    output::line(&logins());
    Ok(())
}

/// Makes what is missing; the work of a moment where nothing is. The host's workers run, and the databases are for it
/// ([`ground`]).
pub async fn seed(host: &Host) -> Result<()> {
    let users = hosted(host, "users")?.platform();
    let bar = output::progress(1, "demo users");
    let made = users::demo::seed(users, &VENDORS, &shown(&bar)).await.map_err(built);
    report(&bar, made?, "demo users");
    let bar = output::progress(1, "demo products");
    let made = catalog::demo::seed(hosted(host, "catalog")?.platform(), &shown(&bar)).await;
    report(&bar, made?, "demo products");
    let bar = output::progress(1, "demo orders");
    let made = orders::place(host, &shown(&bar)).await;
    report(&bar, made?, "demo orders");
    Ok(())
}

fn shown(bar: &ProgressBar) -> impl Fn(u64, u64) + Send + Sync {
    let bar = bar.clone();
    move |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    }
}

fn report(bar: &ProgressBar, made: u64, what: &str) {
    bar.finish_and_clear();
    if made > 0 {
        output::note(&format!("{made} {what} made in {:.1} s", bar.elapsed().as_secs_f64()));
    }
}

fn hosted<'h>(host: &'h Host, name: &str) -> Result<&'h Hosted> {
    host.subgraph(name).with_context(|| format!("{name} is not served by this process"))
}

fn built(error: BuildError) -> anyhow::Error {
    anyhow::Error::from_boxed(error.0)
}

/// What is to be said of demo users in a folder where the demo is off.
pub fn left_over(users: u64) -> Option<String> {
    (users > 0).then(|| {
        format!(
            "this folder was started with demo data: {users} demo users and the demo key are there and cannot be \
             used, but demo products and orders are; a real shop begins with another data_dir or database"
        )
    })
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
