//! `souk events`: every event, when it is published, and who consumes it, as the table of docs/events.

use anyhow::Result;
use contracts::Contract;
use platform_server::Host;

use crate::config::SoukConfig;
use crate::{data_folder, host, output, subgraphs};

/// The subgraphs are built to ask them what they consume; nothing of them is started.
pub async fn run(config: &SoukConfig) -> Result<()> {
    data_folder::open(config)?;
    let host = host::builder(config, &subgraphs::names())?.build().await?;
    output::line("| topic | event | key | when | consumers |\n|---|---|---|---|---|");
    for contract in contracts::contracts() {
        let Contract { topic, kind, key, .. } = contract;
        let key = key.trim_end_matches("_id");
        let when = contract.description();
        let consumers = consumers(&host, topic, kind).join(", ");
        output::line(&format!("| {topic} | `{kind}` | {key} | {when} | {consumers} |"));
    }
    host.stop().await;
    Ok(())
}

/// The names of those that an event is delivered to, in code marks.
fn consumers(host: &Host, topic: &str, kind: &str) -> Vec<String> {
    let all = host.subgraphs().iter().flat_map(|hosted| hosted.consumers());
    let hears = all.filter(|consumer| consumer.handles().contains(&(topic, kind)));
    hears.map(|consumer| format!("`{}`", consumer.name())).collect()
}
