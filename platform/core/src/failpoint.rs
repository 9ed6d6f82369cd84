//! Fail points: named places at which a test kills the process, to see that what was begun is finished or undone.
//!
//! `SOUK_FAILPOINT=name` aborts the process the first time it passes `name`; `name:3` the third time. Without the
//! variable a fail point costs one atomic load.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

struct Armed {
    name: String,
    left: AtomicU32,
}

fn armed() -> Option<&'static Armed> {
    static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
    let parse = || {
        let setting = std::env::var("SOUK_FAILPOINT").ok()?;
        let (name, times) = setting.split_once(':').unwrap_or((&setting, "1"));
        Some(Armed { name: name.to_owned(), left: AtomicU32::new(times.parse().unwrap_or(1)) })
    };
    ARMED.get_or_init(parse).as_ref()
}

/// Passes the fail point `name`; does not return if it is the one armed.
pub fn hit(name: &str) {
    if let Some(armed) = armed()
        && armed.name == name
        && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}
