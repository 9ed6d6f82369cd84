//! The commands, a file each.

mod compose;
mod config;
mod dead_letters;
mod demo;
mod demo_rights;
mod doctor;
mod events;
mod migrate;
mod plan;
mod reindex;
mod router;
mod saga;
mod schemas;
mod serve;
mod signals;
mod user;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::{Cli, Command, ServeArgs};
use crate::config::SoukConfig;

/// Runs a command; `Ok` with a failing code means that the command itself told what is wrong.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let command = cli.command.unwrap_or_else(|| Command::Serve(ServeArgs::default()));
    // These need no configuration, and doctor says itself what is wrong with it.
    match &command {
        Command::Compose(args) => return compose::run(args).await,
        Command::Plan(args) => return plan::run(args),
        Command::Doctor(args) => return doctor::run(cli.config.as_deref(), args).await,
        Command::Config(args) if args.schema || args.reference => return config::describe(args),
        _ => {}
    }
    let config = SoukConfig::load(cli.config.as_deref())?;
    match command {
        Command::Serve(args) => serve::run(config, &args).await?,
        Command::Router(args) => router::run(config, &args).await?,
        Command::Migrate => migrate::run(&config).await?,
        Command::Seed => demo::run(&config).await?,
        Command::Reindex => reindex::run(&config).await?,
        Command::User(command) => user::run(&config, command).await?,
        Command::DemoRights { command } => demo_rights::run(&config, command).await?,
        Command::Events => events::run(&config).await?,
        Command::Saga(command) => saga::run(&config, command).await?,
        Command::DeadLetters(command) => dead_letters::run(&config, command).await?,
        Command::Config(_) => config::run(&config)?,
        Command::Compose(_) | Command::Plan(_) | Command::Doctor(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
