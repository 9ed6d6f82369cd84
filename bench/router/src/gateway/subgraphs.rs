//! The four subgraphs, each under a path of one server in this process.
//!
//! They are fast so that the router is what is measured: an answer is computed once for each text of a request, and
//! looked up from then on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::executor::Executor;

/// More different requests than a router can have reason to send.
const MAX_ANSWERS: usize = 10_000;

pub struct Subgraphs {
    served: HashMap<String, Subgraph>,
    asked: AtomicU64,
    computed: AtomicU64,
}

struct Subgraph {
    executor: Executor,
    answers: RwLock<HashMap<Bytes, Bytes>>,
}

/// How often they were asked, and how often the answer had to be computed.
pub struct Asked {
    pub all: u64,
    pub computed: u64,
}

impl Subgraphs {
    /// Subgraphs by name and schema; each is served under `/name`.
    pub fn new(schemas: &[(String, String)]) -> Result<Self> {
        let served = schemas.iter().map(|(name, sdl)| {
            let subgraph = Subgraph { executor: Executor::subgraph(sdl)?, answers: RwLock::default() };
            Ok((format!("/{name}"), subgraph))
        });
        let served = served.collect::<Result<_>>()?;
        Ok(Self { served, asked: AtomicU64::new(0), computed: AtomicU64::new(0) })
    }

    pub fn asked(&self) -> Asked {
        Asked { all: self.asked.load(Ordering::Relaxed), computed: self.computed.load(Ordering::Relaxed) }
    }

    /// Serves until the process ends.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) -> Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let subgraphs = Arc::clone(&self);
            let service = service_fn(move |request| {
                let subgraphs = Arc::clone(&subgraphs);
                async move { Ok::<_, Infallible>(subgraphs.respond(request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match self.answer(request).await {
            Ok(body) => {
                let mut response = Response::new(Full::new(body));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => {
                let mut response = Response::new(Full::new(Bytes::from(format!("{error:#}\n"))));
                *response.status_mut() = StatusCode::BAD_REQUEST;
                response
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Bytes> {
        let (head, body) = request.into_parts();
        let subgraph = self.served.get(head.uri.path()).context("no such subgraph")?;
        let body = body.collect().await?.to_bytes();
        self.asked.fetch_add(1, Ordering::Relaxed);
        if let Some(known) = subgraph.answers.read().unwrap_or_else(PoisonError::into_inner).get(&body) {
            return Ok(known.clone());
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let answer = Bytes::from(serde_json::to_vec(&subgraph.executor.answer(&body)?)?);
        let mut answers = subgraph.answers.write().unwrap_or_else(PoisonError::into_inner);
        if answers.len() < MAX_ANSWERS {
            answers.insert(body, answer.clone());
        }
        Ok(answer)
    }
}
