//! How one subgraph is reached.

use std::time::Duration;

use ::http::Uri;

#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Where queries and mutations are posted: `http` or `https`.
    pub url: Uri,
    /// Where subscriptions connect, `ws` or `wss`. Default: `url` with the scheme changed.
    pub subscription_url: Option<Uri>,
    /// Speak HTTP/2 without TLS, which only servers known to do so understand. With TLS it is negotiated.
    pub http2_prior_knowledge: bool,
    /// Longest time that a call takes, retries included, when the request names no earlier deadline.
    pub timeout: Duration,
    pub connect_timeout: Duration,
    /// Connections kept open while unused.
    pub max_idle_connections: usize,
    /// Size of an answer, or of one event of a subscription.
    pub max_response_bytes: usize,
    /// Silence on a subscription's connection after which the subgraph is asked for a sign of life; when it gives
    /// none for as long again, the subscription ends with an error.
    pub keep_alive: Duration,
    /// Events of one subscription held for a reader that is behind; then the subgraph is made to wait.
    pub subscription_buffer: usize,
    pub retry: RetryOptions,
    pub breaker: BreakerOptions,
}

impl HttpOptions {
    /// The defaults for a subgraph at `url`.
    pub fn new(url: Uri) -> Self {
        Self {
            url,
            subscription_url: None,
            http2_prior_knowledge: false,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(2),
            max_idle_connections: 256,
            max_response_bytes: 32 << 20,
            keep_alive: Duration::from_secs(20),
            subscription_buffer: 64,
            retry: RetryOptions::default(),
            breaker: BreakerOptions::default(),
        }
    }
}

/// Repetition of calls that failed without an answer. Calls that are not idempotent are repeated only when no
/// connection was had at all.
#[derive(Debug, Clone)]
pub struct RetryOptions {
    /// Attempts after the first.
    pub max_retries: u32,
    /// Pause before the first retry; it doubles with each, plus up to half of itself.
    pub pause: Duration,
    /// Retries allowed for each hundred calls, so that a subgraph in trouble is not asked many times over.
    pub percent: u32,
    /// Retries allowed at once beyond that, for a subgraph that is called seldom.
    pub reserve: u32,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self { max_retries: 2, pause: Duration::from_millis(20), percent: 20, reserve: 10 }
    }
}

/// When a failing subgraph is given a rest.
#[derive(Debug, Clone)]
pub struct BreakerOptions {
    /// Failures in a row after which calls are refused. 0 switches the breaker off.
    pub failures: u32,
    /// How long calls are refused before one is let through to see; it doubles with each failed probe.
    pub rest: Duration,
    pub max_rest: Duration,
    /// A call that timed out counts as a failure of the subgraph only if it was given this long.
    pub slow_call: Duration,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self {
            failures: 10,
            rest: Duration::from_millis(500),
            max_rest: Duration::from_secs(10),
            slow_call: Duration::from_secs(1),
        }
    }
}
