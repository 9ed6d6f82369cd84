//! How a carrier is asked: few questions at once, each with an end, each answer up to a size.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::super::CarrierError;
use super::wire::words;

/// How many questions one carrier is asked at once; others wait, as long as for an answer.
const AT_ONCE: usize = 4;
/// The header with the token of the sandbox's carrier.
pub const SANDBOX_TOKEN: HeaderName = HeaderName::from_static("sandbox-token");
const TO_CONNECT: Duration = Duration::from_secs(2);
const TO_ANSWER: Duration = Duration::from_secs(10);
/// The most of a refusal that is read.
const MAX_REFUSAL: usize = 4_096;

/// Why a carrier cannot be asked, or does not answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("it has no address; write for example https://carrier.example.com/v1")]
    Url,
    #[error("its token cannot stand in a header")]
    Token,
    #[error("HTTP cannot be spoken")]
    Client(#[source] reqwest::Error),
    #[error("others ask it")]
    Busy,
    #[error("it did not answer in time")]
    Late,
    #[error("it does not answer")]
    Request(#[source] reqwest::Error),
    #[error("it answers with {0}")]
    Status(StatusCode),
    #[error("it answers with more than {0} bytes")]
    TooLarge(usize),
    #[error("what it answers is not what was asked for")]
    Unreadable(#[source] serde_json::Error),
    #[error("its label is no PDF")]
    NoPdf,
    #[error("its answer has values that cannot be")]
    Wrong,
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self::Request(error.without_url())
    }
}

impl From<HttpError> for CarrierError {
    fn from(error: HttpError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

pub(super) struct Client {
    base: Url,
    http: reqwest::Client,
    turns: Semaphore,
}

/// By what a carrier knows who asks.
#[derive(Debug, Clone)]
pub enum Credential {
    Bearer(String),
    /// Of the sandbox's carrier: it is asked through the router, which passes no `Authorization` on.
    Sandbox(String),
}

/// What a carrier says of what it refuses.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Client {
    pub fn new(url: &str, credential: Option<Credential>) -> Result<Self, HttpError> {
        let base: Url = url.parse().map_err(|_| HttpError::Url)?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() || base.query().is_some() {
            return Err(HttpError::Url);
        }
        let mut headers = HeaderMap::new();
        if let Some(credential) = credential {
            let (name, value) = match credential {
                Credential::Bearer(token) => (AUTHORIZATION, format!("Bearer {token}")),
                Credential::Sandbox(token) => (SANDBOX_TOKEN, token),
            };
            let mut value = HeaderValue::from_str(&value).map_err(|_| HttpError::Token)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("Souk/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(Policy::none())
            .connect_timeout(TO_CONNECT);
        if base.scheme() == "http" {
            // Plain HTTP needs no certificates, and some machines have none.
            http = http.tls_certs_only([]);
        }
        Ok(Self { base, http: http.build().map_err(HttpError::Client)?, turns: Semaphore::new(AT_ONCE) })
    }

    /// A request for what stands at these parts of a path.
    pub fn request<'a>(&self, method: Method, parts: impl IntoIterator<Item = &'a str>) -> RequestBuilder {
        self.http.request(method, self.url(parts))
    }

    /// A request for the one that has this value among what stands at a path.
    pub fn look_up(&self, path: &str, name: &str, value: &str) -> RequestBuilder {
        let mut url = self.url([path]);
        url.query_pairs_mut().append_pair(name, value);
        self.http.get(url)
    }

    fn url<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }

    /// The answer of at most `most` bytes, read as JSON.
    pub async fn ask<A: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        most: usize,
    ) -> Result<A, CarrierError> {
        let body = self.bytes(request, most).await?;
        Ok(serde_json::from_slice(&body).map_err(HttpError::Unreadable)?)
    }

    /// The answer of at most `most` bytes.
    pub async fn bytes(&self, request: RequestBuilder, most: usize) -> Result<Vec<u8>, CarrierError> {
        let turn = timeout(TO_ANSWER, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(HttpError::Busy.into()) };
        let answered = async {
            let response = request.send().await.map_err(HttpError::from)?;
            match response.status() {
                status if status.is_success() => Ok(body(response, most).await?),
                status if is_refusal(status) => Err(refusal(status, response).await),
                status => Err(HttpError::Status(status).into()),
            }
        };
        timeout(TO_ANSWER, answered).await.unwrap_or_else(|_| Err(HttpError::Late.into()))
    }
}

/// Whether asking again is of no use. Of who is not let in, or asks too much, it is.
fn is_refusal(status: StatusCode) -> bool {
    let is_to_mend = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    status.is_client_error() && !is_to_mend.contains(&status)
}

async fn refusal(status: StatusCode, response: Response) -> CarrierError {
    let said = body(response, MAX_REFUSAL).await.ok();
    let said = said.and_then(|body| serde_json::from_slice::<Refusal>(&body).ok());
    let message = said.map(|refusal| words(&refusal.message)).filter(|message| !message.is_empty());
    CarrierError::Refused(message.unwrap_or_else(|| status.to_string()))
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > most {
            return Err(HttpError::TooLarge(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
