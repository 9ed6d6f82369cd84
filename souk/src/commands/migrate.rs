//! `souk migrate`: brings every database up to date, under a lock.

use anyhow::Result;

use crate::config::SoukConfig;
use crate::{output, subgraphs};

pub async fn run(config: &SoukConfig) -> Result<()> {
    let bar = output::progress(1, "migrating");
    let applied = subgraphs::builder(config, &subgraphs::NAMES)?.migrate().await?;
    bar.finish_and_clear();
    for (name, count) in applied {
        let text = match count {
            0 => format!("{name}: up to date"),
            1 => format!("{name}: 1 migration applied"),
            n => format!("{name}: {n} migrations applied"),
        };
        output::line(&text);
    }
    Ok(())
}
