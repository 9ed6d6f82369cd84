//! A subgraph as the command line names it.

use std::path::PathBuf;
use std::str::FromStr;

/// A subgraph on the command line: `NAME=URL`, `NAME=FILE` or `NAME=FILE,URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubgraphArg {
    pub name: String,
    /// Empty where none is given.
    pub url: String,
    /// Without a file, the subgraph is asked.
    pub file: Option<PathBuf>,
}

impl FromStr for SubgraphArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not NAME=URL, NAME=FILE or NAME=FILE,URL");
        let (name, place) = text.split_once('=').ok_or_else(wrong)?;
        if name.is_empty() || place.is_empty() {
            return Err(wrong());
        }
        let (file, url) = if place.starts_with("http://") || place.starts_with("https://") {
            (None, place)
        } else {
            let (file, url) = place.split_once(',').unwrap_or((place, ""));
            (Some(PathBuf::from(file)), url)
        };
        Ok(Self { name: name.to_owned(), url: url.to_owned(), file })
    }
}
