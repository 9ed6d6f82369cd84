//! `souk config`: the configuration in force, or the schema of it.

use anyhow::Result;
use schemars::schema_for;

use crate::cli::ConfigArgs;
use crate::config::SoukConfig;
use crate::output;

pub fn run(config: &SoukConfig, args: &ConfigArgs) -> Result<()> {
    let text = if args.schema {
        serde_json::to_string_pretty(&schema_for!(SoukConfig))?
    } else {
        serde_json::to_string_pretty(config)?
    };
    output::line(&text);
    Ok(())
}
