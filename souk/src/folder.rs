//! Whether a folder can be used.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Written and removed again: a disk that is full takes an empty file still.
const PROBE: [u8; 4096] = [0; 4096];

/// Whether a folder is there or can be made, and written to; says which it is. Leaves nothing behind. `what` it is and the
/// `setting` that names it are told with what is wrong.
pub fn check(path: &Path, what: &str, setting: &str) -> Result<String> {
    let mut present = path.to_owned();
    while !present.exists() {
        present = match present.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
    }
    let (named, there) = (path.display(), present.display());
    anyhow::ensure!(
        present.is_dir(),
        "the {what} {named} cannot be made: {there} is not a folder; set {setting}"
    );
    let probe = present.join(format!(".souk-probe-{}", std::process::id()));
    let written = std::fs::write(&probe, PROBE);
    // Of a full disk the empty file is there.
    let removed = if probe.exists() { std::fs::remove_file(&probe) } else { Ok(()) };
    written.and(removed).with_context(|| {
        format!("the {what} {named} cannot be used: {there} cannot be written; check its rights and its space, or set {setting}")
    })?;
    Ok(match present == path {
        true => named.to_string(),
        false => format!("{named} will be made at the first start"),
    })
}
