//! Receiving the bytes of an upload.

use std::time::Duration;

use axum::body::Body;
use futures::StreamExt;
use platform_core::id::UploadId;
use serde::Serialize;

use super::row::{Model, Status};
use super::{KEPT_FOR, ReceiveError, store};
use crate::drafts::Draft;
use crate::files::Files;
use crate::name::FileName;
use crate::picture::{self, Picture};

/// How long a picture that has come waits until it is looked at.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is kept of what was sent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    pub id: UploadId,
    /// MIME type, by the bytes.
    pub content_type: &'static str,
    /// As it is shown, in pixels.
    pub width: u32,
    /// As it is shown, in pixels.
    pub height: u32,
    /// Without its metadata.
    pub bytes: usize,
}

impl Files {
    /// Takes the bytes of an upload that is still open; `declared` is how many are said to come.
    pub async fn receive(
        &self,
        id: UploadId,
        declared: Option<u64>,
        body: Body,
    ) -> Result<Received, ReceiveError> {
        let row = store::find(self.database(), id).await?.ok_or(ReceiveError::Expired)?;
        match row.status {
            Status::Open if self.now() < row.expires_at => {}
            _ => return Err(too_late(&row)),
        }
        if declared.is_some_and(|declared| i64::try_from(declared).is_ok_and(|bytes| bytes > row.max_bytes)) {
            return Err(ReceiveError::TooLarge(row.max_bytes));
        }
        let _place = self.receiving().place(&row.owner).ok_or(ReceiveError::Busy)?;
        let draft = self.draft(body, row.max_bytes).await?;
        let picture = self.look_at(draft).await?;
        check_kind(&row, &picture)?;
        self.keep(id, picture).await
    }

    /// Reads a body to its end into a draft: who sends slowly, or waits for its turn, holds a file and no memory.
    async fn draft(&self, body: Body, most: i64) -> Result<Draft, ReceiveError> {
        let mut draft = self.drafts().begin(self.ids().next_uuid()).await?;
        let (mut pieces, mut length) = (body.into_data_stream(), 0_i64);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| ReceiveError::BrokenOff)?;
            length = length.saturating_add(i64::try_from(piece.len()).unwrap_or(i64::MAX));
            if length > most {
                return Err(ReceiveError::TooLarge(most));
            }
            draft.write(&piece).await?;
        }
        match length {
            0 => Err(ReceiveError::Empty),
            _ => Ok(draft),
        }
    }

    async fn look_at(&self, mut draft: Draft) -> Result<Picture, ReceiveError> {
        let turn = tokio::time::timeout(PATIENCE, self.looking().acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(ReceiveError::Busy)?;
        let bytes = draft.read().await?;
        let looked = tokio::task::spawn_blocking(move || {
            // Held here: the thread goes on where its request is given up.
            let _turn = turn;
            picture::clean(&bytes)
        });
        // A decoder that panics has met a picture that nobody could show.
        Ok(looked.await.unwrap_or(Err(picture::PictureError::Broken))?)
    }

    /// Keeps a picture for whoever attaches the upload.
    async fn keep(&self, id: UploadId, mut picture: Picture) -> Result<Received, ReceiveError> {
        let name = FileName::fresh(self.ids().next_uuid(), picture.kind);
        let length = picture.bytes.len();
        let bytes = std::mem::take(&mut picture.bytes);
        self.shelf().keep(&name, bytes.into()).await?;
        let kept_until = self.now() + KEPT_FOR;
        // Where this fails it may have been written all the same: the file is removed when it is old.
        if !store::set_kept(self.database(), id, &name, &picture, length, kept_until).await? {
            self.shelf().remove(&name).await?;
            let row = store::find(self.database(), id).await?;
            return Err(row.as_ref().map_or(ReceiveError::Expired, too_late));
        }
        let Picture { kind, width, height, .. } = picture;
        Ok(Received { id, content_type: kind.content_type(), width, height, bytes: length })
    }
}

/// Why nothing more can be sent to an upload.
fn too_late(row: &Model) -> ReceiveError {
    match row.status {
        Status::Open | Status::Lapsed => ReceiveError::Expired,
        Status::Kept | Status::Attached => ReceiveError::SentAlready,
    }
}

fn check_kind(row: &Model, picture: &Picture) -> Result<(), ReceiveError> {
    match row.content_types.split(',').any(|kind| kind == picture.kind.content_type()) {
        true => Ok(()),
        false => Err(ReceiveError::OtherKind(row.content_types.replace(',', ", "))),
    }
}
