//! What the commands print: results to standard output, everything else to standard error.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Whether this process has a log that machines read; everything that it says then stands there.
static IS_LOGGED: AtomicBool = AtomicBool::new(false);

/// From here on what is said beside results goes to the log: it is JSON, and other lines would be none.
pub fn log() {
    IS_LOGGED.store(true, Ordering::Relaxed);
}

fn is_logged() -> bool {
    IS_LOGGED.load(Ordering::Relaxed)
}

/// What a server says of itself once it serves.
pub fn banner(text: &str) {
    match is_logged() {
        true => tracing::info!(target: "souk", "{}", text.trim()),
        false => line(text),
    }
}

pub fn line(text: &str) {
    print(io::stdout().lock(), text);
}

/// A note beside the result.
pub fn note(text: &str) {
    match is_logged() {
        true => tracing::info!(target: "souk", "{text}"),
        false => print(io::stderr().lock(), text),
    }
}

/// What the operator should see to, though all goes on.
pub fn warning(text: &str) {
    match is_logged() {
        true => tracing::warn!(target: "souk", "{text}"),
        false => print(io::stderr().lock(), &format!("warning: {text}")),
    }
}

pub fn error(text: &str) {
    match is_logged() {
        true => tracing::error!(target: "souk", "{text}"),
        false => print(io::stderr().lock(), &format!("error: {text}")),
    }
}

/// Nobody may read on, as behind `| head`; the work goes on all the same.
fn print(mut to: impl Write, text: &str) {
    writeln!(to, "{text}").ok();
}

/// An error with its causes as one sentence; a cause that the error already tells is not told twice.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

/// A bar for work of `total` steps, drawn on a terminal alone.
pub fn progress(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style = ProgressStyle::with_template("{msg:<24} [{bar:32}] {pos}/{len} {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
