//! Pictures: bytes in a folder under names made from their hash, served with immutable caching.
//!
//! A name never gets other bytes, so a URL can be cached for ever. Deliberately absent: uploads by clients, thumbnails
//! and stores elsewhere.

mod routes;

pub use routes::router;

use std::io;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

/// Path prefix of the pictures' URLs.
pub const PREFIX: &str = "/media/";

/// File extension and content type of what is served.
const KINDS: [(&str, &str); 4] =
    [("svg", "image/svg+xml"), ("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")];

pub fn url(file: &str) -> String {
    format!("{PREFIX}{file}")
}

/// The name that `bytes` get; `None` for a content type that is not served.
pub fn file_name(bytes: &[u8], content_type: &str) -> Option<String> {
    let (extension, _) = KINDS.iter().find(|(_, kind)| *kind == content_type)?;
    let hash = Sha256::digest(bytes);
    Some(format!("{}.{extension}", hex::encode(hash.get(..16)?)))
}

/// The content type of a name that [`file_name`] could have made; `None` for any other name.
fn content_type(file: &str) -> Option<&'static str> {
    let (hash, extension) = file.split_once('.')?;
    let hexadecimal = hash.len() == 32 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    hexadecimal.then(|| KINDS.iter().find(|(kind, _)| *kind == extension).map(|(_, kind)| *kind))?
}

/// The folder of pictures. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaFolder {
    folder: PathBuf,
}

impl MediaFolder {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Stores bytes under the name that [`file_name`] gave them. A reader never sees half a file.
    pub fn store(&self, file: &str, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(file);
        if path.exists() {
            return Ok(());
        }
        let partial = self.folder.join(format!("{file}.partial"));
        std::fs::write(&partial, bytes)?;
        std::fs::rename(partial, path)
    }

    /// The bytes and content type of a picture; `None` for a name that is not one.
    pub async fn read(&self, file: &str) -> io::Result<Option<(Vec<u8>, &'static str)>> {
        let Some(kind) = content_type(file) else { return Ok(None) };
        match tokio::fs::read(self.folder.join(file)).await {
            Ok(bytes) => Ok(Some((bytes, kind))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pictures_are_read() {
        let name = file_name(b"picture", "image/png").unwrap();
        assert_eq!(content_type(&name), Some("image/png"));
        for other in
            ["../catalog.db", "", ".svg", "0123.svg", &name.replace("png", "exe"), &name.to_uppercase()]
        {
            assert_eq!(content_type(other), None, "{other}");
        }
        assert_eq!(file_name(b"page", "text/html"), None);
    }
}
