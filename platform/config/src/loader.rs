//! Reads a configuration document and says clearly what is wrong with it.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "the configuration file {0} does not exist; name another with --config, or leave it out for the defaults"
    )]
    FileMissing(PathBuf),
    #[error("the configuration is not valid: {0}")]
    Invalid(String),
}

/// Loads `T`: its defaults, then `file` (which must exist when named), then the environment.
///
/// In the environment `SOUK_DATABASE__URL=…` sets `database.url`. Values that consist of digits become numbers; quote
/// them (`'"0123"'`) to keep text.
pub fn load<T: Serialize + DeserializeOwned + Default>(file: Option<&Path>) -> Result<T, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(T::default()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(ConfigError::FileMissing(file.to_owned()));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    figment
        .merge(Env::prefixed("SOUK_").filter(|key| !is_for_tests(key.as_str())).split("__"))
        .extract()
        .map_err(|error| ConfigError::Invalid(describe(&error)))
}

/// Variables that steer tests and are no settings.
fn is_for_tests(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "failpoint" || key.starts_with("test_")
}

/// One line for each fault: where it stands, and what is expected there.
fn describe(error: &figment::Error) -> String {
    let mut lines = Vec::new();
    for fault in error.clone() {
        let place = fault.path.join(".");
        let source = fault.metadata.as_ref().map(|m| m.name.to_string()).unwrap_or_default();
        let place = if place.is_empty() { String::new() } else { format!("`{place}`: ") };
        let source = if source.is_empty() { String::new() } else { format!(" (in {source})") };
        lines.push(format!("{place}{}{source}", fault.kind));
    }
    lines.join("; ")
}
