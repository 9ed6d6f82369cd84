//! How many connections the operating system lets this process have.

use std::sync::{Arc, OnceLock};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files that a process needs beside its clients' connections: databases, connections to others, logs.
const OTHERS: u64 = 256;

/// The places of all listeners of this process. The limit of open files is raised as far as it may be; a quarter of
/// it, and `OTHERS` at least, is kept for everything else.
pub fn places() -> &'static Arc<Semaphore> {
    static PLACES: OnceLock<Arc<Semaphore>> = OnceLock::new();
    PLACES.get_or_init(|| Arc::new(Semaphore::new(for_connections(raised()))))
}

/// Files that are kept for something else than clients' connections, as long as this is there.
#[derive(Debug)]
pub struct Reserved {
    files: usize,
    _places: Option<OwnedSemaphorePermit>,
}

impl Reserved {
    /// So many, or a quarter of the places that are left.
    pub fn at_most(files: usize) -> Self {
        let files = files.min(places().available_permits() / 4).max(1);
        let amount = u32::try_from(files).unwrap_or(u32::MAX);
        Self { files, _places: places().clone().try_acquire_many_owned(amount).ok() }
    }

    /// How many.
    pub const fn files(&self) -> usize {
        self.files
    }
}

/// The limit of open files, as high as this process may set it; `None` is no limit.
fn raised() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let highest = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, highest) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, limit = limit.current, "the limit of open files cannot be raised");
            limit.current
        }
    }
}

fn for_connections(limit: Option<u64>) -> usize {
    let free = limit.map_or(u64::MAX, |limit| limit.saturating_sub(OTHERS.max(limit / 4)).max(16));
    usize::try_from(free).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_for_other_things_than_connections() {
        assert_eq!(for_connections(Some(1_024)), 768);
        assert_eq!(for_connections(Some(100_000)), 75_000);
        assert_eq!(for_connections(Some(64)), 16);
        assert_eq!(for_connections(None), Semaphore::MAX_PERMITS);
    }

    #[test]
    fn what_is_reserved_is_taken_from_the_places_for_connections() {
        let before = places().available_permits();
        let reserved = Reserved::at_most(4);
        assert_eq!((reserved.files(), places().available_permits()), (4, before - 4));
        drop(reserved);
        assert_eq!(places().available_permits(), before);
    }

    #[test]
    fn the_limit_of_this_process_is_raised() {
        places();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
