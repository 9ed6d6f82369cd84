//! The files of one subgraph, and what they stand on.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_core::{Clock, Ids};
use platform_database::Database;
use platform_server::Platform;
use tokio::sync::Semaphore;

use crate::drafts::Drafts;
use crate::folder::Folder;
use crate::links::Links;
use crate::name::FileName;
use crate::receiving::Receiving;
use crate::shelf::Shelf;

/// Pictures that are looked at at once: each takes a thread, and memory by its pixels.
const LOOKED_AT_AT_ONCE: usize = 1;

/// Who reads the files of a subgraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Everybody who knows a file's URL, which is the same for ever.
    Everybody,
    /// Whoever was given a signed URL, until that expires.
    Invited,
}

/// The files of one subgraph, which has one such value. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    ids: Ids,
    links: Links,
    readers: Readers,
    folder: Folder,
    shelf: Arc<dyn Shelf>,
    receiving: Receiving,
    looking: Arc<Semaphore>,
}

impl Files {
    /// Files at `folder` of the subgraph's data, which are served below `prefix`, such as `/media/`. The subgraph has
    /// [`crate::migrations`] before its own and `prefix` among its public ones, serves [`Self::routes`], and runs
    /// [`crate::RemoveUploads`].
    pub fn new(platform: &Platform, folder: &str, prefix: &'static str, readers: Readers) -> Self {
        let path: PathBuf = platform.data_dir.join(platform.name).join(folder);
        let folder = Folder::new(path);
        Self(Arc::new(Inner {
            database: platform.database.clone(),
            clock: platform.clock.clone(),
            ids: platform.ids.clone(),
            links: Links::new(prefix, platform.url_key.clone()),
            readers,
            shelf: Arc::new(folder.clone()),
            folder,
            receiving: Receiving::default(),
            looking: Arc::new(Semaphore::new(LOOKED_AT_AT_ONCE)),
        }))
    }

    /// The URL of a file that is read until `expires_at` by whoever has the URL: a path at the same host.
    pub fn signed_url(&self, file: &str, expires_at: DateTime<Utc>) -> String {
        self.0.links.to_read_until(file, expires_at)
    }

    /// Stores a drawing that the shop makes itself, under the name of its content.
    pub async fn store_drawing(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.folder.store(&FileName::of_drawing(bytes), bytes).await
    }

    /// Removes a file that nothing names any more; what is not there is removed already.
    pub async fn remove(&self, file: &str) -> std::io::Result<()> {
        match FileName::parse(file) {
            Some(name) => self.0.shelf.remove(&name).await,
            None => Ok(()),
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.0.ids
    }

    pub(crate) fn links(&self) -> &Links {
        &self.0.links
    }

    pub(crate) fn readers(&self) -> Readers {
        self.0.readers
    }

    pub(crate) fn shelf(&self) -> &dyn Shelf {
        &*self.0.shelf
    }

    pub(crate) fn drafts(&self) -> Drafts {
        self.0.folder.drafts()
    }

    pub(crate) fn receiving(&self) -> &Receiving {
        &self.0.receiving
    }

    pub(crate) fn looking(&self) -> Arc<Semaphore> {
        self.0.looking.clone()
    }
}
