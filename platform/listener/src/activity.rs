//! What goes on on a connection. In HTTP/2, which carries several requests at once, the socket alone does not tell who
//! waits for whom.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A client that is waited for so long while it sends no more of a body than [`PROGRESS`] gives way to others. Time enough
/// for what was lost to be sent again, at a rate below that of any line for pictures.
const STALLED: Duration = Duration::from_secs(2);
const PROGRESS: usize = 4 * 1024;
/// For a client of HTTP/2 to hear that its connection ends: what it asks meanwhile may have been on its way, and is answered.
pub const PARTING: Duration = Duration::from_secs(2);

/// Of one connection.
pub struct Activity {
    /// HTTP/1 has deadlines of its own for all that is judged here.
    is_http1: AtomicBool,
    streams: Mutex<Streams>,
}

struct Streams {
    open: HashMap<u64, Waits>,
    next: u64,
    idle_since: Instant,
    /// Since when it is to end after what is under way.
    last_since: Option<Instant>,
}

/// What a request under way waits for its client to do.
#[derive(Default)]
struct Waits {
    /// To take some of its answer, since then.
    taking: Option<Instant>,
    /// To send more of its body; from this moment on it gives way.
    sending: Option<Instant>,
}

/// A request under way. Ends when dropped.
pub struct Stream {
    activity: Arc<Activity>,
    key: u64,
}

/// How the body of a request under way comes. Only the time counts in which it is waited for.
pub struct Sending {
    activity: Arc<Activity>,
    key: u64,
    waiting: Option<Instant>,
    /// How long before, since the last progress, and what has come since.
    waited: Duration,
    sent: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Fine,
    /// Nothing is asked, or nothing that counts.
    Idle,
    /// The client takes nothing of an answer.
    Stuck,
}

impl Activity {
    pub fn new() -> Arc<Self> {
        let streams = Streams { open: HashMap::new(), next: 0, idle_since: Instant::now(), last_since: None };
        Arc::new(Self { is_http1: AtomicBool::new(false), streams: Mutex::new(streams) })
    }

    pub fn set_http1(&self) {
        self.is_http1.store(true, Ordering::Relaxed);
    }

    pub fn is_http1(&self) -> bool {
        self.is_http1.load(Ordering::Relaxed)
    }

    pub fn set_last(&self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.last_since.get_or_insert_with(Instant::now);
    }

    pub fn is_last(&self) -> bool {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).last_since.is_some()
    }

    /// Whether nothing is asked for so long, or nothing but what bodies ask that do not go on.
    pub fn gives_way(&self, time: Duration) -> bool {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.open.is_empty() {
            return streams.idle_since.elapsed() >= time;
        }
        let now = Instant::now();
        streams.open.values().all(|waits| waits.sending.is_some_and(|until| until <= now))
    }

    /// A request begins. One that begins after the client had to know that the connection ends keeps it no longer.
    pub fn begin(self: &Arc<Self>) -> Stream {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let key = streams.next;
        streams.next += 1;
        if self.is_http1() || !streams.has_parted() {
            streams.open.insert(key, Waits::default());
        }
        Stream { activity: self.clone(), key }
    }

    /// Takes note of what a request waits for, unless it has ended.
    fn note(&self, key: u64, change: impl FnOnce(&mut Waits)) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waits) = streams.open.get_mut(&key) {
            change(waits);
        }
    }

    pub fn judge(&self, idle: Duration, stuck: Duration) -> Verdict {
        if self.is_http1() {
            return Verdict::Fine;
        }
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.open.values().filter_map(|waits| waits.taking).any(|since| since.elapsed() > stuck) {
            Verdict::Stuck
        } else if streams.open.is_empty() && (streams.has_parted() || streams.idle_since.elapsed() > idle) {
            Verdict::Idle
        } else {
            Verdict::Fine
        }
    }
}

impl Streams {
    fn has_parted(&self) -> bool {
        self.last_since.is_some_and(|since| since.elapsed() >= PARTING)
    }
}

impl Stream {
    pub fn waits_for_client(&self, waits: bool) {
        self.activity.note(self.key, |stream| stream.taking = waits.then(Instant::now));
    }

    /// For its body.
    pub fn sending(&self) -> Sending {
        let activity = self.activity.clone();
        Sending { activity, key: self.key, waiting: None, waited: Duration::ZERO, sent: 0 }
    }
}

impl Sending {
    /// The client is waited for.
    pub fn waits(&mut self) {
        if self.waiting.is_none() {
            let now = Instant::now();
            self.waiting = Some(now);
            let until = now + STALLED.saturating_sub(self.waited);
            self.activity.note(self.key, |stream| stream.sending = Some(until));
        }
    }

    /// So many bytes have come, or the end.
    pub fn came(&mut self, bytes: usize) {
        if let Some(since) = self.waiting.take() {
            self.activity.note(self.key, |stream| stream.sending = None);
            self.waited += since.elapsed();
        }
        self.sent += bytes;
        if self.sent >= PROGRESS {
            (self.waited, self.sent) = (Duration::ZERO, 0);
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.came(0);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut streams = self.activity.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.open.remove(&self.key).is_some() && streams.open.is_empty() {
            streams.idle_since = Instant::now();
        }
    }
}
