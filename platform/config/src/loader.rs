//! Reads a configuration document and says clearly what is wrong with it.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Begins the name of every variable that is a setting.
const PREFIX: &str = "SOUK_";

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
        .merge(Env::prefixed(PREFIX).filter(|key| !is_for_tests(key.as_str())).split("__"))
        .extract()
        .map_err(|error| ConfigError::Invalid(describe(&error)))
}

/// Variables that steer tests and are no settings.
fn is_for_tests(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "failpoint" || key.starts_with("test_")
}

/// A clause for each fault: where it stands, what is wrong there, and what is expected.
fn describe(error: &figment::Error) -> String {
    error.clone().into_iter().map(|fault| one(&fault)).collect::<Vec<_>>().join("; ")
}

fn one(fault: &figment::Error) -> String {
    let setting = fault.path.join(".");
    let variable = fault.metadata.as_ref().is_some_and(|metadata| metadata.name.contains("environment"));
    let place = match (fault.metadata.as_ref().and_then(|metadata| metadata.source.as_ref()), variable) {
        (_, true) => {
            format!(" (in the environment, as {PREFIX}{})", setting.replace('.', "__").to_uppercase())
        }
        (Some(source), false) => format!(" (in {source})"),
        (None, false) => String::new(),
    };
    let what = match &fault.kind {
        Kind::UnknownField(_, expected) => {
            let known: Vec<&str> =
                expected.iter().copied().filter(|known| is_like(known, &setting)).collect();
            let hint = match known.as_slice() {
                [] => "`souk config --reference` lists those that are".to_owned(),
                [known, ..] => format!("did you mean `{known}`?"),
            };
            format!("there is no setting `{setting}`; {hint}")
        }
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("`{setting}` is {found}, and {} is expected", in_words(&expected.to_string()))
        }
        Kind::Message(text) if setting.is_empty() => {
            // A parser draws the line at fault over several of its own.
            text.lines().map(str::trim).filter(|line| !line.contains('|')).collect::<Vec<_>>().join(", ")
        }
        kind => format!("`{setting}`: {kind}"),
    };
    format!("{what}{place}")
}

/// Whether a name may be meant by another: they begin alike, and most letters of one are in the other.
fn is_like(known: &str, written: &str) -> bool {
    let written = written.rsplit('.').next().unwrap_or(written);
    let mut rest: Vec<char> = written.chars().collect();
    let mut shared = 0;
    for letter in known.chars() {
        if let Some(at) = rest.iter().position(|other| *other == letter) {
            rest.swap_remove(at);
            shared += 1;
        }
    }
    known.chars().next() == written.chars().next() && shared * 5 >= known.len().max(written.len()) * 4
}

/// A type as people say it.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "a whole number",
        "a boolean" | "bool" => "true or false",
        other => other,
    }
}
