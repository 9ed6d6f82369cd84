//! Argon2id off the async threads, as many at once as there are cores and with a bounded queue before it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use platform_config::AuthConfig;
use platform_core::{ApiError, ErrorCode};
use platform_text::nfc;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

/// Callers that may wait for a core; the next is told to come again.
const MAX_QUEUED: usize = 256;
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The most that one hash may take: more would be the end of the process, or of the patience of who logs in.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 100;

#[derive(Debug, thiserror::Error)]
pub enum HasherError {
    #[error(
        "auth.argon2_memory_kib must be at least 8 and at most 1048576, and auth.argon2_passes at least 1 and at most 100"
    )]
    Cost,
    #[error("too many logins at the moment; try again")]
    Busy,
    #[error("a password could not be hashed: {0}")]
    Hashing(argon2::password_hash::Error),
    #[error("the thread that hashed a password ended early")]
    Thread,
}

impl ApiError for HasherError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::Unavailable,
            Self::Cost | Self::Hashing(_) | Self::Thread => ErrorCode::Internal,
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right {
        /// The hash was made at another cost than is configured now and should be replaced.
        outdated: bool,
    },
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    params: Params,
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// The hash that a password is checked against when there is no account, so that the answer takes as long.
    decoy: Arc<OnceCell<String>>,
}

/// A core to hash with. Dropping it gives it back.
pub struct Slot {
    params: Params,
    _permit: OwnedSemaphorePermit,
}

impl Hasher {
    pub fn new(config: &AuthConfig) -> Result<Self, HasherError> {
        if config.argon2_memory_kib > MAX_MEMORY_KIB || config.argon2_passes > MAX_PASSES {
            return Err(HasherError::Cost);
        }
        let params = Params::new(config.argon2_memory_kib, config.argon2_passes, 1, None)
            .map_err(|_| HasherError::Cost)?;
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Ok(Self {
            params,
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(MAX_QUEUED)),
            decoy: Arc::default(),
        })
    }

    /// Waits for a core.
    pub async fn slot(&self) -> Result<Slot, HasherError> {
        let _queued = self.queue.try_acquire().map_err(|_| HasherError::Busy)?;
        let permit = tokio::time::timeout(MAX_WAIT, self.cores.clone().acquire_owned())
            .await
            .map_err(|_| HasherError::Busy)?
            .map_err(|_| HasherError::Busy)?;
        Ok(Slot { params: self.params.clone(), _permit: permit })
    }

    /// A hash that no password is known for, of the configured cost.
    pub async fn decoy(&self) -> Result<&str, HasherError> {
        self.decoy
            .get_or_try_init(async || self.hash("no account has this password".to_owned()).await)
            .await
            .map(String::as_str)
    }

    /// The PHC string of `password`, in whichever Unicode form it was typed, with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String, HasherError> {
        let slot = self.slot().await?;
        let hashed = slot
            .run(move |argon2| argon2.hash_password(nfc(&password).as_bytes()).map(|hash| hash.to_string()))
            .await?;
        Ok(hashed.0)
    }
}

impl Slot {
    /// Checks `password` against a stored hash, at the cost that the hash names. Returns the core, for what has to
    /// be done before the next may have it.
    pub async fn verify(self, password: String, stored: String) -> Result<(Verdict, Self), HasherError> {
        let wanted = self.params.clone();
        self.run(move |argon2| {
            let stored = PasswordHash::new(&stored)?;
            let normal = nfc(&password);
            let mut checked = argon2.verify_password(normal.as_bytes(), &stored);
            // Earlier releases hashed what was typed.
            if checked.is_err() && *normal != password {
                checked = argon2.verify_password(password.as_bytes(), &stored);
            }
            match checked {
                Ok(()) => Ok(Verdict::Right { outdated: is_outdated(&stored, &wanted) }),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(Argon2<'_>) -> argon2::password_hash::Result<T> + Send + 'static,
    ) -> Result<(T, Self), HasherError> {
        // The core goes along to the thread: a caller that gives up does not make room before the work is done.
        let (result, slot) = tokio::task::spawn_blocking(move || {
            (work(Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())), self)
        })
        .await
        .map_err(|_| HasherError::Thread)?;
        Ok((result.map_err(HasherError::Hashing)?, slot))
    }
}

fn is_outdated(stored: &PasswordHash, wanted: &Params) -> bool {
    let cost = |p: &Params| (p.m_cost(), p.t_cost(), p.p_cost());
    stored.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || Params::try_from(stored).map_or(true, |params| cost(&params) != cost(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(passes: u32) -> Hasher {
        let config = AuthConfig { argon2_memory_kib: 64, argon2_passes: passes, ..AuthConfig::default() };
        Hasher::new(&config).unwrap()
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_accepted_and_called_outdated() {
        let hash = hasher(1).hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let verify = async |passes, password: &str| {
            hasher(passes).slot().await.unwrap().verify(password.to_owned(), hash.clone()).await.unwrap().0
        };
        assert_eq!(verify(1, "correct horse").await, Verdict::Right { outdated: false });
        assert_eq!(verify(2, "correct horse").await, Verdict::Right { outdated: true });
        assert_eq!(verify(1, "wrong horse").await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let hasher = hasher(1);
        let mut slots = Vec::new();
        while hasher.cores.available_permits() > 0 {
            slots.push(hasher.slot().await.unwrap());
        }
        let queued =
            hasher.queue.clone().acquire_many_owned(u32::try_from(MAX_QUEUED).unwrap()).await.unwrap();
        assert!(matches!(hasher.slot().await, Err(HasherError::Busy)));
        drop((queued, slots));
        assert!(hasher.slot().await.is_ok());
    }

    #[test]
    fn a_cost_out_of_range_is_refused() {
        for (memory, passes) in [(1, 2), (u32::MAX, 2), (19_456, 0), (19_456, 101)] {
            let config =
                AuthConfig { argon2_memory_kib: memory, argon2_passes: passes, ..AuthConfig::default() };
            assert!(matches!(Hasher::new(&config), Err(HasherError::Cost)), "{memory} KiB, {passes} passes");
        }
    }
}
