//! Reads a configuration document and says clearly what is wrong with it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Metadata};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ranges::out_of_range;

/// Begins the name of every variable that is a setting.
const PREFIX: &str = "SOUK_";

/// What is said where a list is expected.
const LIST: &str = "a sequence";
/// How one is written, in a file and in the environment.
const LIST_FORM: &str = r#" (such as ["10.0.0.0/8"], which a shell takes in quotes: '["10.0.0.0/8"]')"#;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "the configuration file {0} does not exist; name another with --config, or leave it out for the defaults"
    )]
    FileMissing(PathBuf),
    #[error("the configuration file {0} is no file; name another with --config")]
    NotAFile(PathBuf),
    #[error("the configuration file {path} cannot be read; check its rights and those of its folder")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the configuration is not valid: {0}")]
    Invalid(String),
}

/// Loads `T`: its defaults, then `file` (which must exist when named), then the environment.
///
/// In the environment `SOUK_DATABASE__URL=…` sets `database.url`. Values that consist of digits become numbers; quote
/// them (`'"0123"'`) to keep text. A number outside the range of its setting is refused, whoever starts.
pub fn load<T>(file: Option<&Path>) -> Result<T, ConfigError>
where
    T: Serialize + DeserializeOwned + Default + JsonSchema,
{
    let mut figment = Figment::from(Serialized::defaults(T::default()));
    if let Some(file) = file {
        check_readable(file)?;
        figment = figment.merge(Toml::file_exact(file));
    }
    figment = figment.merge(Env::prefixed(PREFIX).filter(|key| !is_for_tests(key.as_str())).split("__"));
    let invalid = |error: figment::Error| ConfigError::Invalid(describe(&error));
    let document = figment.extract().map_err(invalid)?;
    let faults = out_of_range(schema_for!(T).as_value(), &document);
    if !faults.is_empty() {
        let told = faults.iter().map(|fault| {
            let setting = fault.path.join(".");
            let place = place(figment.find_metadata(&setting), &setting);
            format!("{setting} {}{place}", fault.what)
        });
        return Err(ConfigError::Invalid(told.collect::<Vec<_>>().join("; ")));
    }
    figment.extract().map_err(invalid)
}

/// Before it is read, so that who starts learns which of the ways to have no configuration it is.
fn check_readable(file: &Path) -> Result<(), ConfigError> {
    let path = || file.to_owned();
    let failed = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => ConfigError::FileMissing(path()),
        _ => ConfigError::Unreadable { path: path(), source },
    };
    if !std::fs::metadata(file).map_err(failed)?.is_file() {
        return Err(ConfigError::NotAFile(path()));
    }
    std::fs::File::open(file).map(drop).map_err(failed)
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
    let mut path = fault.path.clone();
    // A section that is read by hand leaves out which of its keys is at fault.
    if let Kind::UnknownField(name, _) = &fault.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    let setting = path.join(".");
    let place = place(fault.metadata.as_ref(), &setting);
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
            let expected = expected.to_string();
            let form = if expected == LIST { LIST_FORM } else { "" };
            format!("`{setting}` is {found}, and {} is expected{form}", in_words(&expected))
        }
        Kind::Message(text) if setting.is_empty() => {
            // A parser draws the line at fault over several of its own.
            text.lines().map(str::trim).filter(|line| !line.contains('|')).collect::<Vec<_>>().join(", ")
        }
        kind => format!("`{setting}`: {kind}"),
    };
    format!("{what}{place}")
}

/// Where a setting stands, to be read behind what is said of it.
fn place(metadata: Option<&Metadata>, setting: &str) -> String {
    match metadata {
        Some(metadata) if metadata.name.contains("environment") => {
            format!(" (in the environment, as {PREFIX}{})", setting.replace('.', "__").to_uppercase())
        }
        Some(Metadata { source: Some(source), .. }) => format!(" (in {source})"),
        _ => String::new(),
    }
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
        LIST => "a list",
        other => other,
    }
}
