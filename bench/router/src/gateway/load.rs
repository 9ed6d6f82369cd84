//! One operation, sent again and again over a number of connections.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// What is sent, and the answer that must come.
pub struct Question {
    pub body: Bytes,
    pub expected: Value,
}

/// Requests that were answered, and their latencies.
pub struct Answered {
    pub latencies: Vec<Duration>,
    pub elapsed: Duration,
}

pub async fn run(url: &Uri, question: &Question, connections: usize, duration: Duration) -> Result<Answered> {
    let begin = Instant::now();
    let each = (0..connections).map(|_| repeat(url, question, begin + duration));
    let mut latencies = try_join_all(each).await?.concat();
    let elapsed = begin.elapsed();
    latencies.sort_unstable();
    Ok(Answered { latencies, elapsed })
}

async fn repeat(url: &Uri, question: &Question, end: Instant) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(url.clone()).await?;
    let mut latencies = Vec::new();
    let mut right = Bytes::new();
    while Instant::now() < end {
        let begin = Instant::now();
        let answer = connection.ask(question.body.clone()).await?;
        latencies.push(begin.elapsed());
        // Texts that were found right are not read again.
        if answer != right {
            question.check(&answer)?;
            right = answer;
        }
    }
    Ok(latencies)
}

impl Question {
    /// Whether an answer has the data that is expected, and no errors.
    fn check(&self, answer: &[u8]) -> Result<()> {
        let text = || String::from_utf8_lossy(answer.get(..2000).unwrap_or(answer)).into_owned();
        let answer: Value = serde_json::from_slice(answer).with_context(text)?;
        ensure!(answer.get("errors").is_none(), "the answer has errors: {}", text());
        if answer.get("data") != self.expected.get("data") {
            bail!("the answer is not the one that is right: {}", text());
        }
        Ok(())
    }
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    url: Uri,
    host: String,
}

impl Connection {
    async fn open(url: Uri) -> Result<Self> {
        let host = url.authority().context("a URL with a host and a port")?.to_string();
        let stream = TcpStream::connect(&host).await.with_context(|| format!("nobody listens at {host}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, url, host })
    }

    async fn ask(&mut self, body: Bytes) -> Result<Bytes> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url.path())
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json");
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}
