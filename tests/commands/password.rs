//! The first administrator's password, on a terminal and from a script.

use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::support::{Installation, PATIENCE, Shape};

const PASSWORD: &str = "correct horse battery";

/// A command on a terminal of its own, and what it has shown.
struct Terminal(Child, String);

impl Terminal {
    fn start(shop: &Installation, arguments: &str) -> Self {
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &shop.command_line(arguments), "/dev/null"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        Self(command.spawn().unwrap(), String::new())
    }

    async fn until(&mut self, words: &str) {
        let output = self.0.stdout.as_mut().unwrap();
        while !self.1.contains(words) {
            let mut bytes = [0; 512];
            let read = tokio::time::timeout(PATIENCE, output.read(&mut bytes)).await;
            let count = read.unwrap_or_else(|_| panic!("{words} is shown: {}", self.1)).unwrap();
            assert!(count > 0, "{words} is shown: {}", self.1);
            self.1.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }

    async fn write(&mut self, line: &str) {
        self.0.stdin.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_twice_on_a_terminal_and_not_shown() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let arguments = "user create-admin --email root@example.com";
    let mut terminal = Terminal::start(&shop, arguments);
    terminal.until("not shown").await;
    terminal.write(PASSWORD).await;
    terminal.until("the same again").await;
    terminal.write("something else").await;
    terminal.until("differ").await;
    let mut terminal = Terminal::start(&shop, arguments);
    terminal.until("not shown").await;
    terminal.write(PASSWORD).await;
    terminal.until("the same again").await;
    terminal.write(PASSWORD).await;
    terminal.until("administrator ").await;
    assert!(!terminal.1.contains(PASSWORD), "{}", terminal.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_can_come_from_a_script() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let line = shop.command_line("user create-admin --email root@example.com");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("echo '{PASSWORD}' | {line}")]);
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
