//! `souk migrate`: brings every database up to date, under a lock.

use anyhow::Result;

use crate::config::SoukConfig;
use crate::{data_folder, host, output, subgraphs};

pub async fn run(config: &SoukConfig) -> Result<()> {
    // A server of databases migrates beside processes that run; what is embedded belongs to one process.
    let _claim = match config.is_embedded() {
        true => Some(data_folder::claim(config, &subgraphs::names())?),
        false => None,
    };
    let bar = output::progress(1, "migrating");
    let applied = host::builder(config, &subgraphs::names())?.migrate().await?;
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
