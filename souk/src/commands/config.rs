//! `souk config`: the configuration in force, or what can be configured.

use std::process::ExitCode;

use anyhow::Result;
use platform_config::without_secrets;
use schemars::schema_for;
use serde_json::Value;

use crate::cli::ConfigArgs;
use crate::config::SoukConfig;
use crate::output;

const INTRODUCTION: &str = "# Configuration

Every setting, with the value it has when nothing is said. This page and \
[configuration.schema.json](configuration.schema.json) are printed by `souk config --reference` and \
`souk config --schema`; `souk config` prints the configuration in force.

Settings come from `souk.toml` in the folder where `souk` is started (or the file named with `--config`), and then \
from the environment: `SOUK_` and the setting's name in capitals, with two underscores for each dot. So \
`database.url` is `SOUK_DATABASE__URL`, and `gateway.rate_limit.enabled` is `SOUK_GATEWAY__RATE_LIMIT__ENABLED`. \
A list is written there as in the file, which a shell takes in quotes: \
`SOUK_GATEWAY__TRUSTED_PROXIES='[\"10.0.0.0/8\"]'`. A setting that does not exist is refused at the start, and so is a \
number out of its range.

## At the top of the file
";

/// Prints the configuration in force, without the passwords of its URLs: it ends in logs and tickets.
pub fn run(config: &SoukConfig) -> Result<()> {
    let mut config = serde_json::to_value(config)?;
    hide_passwords(&mut config);
    output::line(&serde_json::to_string_pretty(&config)?);
    Ok(())
}

fn hide_passwords(value: &mut Value) {
    match value {
        Value::String(text) => *text = without_secrets(text),
        Value::Array(items) => items.iter_mut().for_each(hide_passwords),
        Value::Object(fields) => fields.values_mut().for_each(hide_passwords),
        _ => {}
    }
}

/// Prints the schema or the reference page; the configuration itself may be broken.
pub fn describe(args: &ConfigArgs) -> Result<ExitCode> {
    let schema = schema_for!(SoukConfig);
    if args.schema {
        output::line(&serde_json::to_string_pretty(&schema)?);
    } else {
        let settings = platform_config::reference(schema.as_value(), "SOUK_")?;
        output::line(format!("{INTRODUCTION}{settings}").trim_end());
    }
    Ok(ExitCode::SUCCESS)
}
