//! Files that clients send and read: pictures, for now. A subgraph gives out an upload, the client sends the bytes to its
//! signed URL, and the subgraph attaches the file to something of its own
//! (docs/decisions/0040).
//!
//! Owns: uploads with their table and routes, what is kept of a picture ([`picture`]), where files are ([`Shelf`]), and the
//! URLs by which they are read. Invariants: nothing that was sent is served before it was looked at, stripped and
//! attached; no name comes from a client; a URL that is signed allows one thing until one time. Deliberately absent: what
//! files belong to, who may ask for an upload, and smaller copies of pictures.

mod disk;
mod drafts;
mod files;
mod folder;
mod kind;
mod links;
mod migration;
mod name;
pub mod picture;
mod receiving;
mod serve;
mod shelf;
mod signed_file;
mod upload;

pub use files::{Files, Readers};
pub use kind::Kind;
pub use migration::migrations;
pub use name::FileName;
pub use shelf::{Content, Shelf};
pub use signed_file::SignedFile;
pub use upload::{Attached, NewUpload, OpenUpload, ReceiveError, RemoveUploads, UploadError};
