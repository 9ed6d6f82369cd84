//! Where files are: behind a trait, since a shop on several machines keeps them in a store that all of them reach. The
//! one there is now is a folder.
//!
//! A file is first kept and then served: what was sent and not attached to anything is nobody's to read.

use std::io;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use crate::name::FileName;

/// A file as it is read.
pub struct Content {
    /// In bytes.
    pub length: u64,
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

/// A place for files.
#[async_trait]
pub trait Shelf: Send + Sync + 'static {
    /// Keeps a file that is not served yet. Whatever happens meanwhile, it is there as a whole or not at all.
    async fn keep(&self, name: &FileName, bytes: Bytes) -> io::Result<()>;

    /// Serves what is kept from now on. Served already, it stays so. `false`: there is no such file.
    async fn serve(&self, name: &FileName) -> io::Result<bool>;

    /// A file that is served.
    async fn open(&self, name: &FileName) -> io::Result<Option<Content>>;

    /// Removes a file, kept or served; what is not there is removed already.
    async fn remove(&self, name: &FileName) -> io::Result<()>;

    /// Names of what is kept and not served, so many at most.
    async fn kept(&self, most: usize) -> io::Result<Vec<FileName>>;
}
