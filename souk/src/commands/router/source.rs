//! Where the router's supergraph comes from, and whether it changed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use router_composition::{CompositionError, Subgraph, compose};
use tokio::time::Instant;

use crate::cli::SubgraphArg;
use crate::commands::schemas::{Schemas, read_file};
use crate::output;

/// How long the start waits for subgraphs that are starting too.
const START_PATIENCE: Duration = Duration::from_secs(30);
const START_PAUSE: Duration = Duration::from_millis(500);
/// Composition errors told in one log line.
const MAX_ERRORS: usize = 10;

pub enum Source {
    File { path: PathBuf, last: Option<String> },
    Subgraphs { schemas: Schemas, last: Option<Vec<Subgraph>> },
}

impl Source {
    pub fn file(path: &Path) -> Self {
        Self::File { path: path.to_owned(), last: None }
    }

    pub fn subgraphs(arguments: &[SubgraphArg]) -> Result<Self> {
        for argument in arguments {
            let name = &argument.name;
            ensure!(
                !argument.url.is_empty(),
                "`{name}` has no URL to send requests to; write {name}=FILE,URL"
            );
        }
        Ok(Self::Subgraphs { schemas: Schemas::new(arguments)?, last: None })
    }

    /// The supergraph to start with. Subgraphs may take a moment until they answer.
    pub async fn first(&mut self) -> Result<String> {
        if let Self::Subgraphs { schemas, .. } = self {
            let end = Instant::now() + START_PATIENCE;
            let mut told = false;
            while let Err(error) = schemas.read().await {
                if Instant::now() >= end {
                    return Err(error);
                }
                if !std::mem::replace(&mut told, true) {
                    output::note(&format!("waiting for the subgraphs: {}", output::sentence(&error)));
                }
                tokio::time::sleep(START_PAUSE).await;
            }
        }
        self.changed().await?.ok_or_else(|| anyhow!("there is no supergraph"))
    }

    /// The supergraph, if it is another than last time. What is wrong with one version is told once.
    pub async fn changed(&mut self) -> Result<Option<String>> {
        match self {
            Self::File { path, last } => {
                let text = read_file(path).await?;
                if last.as_ref() == Some(&text) {
                    return Ok(None);
                }
                *last = Some(text.clone());
                Ok(Some(text))
            }
            Self::Subgraphs { schemas, last } => {
                let subgraphs = schemas.read().await?;
                if last.as_ref() == Some(&subgraphs) {
                    return Ok(None);
                }
                *last = Some(subgraphs.clone());
                // Composition takes the processor for up to a second.
                let composed = tokio::task::spawn_blocking(move || compose(&subgraphs)).await?;
                let composition = composed.map_err(|errors| told(&errors))?;
                tracing::info!(target: "souk", hints = composition.hints.len(), "the subgraphs were composed");
                Ok(Some(composition.supergraph_sdl))
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => write!(f, "{}", path.display()),
            Self::Subgraphs { last, .. } => match last.as_ref().map_or(0, Vec::len) {
                1 => f.write_str("1 subgraph"),
                number => write!(f, "{number} subgraphs"),
            },
        }
    }
}

fn told(errors: &[CompositionError]) -> anyhow::Error {
    let mut text: Vec<String> = errors.iter().take(MAX_ERRORS).map(ToString::to_string).collect();
    if errors.len() > MAX_ERRORS {
        text.push(format!("and {} more", errors.len() - MAX_ERRORS));
    }
    anyhow!("the subgraphs do not compose: {}", text.join("; "))
}
