//! A service for maps over HTTP: who asks it, how often, how long for an answer, and what is left alone.
//!
//! Invariant: an answer is read up to [`MAX_BYTES`] and no further; a question waits for its turn, and then for its answer, no
//! longer than the service's patience.

mod breaker;
mod error;
mod kept;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use platform_core::Clock;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

pub use error::{InvalidService, NoAnswer};
pub use kept::Kept;

use breaker::Breaker;

/// The most that an answer has.
pub const MAX_BYTES: usize = 4 << 20;
/// How long a connection may take to be made.
const TO_CONNECT: Duration = Duration::from_secs(2);

/// Where a service for maps is, and how it is asked.
#[derive(Debug, Clone)]
pub struct Service {
    /// Of HTTP or HTTPS, without a query.
    pub url: String,
    /// The longest that a question waits for its turn, and then for its answer.
    pub patience: Duration,
    /// Whom the service's operator can write to, a mail address or a page: part of the User-Agent, if it is not empty.
    pub contact: String,
}

/// A service that can be asked.
pub struct Web {
    base: Url,
    client: Client,
    patience: Duration,
    turns: Semaphore,
    pace: Option<DefaultDirectRateLimiter>,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
}

impl Web {
    /// Of a service that answers `at_once` questions, and begins no more than `per_second` where that is given.
    pub fn new(
        service: &Service,
        at_once: usize,
        per_second: Option<NonZeroU32>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InvalidService> {
        let base: Url = service.url.parse().map_err(|_| InvalidService::Url)?;
        let is_base = matches!(base.scheme(), "http" | "https")
            && base.has_host()
            && base.query().is_none()
            && base.fragment().is_none();
        if !is_base {
            return Err(InvalidService::Url);
        }
        let mut client = Client::builder()
            .user_agent(user_agent(&service.contact)?)
            .redirect(Policy::none())
            .connect_timeout(TO_CONNECT)
            .read_timeout(service.patience);
        if base.scheme() == "http" {
            // Plain HTTP needs no certificates, and some machines have none.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(InvalidService::Client)?;
        // One by one, as evenly as may be.
        let quota = per_second.and_then(|count| Quota::with_period(Duration::from_secs(1) / count.get()));
        Ok(Self {
            base,
            client,
            patience: service.patience,
            turns: Semaphore::new(at_once),
            pace: quota.map(RateLimiter::direct),
            breaker: Breaker::default(),
            clock,
        })
    }

    /// The URL below the service's own that has these parts of a path.
    pub fn url<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// Asks, and gives `read` the answer and whether the service has found fault with the question.
    pub async fn ask<A, T>(
        &self,
        url: Url,
        read: impl FnOnce(Answer<A>) -> Result<T, NoAnswer>,
    ) -> Result<T, NoAnswer>
    where
        A: DeserializeOwned,
    {
        if !self.breaker.lets(self.clock.now()) {
            return Err(NoAnswer::Resting);
        }
        let turn = timeout(self.patience, self.turn()).await;
        let Ok(Some(_turn)) = turn else { return Err(NoAnswer::Busy) };
        let answered = async { read(self.answer(url).await?) };
        let answered = timeout(self.patience, answered).await.unwrap_or(Err(NoAnswer::Late));
        match &answered {
            Ok(_) => self.breaker.answered(),
            Err(_) => self.breaker.failed(self.clock.now()),
        }
        answered
    }

    /// `None` where nobody gets a turn any more, which does not happen.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let turn = self.turns.acquire().await.ok();
        if let Some(pace) = &self.pace {
            pace.until_ready().await;
        }
        turn
    }

    async fn answer<A: DeserializeOwned>(&self, url: Url) -> Result<Answer<A>, NoAnswer> {
        let response = self.client.get(url).send().await?;
        match response.status() {
            StatusCode::OK => Ok(Answer::Found(parsed(response).await?)),
            StatusCode::BAD_REQUEST => Ok(Answer::Refused(parsed(response).await.ok())),
            status => Err(NoAnswer::Status(status)),
        }
    }
}

/// What a service says.
pub enum Answer<A> {
    Found(A),
    /// It does not like the question; what it says of that, where that is of the same form.
    Refused(Option<A>),
}

async fn parsed<A: DeserializeOwned>(mut response: Response) -> Result<A, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > MAX_BYTES {
            return Err(NoAnswer::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(NoAnswer::Unreadable)
}

fn user_agent(contact: &str) -> Result<String, InvalidService> {
    let name = concat!("Souk/", env!("CARGO_PKG_VERSION"));
    match contact {
        "" => Ok(name.to_owned()),
        contact if contact.chars().all(|c| c.is_ascii_graphic() && !"()\\".contains(c)) => {
            Ok(format!("{name} (+{contact})"))
        }
        _ => Err(InvalidService::Contact),
    }
}
