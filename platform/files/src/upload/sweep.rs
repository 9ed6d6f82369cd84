//! Removing what was sent and attached to nothing, and what processes left behind that were killed.

use std::time::Duration;

use chrono::TimeDelta;
use platform_core::id::UploadId;
use platform_jobs::{JobContext, JobError, RecurringJob};

use super::row::Status;
use super::{KEPT_FOR, OPEN_FOR, SENDING, UploadError, store};
use crate::files::Files;
use crate::name::FileName;

/// How many uploads, drafts and files one run looks at, each.
const BATCH: u64 = 200;
/// How many names of a folder one run reads.
const NAMES: usize = 2_000;
/// What is so much older than any upload it could be of is nobody's.
const MARGIN: TimeDelta = TimeDelta::hours(1);

/// Removes uploads that have lapsed, with their files.
pub struct RemoveUploads(pub Files);

impl RecurringJob for RemoveUploads {
    const NAME: &'static str = "files.remove-uploads";
    const EVERY: Duration = Duration::from_secs(300);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let lapsed = self.0.remove_lapsed().await?;
        let left_behind = self.0.remove_left_behind().await?;
        if lapsed + left_behind > 0 {
            tracing::info!(lapsed, left_behind, "uploads that nothing was made of were removed");
        }
        Ok(())
    }
}

impl Files {
    /// Uploads whose time is over: the row says so first, then the file goes, then the row. Of those that were attached
    /// the row goes, and their files are not this crate's any more.
    async fn remove_lapsed(&self) -> Result<usize, UploadError> {
        let past = store::past(self.database(), self.now(), BATCH).await?;
        if past.is_empty() {
            return Ok(0);
        }
        let ids: Vec<UploadId> = past.iter().map(|row| row.id).collect();
        let tx = self.database().begin().await?;
        let lapsed = store::lapse(&tx, &ids).await?;
        tx.commit().await?;
        for name in lapsed.iter().filter_map(|row| FileName::parse(row.file.as_deref()?)) {
            self.shelf().remove(&name).await?;
        }
        let attached = past.iter().filter(|row| row.status == Status::Attached).map(|row| row.id);
        let done: Vec<UploadId> = attached.chain(lapsed.iter().map(|row| row.id)).collect();
        store::delete(self.database(), &done).await?;
        Ok(lapsed.len())
    }

    /// Drafts and files that no upload names: their process was killed between two steps.
    async fn remove_left_behind(&self) -> Result<usize, UploadError> {
        let old = |kept: TimeDelta| (self.now() - kept - MARGIN).timestamp();
        let drafts = self.drafts().remove_older(old(OPEN_FOR + SENDING), NAMES).await?;
        let mut files = 0;
        for name in self.shelf().kept(NAMES).await? {
            if name.made_at().is_some_and(|made| made < old(KEPT_FOR)) {
                self.shelf().remove(&name).await?;
                files += 1;
            }
        }
        Ok(drafts + files)
    }
}
