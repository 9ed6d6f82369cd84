//! `souk user`: the first administrator of an installation.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result};
use users::admin::{NewAdmin, create_admin};

use crate::cli::UserCommand;
use crate::config::SoukConfig;
use crate::{output, subgraphs};

pub async fn run(config: &SoukConfig, command: UserCommand) -> Result<()> {
    let UserCommand::CreateAdmin { email, name } = command;
    let password = read_password()?;
    let host = subgraphs::builder(config, &["users"])?.build().await?;
    let hosted = host.subgraph("users").context("users is not hosted")?;
    let created = create_admin(hosted.platform(), NewAdmin { email, name, password }).await;
    host.stop().await;
    output::line(&format!("administrator {} made; log in with the email and password", created?));
    Ok(())
}

/// From standard input, so that no password stands in a process list or a shell's history.
fn read_password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        output::note("password (it is shown as you type):");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
