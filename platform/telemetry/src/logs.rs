//! The process's log: to standard error, for people or as JSON.

use std::io::IsTerminal;

use platform_config::TelemetryConfig;
use tracing_subscriber::EnvFilter;

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("telemetry.filter `{filter}` is no filter; write for example `warn,souk=info`")]
    Filter {
        filter: String,
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    #[error("the process has a log already")]
    AlreadySet,
}

/// Whether the filter is one.
pub fn check_filter(config: &TelemetryConfig) -> Result<(), LogError> {
    filter(config).map(drop)
}

/// `RUST_LOG` goes before the configured filter.
fn filter(config: &TelemetryConfig) -> Result<EnvFilter, LogError> {
    let text = std::env::var(EnvFilter::DEFAULT_ENV)
        .ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| config.filter.clone());
    EnvFilter::try_new(&text).map_err(|source| LogError::Filter { filter: text, source })
}

/// Sets up the log.
pub fn init_logs(config: &TelemetryConfig) -> Result<(), LogError> {
    let filter = filter(config)?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let set = if config.json {
        builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).try_init()
    };
    set.map_err(|_| LogError::AlreadySet)
}
