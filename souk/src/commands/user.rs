//! `souk user`: the first administrator of an installation.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, ensure};
use platform_server::SchemaPolicy;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use users::admin::{NewAdmin, create_admin};

use crate::cli::UserCommand;
use crate::config::SoukConfig;
use crate::{data_folder, host, output};

pub async fn run(config: &SoukConfig, command: UserCommand) -> Result<()> {
    let UserCommand::CreateAdmin { email, name } = command;
    let password = read_password()?;
    // Beside a process that serves it leaves the database's schema alone.
    let claim = data_folder::claim(config, &["users"]).ok();
    let builder = match claim {
        Some(_) => host::builder(config, &["users"])?,
        None => host::builder_with(config, &["users"], SchemaPolicy::Require)?,
    };
    let host = builder.build().await?;
    let hosted = host.subgraph("users").context("users is not hosted")?;
    let created = create_admin(hosted.platform(), NewAdmin { email, name, password }).await;
    host.stop().await;
    output::line(&format!("administrator {} made; log in with the email and password", created?));
    Ok(())
}

/// Typed twice and not shown on a terminal; otherwise a line of standard input. So no password stands on a screen, in
/// a process list or in a shell's history.
fn read_password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        // Before anything is asked, so that what is typed ahead is not shown either.
        let shown = tcgetattr(&input)?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&input, OptionalActions::Now, &hidden)?;
        let read = read_twice();
        tcsetattr(&input, OptionalActions::Now, &shown)?;
        return read;
    }
    read_line()
}

fn read_twice() -> Result<String> {
    output::note("password (it is not shown):");
    let password = read_line()?;
    output::note("the same again:");
    ensure!(password == read_line()?, "the two passwords differ; nothing was made");
    Ok(password)
}

fn read_line() -> Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
