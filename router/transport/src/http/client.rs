//! One exchange with a subgraph over a pooled connection.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, Method, Request as HttpRequest, StatusCode, Uri};
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as PooledClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use crate::TransportError;
use crate::http::answer::Readable;
use crate::http::options::HttpOptions;
use crate::http::tls::{self, TlsError};
use crate::http::{Failure, Payload, answer, websocket};

/// How long a connection is kept unused: shorter than servers wait for the next request, which one of them could
/// otherwise just have given up.
const MAX_IDLE: Duration = Duration::from_secs(8);

pub struct Client {
    subgraph: Arc<str>,
    url: Uri,
    max_response_bytes: usize,
    pool: PooledClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    tls: Arc<ClientConfig>,
}

impl Client {
    pub fn new(subgraph: Arc<str>, options: &HttpOptions) -> Result<Self, TlsError> {
        let urls = [Some(&options.url), options.subscription_url.as_ref()];
        let secure = urls.into_iter().flatten().any(|url| matches!(url.scheme_str(), Some("https" | "wss")));
        let tls = if secure { tls::client_config()? } else { tls::without_certificates()? };
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(options.connect_timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(connector);
        let pool = PooledClient::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_max_idle_per_host(options.max_idle_connections)
            .pool_idle_timeout(MAX_IDLE)
            .http2_only(options.http2_prior_knowledge)
            .build(connector);
        Ok(Self {
            subgraph,
            url: options.url.clone(),
            max_response_bytes: options.max_response_bytes,
            pool,
            tls: Arc::new(tls),
        })
    }

    /// Posts an operation and reads the whole answer. One that is `signed` says who calls; a subgraph that refuses that
    /// refuses us, whatever it writes.
    pub async fn post<A: Readable>(
        &self,
        headers: HeaderMap,
        body: Bytes,
        signed: bool,
    ) -> Result<A, Failure> {
        let mut request = HttpRequest::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = headers;
        let answer = self.pool.request(request).await.map_err(|error| {
            let unsent = error.is_connect();
            Failure { error: self.unreachable(error), unsent }
        })?;
        let (head, body) = answer.into_parts();
        let body = self.collect(body).await.map_err(sent)?;
        if signed && head.status == StatusCode::UNAUTHORIZED {
            return Err(sent(TransportError::Unbelieved { subgraph: self.subgraph.to_string() }));
        }
        answer::read(&self.subgraph, head.status, &body).map_err(sent)
    }

    pub async fn subscribe<A: Readable>(
        &self,
        headers: HeaderMap,
        payload: Payload<'_>,
        options: &HttpOptions,
    ) -> Result<BoxStream<'static, A>, TransportError> {
        websocket::subscribe(&self.subgraph, headers, payload, options, Arc::clone(&self.tls)).await
    }

    /// Reads a body up to the limit; what is announced as larger is not read at all.
    async fn collect(&self, mut body: Incoming) -> Result<Bytes, TransportError> {
        let limit = self.max_response_bytes;
        let too_large = || TransportError::TooLarge { subgraph: self.subgraph.to_string(), limit };
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(too_large());
        }
        let mut collected = BytesMut::with_capacity(announced);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| self.unreachable(error))?;
            let Ok(data) = frame.into_data() else { continue };
            if collected.len() + data.len() > limit {
                return Err(too_large());
            }
            collected.extend_from_slice(&data);
        }
        Ok(collected.freeze())
    }

    fn unreachable(&self, source: impl Error + Send + Sync + 'static) -> TransportError {
        TransportError::Unreachable {
            subgraph: self.subgraph.to_string(),
            address: self.url.to_string(),
            source: Box::new(source),
        }
    }
}

const fn sent(error: TransportError) -> Failure {
    Failure { error, unsent: false }
}
