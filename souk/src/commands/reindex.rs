//! `souk reindex`: builds the search index anew, while no process serves the catalogue from the data folder. One that
//! does rebuilds it by the mutation `reindexSearch`, beside the old index.

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::config::SoukConfig;
use crate::{data_folder, host, output};

pub async fn run(config: &SoukConfig) -> Result<()> {
    config.check_shop(&["catalog"])?;
    let _claim = data_folder::claim(config, &["catalog"])?;
    let host = host::builder(config, &["catalog"])?.build().await?;
    let hosted = host.subgraph("catalog").context("catalog is not hosted")?;
    let bar = Arc::new(output::progress(0, "indexing products"));
    let shown = bar.clone();
    let progress = move |done: u64, total: u64| {
        shown.set_length(total);
        shown.set_position(done);
    };
    let indexed = catalog::reindex(hosted.platform(), &progress).await;
    bar.finish_and_clear();
    host.stop().await;
    output::line(&format!("{} products indexed", indexed?));
    Ok(())
}
