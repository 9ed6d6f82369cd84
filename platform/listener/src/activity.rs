//! What goes on on a connection. In HTTP/2, which carries several requests at once, the socket alone does not tell who
//! waits for whom.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Of one connection.
pub struct Activity {
    /// HTTP/1 has deadlines of its own for all that is judged here.
    is_http1: AtomicBool,
    streams: Mutex<Streams>,
}

struct Streams {
    /// Since when each open one has waited for the client.
    open: HashMap<u64, Option<Instant>>,
    next: u64,
    idle_since: Instant,
}

/// A request under way. Ends when dropped.
pub struct Stream {
    activity: Arc<Activity>,
    key: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Fine,
    /// Nothing is asked.
    Idle,
    /// The client takes nothing of an answer.
    Stuck,
}

impl Activity {
    pub fn new() -> Arc<Self> {
        let streams = Streams { open: HashMap::new(), next: 0, idle_since: Instant::now() };
        Arc::new(Self { is_http1: AtomicBool::new(false), streams: Mutex::new(streams) })
    }

    pub fn set_http1(&self) {
        self.is_http1.store(true, Ordering::Relaxed);
    }

    pub fn is_http1(&self) -> bool {
        self.is_http1.load(Ordering::Relaxed)
    }

    /// Whether nothing is asked, for so long.
    pub fn is_idle_for(&self, time: Duration) -> bool {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.open.is_empty() && streams.idle_since.elapsed() >= time
    }

    /// A request begins.
    pub fn begin(self: &Arc<Self>) -> Stream {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let key = streams.next;
        streams.next += 1;
        streams.open.insert(key, None);
        Stream { activity: self.clone(), key }
    }

    pub fn judge(&self, idle: Duration, stuck: Duration) -> Verdict {
        if self.is_http1() {
            return Verdict::Fine;
        }
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.open.values().flatten().any(|since| since.elapsed() > stuck) {
            Verdict::Stuck
        } else if streams.open.is_empty() && streams.idle_since.elapsed() > idle {
            Verdict::Idle
        } else {
            Verdict::Fine
        }
    }
}

impl Stream {
    pub fn waits_for_client(&self, waits: bool) {
        let mut streams = self.activity.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = streams.open.get_mut(&self.key) {
            *since = waits.then(Instant::now);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut streams = self.activity.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.open.remove(&self.key);
        if streams.open.is_empty() {
            streams.idle_since = Instant::now();
        }
    }
}
