//! One value that many requests read, kept whole for a while.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// A value that is read anew once it is older than its time, by one reader for all. What asks for it hundreds of times in
/// a request shares a lock: hence no cache with keys.
#[derive(Debug)]
pub struct Kept<T> {
    ttl: Duration,
    state: RwLock<State<T>>,
    /// Held by the one that reads anew, so that the others wait for it instead of reading too.
    loading: Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    value: Option<(Instant, Arc<T>)>,
    /// Grows when the value is forgotten, so that what was being read meanwhile is not kept.
    epoch: u64,
}

impl<T> Kept<T> {
    /// Keeps a value for so long.
    pub fn new(ttl: Duration) -> Self {
        Self { ttl, state: RwLock::new(State { value: None, epoch: 0 }), loading: Mutex::default() }
    }

    /// The value; read by `load` where none is kept. What fails is not kept.
    pub async fn get<E, F>(&self, load: impl FnOnce() -> F) -> Result<Arc<T>, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let _loading = self.loading.lock().await;
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let epoch = self.state.read().unwrap_or_else(PoisonError::into_inner).epoch;
        let value = Arc::new(load().await?);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.epoch == epoch {
            state.value = Some((Instant::now(), Arc::clone(&value)));
        }
        Ok(value)
    }

    /// Has the next reader read anew.
    pub fn forget(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.value = None;
        state.epoch = state.epoch.wrapping_add(1);
    }

    fn find(&self) -> Option<Arc<T>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let kept = state.value.as_ref().filter(|(read_at, _)| read_at.elapsed() < self.ttl);
        kept.map(|(_, value)| Arc::clone(value))
    }
}
