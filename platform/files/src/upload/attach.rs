//! Attaching an upload to what it was made for.

use platform_core::id::UploadId;
use platform_database::Transaction;
use platform_identity::Identity;
use uuid::Uuid;

use super::row::{Model, Status};
use super::{UploadError, owner, store};
use crate::files::Files;
use crate::name::FileName;

/// A file that now belongs to what it was attached to.
#[derive(Debug, Clone)]
pub struct Attached {
    pub name: FileName,
    /// As it is shown, in pixels.
    pub width: i32,
    /// As it is shown, in pixels.
    pub height: i32,
}

impl Files {
    /// Has the file of an upload served, for [`Self::attach`] in the transaction that comes: no transaction is open while
    /// files are moved. Where that transaction fails the file is removed when the upload lapses. What is served early is
    /// known to nobody: its name is a fresh id.
    pub async fn serve_upload(
        &self,
        caller: &Identity,
        id: UploadId,
        purpose: &'static str,
        subject: Uuid,
    ) -> Result<(), UploadError> {
        let row = store::find(self.database(), id).await?;
        let attached = self.own(row, caller, purpose, subject)?;
        match self.shelf().serve(&attached.name).await? {
            true => Ok(()),
            false => Err(UploadError::Unknown),
        }
    }

    /// Takes an upload of the caller's, if and when `tx` commits; see [`Self::serve_upload`].
    pub async fn attach(
        &self,
        tx: &Transaction,
        caller: &Identity,
        id: UploadId,
        purpose: &'static str,
        subject: Uuid,
    ) -> Result<Attached, UploadError> {
        let row = store::lock(tx, id).await?;
        let attached = self.own(row, caller, purpose, subject)?;
        match store::change(tx, id, Status::Kept, Status::Attached).await? {
            true => Ok(attached),
            false => Err(UploadError::AttachedAlready),
        }
    }

    /// The file of an upload that the caller may attach. Whose an upload is, and what it is for, nobody else learns.
    fn own(
        &self,
        row: Option<Model>,
        caller: &Identity,
        purpose: &'static str,
        subject: Uuid,
    ) -> Result<Attached, UploadError> {
        let owner = owner(caller).ok_or(UploadError::Nobody)?;
        let is_own = |row: &Model| row.owner == owner && row.purpose == purpose && row.subject_id == subject;
        let row = row.filter(is_own).ok_or(UploadError::Unknown)?;
        match row.status {
            Status::Kept if self.now() < row.kept_until => {}
            Status::Open if self.now() < row.expires_at => return Err(UploadError::NotSent),
            Status::Attached => return Err(UploadError::AttachedAlready),
            Status::Open | Status::Kept | Status::Lapsed => return Err(UploadError::Unknown),
        }
        let name = row.file.as_deref().and_then(FileName::parse).ok_or(UploadError::Unknown)?;
        let (width, height) = (row.width.unwrap_or_default(), row.height.unwrap_or_default());
        Ok(Attached { name, width, height })
    }
}
