//! The binary `souk`: serves the shop or a part of it, and looks after it.
//!
//! Owns the command line, the one configuration document and the assembly of subgraphs and gateway into processes.
//! Everything else belongs to a library. An error ends the process with one clear sentence and status 1.

mod checks;
mod cli;
mod commands;
mod config;
mod data_folder;
mod directory;
mod folder;
mod gateway;
mod host;
mod market;
mod nodes;
mod output;
mod pages;
mod peers;
mod probes;
mod standing;
mod subgraphs;
mod supergraph;

use std::process::ExitCode;

use clap::Parser;

/// It gives memory back after a flood: docs/decisions/0016-jemalloc.md.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::error(&format!("no threads can be started: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(error) => {
            output::error(&output::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
