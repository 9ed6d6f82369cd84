//! Asking for an upload.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use platform_core::id::UploadId;
use platform_identity::Identity;
use platform_server::cost;
use uuid::Uuid;

use super::row::{Model, Status};
use super::{MAX_LOOSE, OPEN_FOR, SENDING, UploadError, owner, store};
use crate::files::Files;
use crate::kind::Kind;

/// What an upload is for, and what may be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewUpload<'a> {
    /// What kind of thing it can be attached to: stored, so it must never change.
    pub purpose: &'static str,
    /// Which one.
    pub subject: Uuid,
    pub kinds: &'a [Kind],
    pub max_bytes: u32,
}

/// A file that is about to be sent. Send its bytes, as they are, to `url` within its time; then attach it by its id. What
/// is attached to nothing within a day is removed.
#[derive(SimpleObject)]
#[graphql(name = "Upload", shareable)]
pub struct OpenUpload {
    /// By which the file is attached.
    pub id: UploadId,
    /// Where to send the bytes: a path at the same host. Whoever has it may send them, once.
    pub url: String,
    /// Of the request that sends them: `PUT`.
    pub method: String,
    /// That the request must have.
    #[graphql(directive = cost::list::apply(2))]
    pub headers: Vec<UploadHeader>,
    /// Until when the bytes must have been sent.
    pub expires_at: DateTime<Utc>,
    /// MIME types of what may be sent. Which one it is, the bytes tell.
    pub content_types: Vec<String>,
    /// The most bytes that may be sent.
    pub max_bytes: u32,
}

/// A header of a request that sends a file.
#[derive(SimpleObject)]
#[graphql(shareable)]
pub struct UploadHeader {
    /// Such as `Content-Type`.
    pub name: String,
    /// As it must be sent.
    pub value: String,
}

impl Files {
    /// Makes an upload that `caller` alone may attach.
    pub async fn open_upload(
        &self,
        caller: &Identity,
        new: NewUpload<'_>,
    ) -> Result<OpenUpload, UploadError> {
        let owner = owner(caller).ok_or(UploadError::Nobody)?;
        let (id, now): (UploadId, _) = (self.ids().next(), self.now());
        let content_types: Vec<&str> = new.kinds.iter().map(|kind| kind.content_type()).collect();
        let expires_at = now + OPEN_FOR;
        let tx = self.database().begin().await?;
        if store::count_loose(&tx, &owner).await? >= MAX_LOOSE {
            return Err(UploadError::TooMany);
        }
        let row = Model {
            id,
            owner,
            purpose: new.purpose.to_owned(),
            subject_id: new.subject,
            content_types: content_types.join(","),
            max_bytes: new.max_bytes.into(),
            status: Status::Open,
            file: None,
            width: None,
            height: None,
            bytes: None,
            created_at: now,
            expires_at,
            kept_until: expires_at + SENDING,
        };
        store::insert(&tx, row).await?;
        tx.commit().await?;
        let binary =
            UploadHeader { name: "Content-Type".to_owned(), value: "application/octet-stream".to_owned() };
        Ok(OpenUpload {
            id,
            url: self.links().to_send(id, expires_at),
            method: "PUT".to_owned(),
            headers: vec![binary],
            expires_at,
            content_types: content_types.into_iter().map(str::to_owned).collect(),
            max_bytes: new.max_bytes,
        })
    }
}
