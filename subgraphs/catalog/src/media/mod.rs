//! Pictures of products: sent by who may change the product, attached to it or to one of its variants, in an order, each with
//! a text for who cannot see it.
//!
//! Invariants: a picture is a row and a file, and the file is removed when no row has it. Changes of a product's pictures
//! happen under the lock on the product and give it a new version, as all of its changes do. Deliberately absent: smaller
//! copies, and how files are taken and stored (`platform/files`).

mod create;
mod create_upload;
mod error;
pub mod graphql;
mod remove;
mod reorder;
mod store;
mod update;

pub use remove::RemoveFile;

use crate::app::MEDIA_PREFIX;

/// The most bytes of a picture that is sent.
pub const MAX_BYTES: u32 = 10 << 20;

/// What an upload of a picture is for; stored with it.
const PURPOSE: &str = "catalog.media";

/// Where a picture is read: a path at the same host.
pub fn url(file: &str) -> String {
    format!("{MEDIA_PREFIX}{file}")
}
