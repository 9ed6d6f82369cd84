//! What is done with files on the disk of this machine.

use std::io;
use std::path::Path;

use tokio::fs::{self, File};

/// Renames a file, on the disk too.
pub async fn renamed(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).await?;
    match to.parent() {
        Some(folder) => File::open(folder).await?.sync_all().await,
        None => Ok(()),
    }
}

/// Removes a file; one that is not there is removed already.
pub async fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// What stands in a folder, so many names at most; nothing where there is no folder yet.
pub async fn names(folder: &Path, most: usize) -> io::Result<Vec<String>> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        names.extend(entry.file_name().into_string());
        if names.len() >= most {
            break;
        }
    }
    Ok(names)
}
