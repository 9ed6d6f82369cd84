//! Removing a picture, and its file after it.

use contracts::catalog::ProductChange;
use platform_core::id::{MediaId, ProductId};
use platform_identity::Identity;
use platform_jobs::{Job, JobContext, JobError, JobHandler};
use serde::{Deserialize, Serialize};

use super::error::MediaError;
use super::store;
use crate::app::App;
use crate::edit::write::{finish, lock_own};

/// Removes a file that a row named which is gone. Enqueued with the row's removal, so that no file stays behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveFile {
    file: String,
}

impl Job for RemoveFile {
    const KIND: &'static str = "catalog.remove-file";
}

impl JobHandler<RemoveFile> for App {
    /// Drawings with the same content are one file. No row gets a file that another had: an upload is attached once.
    async fn run(&self, _: JobContext, job: RemoveFile) -> Result<(), JobError> {
        if !store::is_named(self.database(), &job.file).await? {
            self.media().remove(&job.file).await?;
        }
        Ok(())
    }
}

/// Removes a picture of a product of the caller's vendor, or of any for administrators.
pub async fn remove_media(app: &App, caller: &Identity, id: MediaId) -> Result<ProductId, MediaError> {
    let tx = app.begin().await?;
    let product = store::product_of(&tx, id).await?.ok_or(MediaError::Unknown)?;
    lock_own(&tx, caller, "id", product).await?;
    let row = store::find(&tx, id).await?.ok_or(MediaError::Unknown)?;
    store::delete(&tx, id).await?;
    app.jobs.enqueue(&tx, &RemoveFile { file: row.file }).await?;
    finish(app, tx, product, ProductChange::Updated).await?;
    Ok(product)
}
