//! A shelf in a folder of this machine.
//!
//! Invariant: a file is written under another name and renamed when it is whole and on the disk, so that a process that
//! ends at any point leaves no half file where one is looked for. The folders within are made when they are first
//! written to.

use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream};
use tokio::fs::{self, File};
use tokio::io::AsyncReadExt;

use crate::disk::{names, removed, renamed};
use crate::drafts::Drafts;
use crate::name::FileName;
use crate::shelf::{Content, Shelf};

/// Kept, and not served.
const KEPT: &str = "kept";
/// What is being written.
const DRAFTS: &str = "drafts";
/// Of a drawing that is being written.
const UNFINISHED: &str = "partial";
/// How much of a file is read at a time, in bytes.
const PIECE: usize = 64 << 10;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    drafts: Drafts,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self { drafts: Drafts::new(path.join(DRAFTS)), path }
    }

    /// Where what is being sent is written until it is whole.
    pub fn drafts(&self) -> Drafts {
        self.drafts.clone()
    }

    fn served(&self, name: &FileName) -> PathBuf {
        self.path.join(name.as_str())
    }

    fn kept(&self, name: &FileName) -> PathBuf {
        self.path.join(KEPT).join(name.as_str())
    }

    /// Stores a drawing, which is served at once. It is not waited for to be on the disk: the shop draws it again.
    pub async fn store(&self, name: &FileName, bytes: &[u8]) -> io::Result<()> {
        let path = self.served(name);
        if fs::try_exists(&path).await? {
            return Ok(());
        }
        fs::create_dir_all(&self.path).await?;
        let partial = path.with_extension(UNFINISHED);
        fs::write(&partial, bytes).await?;
        fs::rename(&partial, &path).await
    }
}

#[async_trait]
impl Shelf for Folder {
    async fn keep(&self, name: &FileName, bytes: Bytes) -> io::Result<()> {
        fs::create_dir_all(self.path.join(KEPT)).await?;
        let mut draft = self.drafts.begin(name.id()).await?;
        draft.write(&bytes).await?;
        draft.move_to(&self.kept(name)).await
    }

    async fn serve(&self, name: &FileName) -> io::Result<bool> {
        match renamed(&self.kept(name), &self.served(name)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::try_exists(self.served(name)).await,
            renamed => renamed.map(|()| true),
        }
    }

    async fn open(&self, name: &FileName) -> io::Result<Option<Content>> {
        let file = match File::open(self.served(name)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let length = file.metadata().await?.len();
        let bytes = stream::try_unfold(file, |mut file| async move {
            let mut piece = BytesMut::with_capacity(PIECE);
            let read = file.read_buf(&mut piece).await?;
            Ok((read > 0).then(|| (piece.freeze(), file)))
        });
        Ok(Some(Content { length, bytes: bytes.boxed() }))
    }

    /// First what is kept: whoever serves it meanwhile moves it to where it is removed next.
    async fn remove(&self, name: &FileName) -> io::Result<()> {
        removed(&self.kept(name)).await?;
        removed(&self.served(name)).await
    }

    async fn kept(&self, most: usize) -> io::Result<Vec<FileName>> {
        let names = names(&self.path.join(KEPT), most).await?;
        Ok(names.iter().filter_map(|name| FileName::parse(name)).collect())
    }
}
