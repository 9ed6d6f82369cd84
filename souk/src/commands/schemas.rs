//! Schemas of subgraphs as the command line names them: read from a file, or asked of the subgraph itself.
//!
//! Invariant: a schema that was read once stays known. A subgraph that is down for a while, or a file that is being
//! written, takes nothing out of the supergraph.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use axum::http::{HeaderMap, Uri};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use router_composition::Subgraph;
use router_transport::http::{BreakerOptions, RetryOptions};
use router_transport::{HttpOptions, HttpTransport, Request, Transport};

use crate::cli::SubgraphArg;

/// How long a subgraph may take to tell its schema.
const PATIENCE: Duration = Duration::from_secs(5);
/// Schemas asked for at once.
const AT_ONCE: usize = 16;
const MAX_SCHEMA_BYTES: usize = 8 << 20;
const DOCUMENT: &str = "query SubgraphSchema { _service { sdl } }";

/// The schemas of some subgraphs, as far as they are known.
pub struct Schemas {
    subgraphs: Vec<Known>,
}

struct Known {
    argument: SubgraphArg,
    /// By which the subgraph is asked; `None` with a file.
    service: Option<HttpTransport>,
    sdl: Option<String>,
    /// It was out of reach when it was last looked at, which is logged once.
    is_lost: bool,
}

impl Schemas {
    pub fn new(arguments: &[SubgraphArg]) -> Result<Self> {
        let mut names = BTreeSet::new();
        let mut subgraphs = Vec::new();
        for argument in arguments {
            ensure!(names.insert(&argument.name), "there are two subgraphs `{}`", argument.name);
            let service = match &argument.file {
                Some(_) => None,
                None => Some(service(argument)?),
            };
            subgraphs.push(Known { argument: argument.clone(), service, sdl: None, is_lost: false });
        }
        Ok(Self { subgraphs })
    }

    /// Looks at every schema. One that cannot be had now stays as it was; an error means that it never was.
    pub async fn read(&mut self) -> Result<Vec<Subgraph>> {
        let looks: Vec<BoxFuture<'_, (usize, Result<String>)>> = self
            .subgraphs
            .iter()
            .enumerate()
            .map(|(index, subgraph)| async move { (index, subgraph.look().await) }.boxed())
            .collect();
        let looked: Vec<_> = stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
        let mut missing = None;
        for (index, found) in looked {
            let Some(subgraph) = self.subgraphs.get_mut(index) else { continue };
            match found {
                Ok(sdl) => {
                    subgraph.sdl = Some(sdl);
                    subgraph.is_lost = false;
                }
                Err(error) if subgraph.sdl.is_none() => missing = missing.or(Some(error)),
                Err(error) => {
                    if !std::mem::replace(&mut subgraph.is_lost, true) {
                        let reason = crate::output::sentence(&error);
                        tracing::warn!(target: "souk", reason, "a schema stays as it was last known");
                    }
                }
            }
        }
        match missing {
            Some(error) => Err(error),
            None => Ok(self.subgraphs.iter().filter_map(Known::subgraph).collect()),
        }
    }
}

impl Known {
    async fn look(&self) -> Result<String> {
        match (&self.argument.file, &self.service) {
            (Some(file), _) => read_file(file).await,
            (None, Some(service)) => ask(&self.argument, service).await,
            (None, None) => bail!("the subgraph `{}` has neither a file nor a URL", self.argument.name),
        }
    }

    fn subgraph(&self) -> Option<Subgraph> {
        let SubgraphArg { name, url, .. } = self.argument.clone();
        Some(Subgraph { name, url, sdl: self.sdl.clone()? })
    }
}

/// A schema's text from a file.
pub async fn read_file(file: &Path) -> Result<String> {
    tokio::fs::read_to_string(file).await.with_context(|| format!("{} cannot be read", file.display()))
}

/// A subgraph's URL, checked.
pub fn parse_url(name: &str, url: &str) -> Result<Uri> {
    let uri: Uri = url.parse().with_context(|| format!("the URL of {name}, `{url}`, is not valid"))?;
    ensure!(uri.authority().is_some(), "the URL of {name}, `{url}`, names no host");
    Ok(uri)
}

/// The caller asks again in a while, so nothing is repeated and nothing is given a rest.
fn service(argument: &SubgraphArg) -> Result<HttpTransport> {
    let options = HttpOptions {
        timeout: PATIENCE,
        max_response_bytes: MAX_SCHEMA_BYTES,
        max_idle_connections: 1,
        retry: RetryOptions { max_retries: 0, ..RetryOptions::default() },
        breaker: BreakerOptions { failures: 0, ..BreakerOptions::default() },
        ..HttpOptions::new(parse_url(&argument.name, &argument.url)?)
    };
    Ok(HttpTransport::new(argument.name.as_str(), options, None)?)
}

async fn ask(argument: &SubgraphArg, service: &HttpTransport) -> Result<String> {
    let name = &argument.name;
    let request = Request {
        query: DOCUMENT.into(),
        operation_name: None,
        variables: router_transport::tree::Object::default(),
        caller: None,
        headers: Arc::new(HeaderMap::new()),
        deadline: Some(Instant::now() + PATIENCE),
        idempotent: true,
    };
    let answer = service.execute(request).await.with_context(|| format!("the schema of `{name}`"))?;
    if let Some(sdl) = answer.data.pointer("/_service/sdl").and_then(|sdl| sdl.as_str()) {
        return Ok(sdl.to_owned());
    }
    match answer.errors.first() {
        Some(error) => bail!("`{name}` does not tell its schema by `_service`: {}", error.message),
        None => bail!("`{name}` does not tell its schema by `_service`; name a file: {name}=FILE,URL"),
    }
}
