//! What is being written, in files of this machine until it is whole: a client takes its time, and memory is for others.
//!
//! A draft is removed when it is dropped; one that a process left behind when it was killed is removed by its age.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::disk::{names, removed, renamed};

const EXTENSION: &str = ".draft";

/// The folder of drafts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: PathBuf,
}

/// A file that is being written.
pub struct Draft {
    path: PathBuf,
    file: File,
    /// It stands elsewhere now.
    is_moved: bool,
}

impl Drafts {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Begins a draft. `id` is a fresh one: its time is that of the draft.
    pub async fn begin(&self, id: Uuid) -> io::Result<Draft> {
        fs::create_dir_all(&self.folder).await?;
        let path = self.folder.join(format!("{}{EXTENSION}", id.as_simple()));
        Ok(Draft { file: File::create_new(&path).await?, path, is_moved: false })
    }

    /// Removes drafts that were begun before `second` of Unix time, so many at most; returns how many.
    pub async fn remove_older(&self, second: i64, most: usize) -> io::Result<usize> {
        let mut count = 0;
        for name in names(&self.folder, most).await? {
            let id = name.strip_suffix(EXTENSION).and_then(|name| Uuid::try_parse(name).ok());
            let begun = id.and_then(|id| id.get_timestamp()).map(|time| time.to_unix().0);
            if begun.is_some_and(|begun| i64::try_from(begun).is_ok_and(|begun| begun < second)) {
                removed(&self.folder.join(name)).await?;
                count += 1;
            }
        }
        Ok(count)
    }
}

impl Draft {
    pub async fn write(&mut self, bytes: &Bytes) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// All that was written.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.file.flush().await?;
        fs::read(&self.path).await
    }

    /// Moves what was written to where it is looked for, once it is on the disk.
    pub async fn move_to(mut self, path: &Path) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        renamed(&self.path, path).await?;
        self.is_moved = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.is_moved {
            return;
        }
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(target: "souk", %error, "a draft of an upload stays until it is old");
        }
    }
}
