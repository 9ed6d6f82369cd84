//! `souk compose`: subgraph schemas in, supergraph out.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use router_composition::{Subgraph, compose};

use super::schemas::Schemas;
use crate::cli::ComposeArgs;
use crate::{output, supergraph};

pub async fn run(args: &ComposeArgs) -> Result<ExitCode> {
    let subgraphs = match args.subgraphs.as_slice() {
        [] => own(),
        named => Schemas::new(named)?.read().await?,
    };
    let composition = match compose(&subgraphs) {
        Ok(composition) => composition,
        Err(errors) => {
            for error in &errors {
                output::error(&error.to_string());
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    for hint in &composition.hints {
        output::note(&format!("hint {}: {}", hint.code, hint.message));
    }
    let path = &args.output;
    if path == Path::new("-") {
        output::line(&composition.supergraph_sdl);
    } else if args.check {
        let present =
            fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        if present != composition.supergraph_sdl {
            output::error(&format!("{} is stale; run `souk compose` and commit the result", path.display()));
            return Ok(ExitCode::FAILURE);
        }
    } else {
        fs::write(path, &composition.supergraph_sdl)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        output::note(&format!("{} subgraphs composed into {}", subgraphs.len(), path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Souk's own: as they stand in the checkout where there is one (a build may be older), else those of this build.
fn own() -> Vec<Subgraph> {
    let present = |subgraph: Subgraph| {
        let file = format!("subgraphs/{}/schema.graphql", subgraph.name);
        match fs::read_to_string(file) {
            Ok(sdl) => Subgraph { sdl, ..subgraph },
            Err(_) => subgraph,
        }
    };
    supergraph::schemas().into_iter().map(present).collect()
}
