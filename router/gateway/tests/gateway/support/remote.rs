//! Subgraphs over HTTP that answer with prepared texts, composed and behind a gateway over HTTP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::post;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use router_composition::{Subgraph, compose};
use router_gateway::Gateway;
use router_transport::{HttpOptions, HttpTransport, Transport};
use tokio::net::TcpListener;

use super::config;

/// Documents that a subgraph is asked, told by a part of them, and the texts it answers.
type Answers = &'static [(&'static str, &'static str)];

struct Served {
    answers: BTreeMap<String, Answers>,
    asked: Mutex<Vec<String>>,
}

pub struct Remote {
    served: Arc<Served>,
    pub address: std::net::SocketAddr,
    http: reqwest::Client,
}

impl Remote {
    /// From (name, schema, answers).
    pub async fn start(subgraphs: &[(&'static str, &str, Answers)]) -> Self {
        let sources: Vec<_> = subgraphs
            .iter()
            .map(|(name, sdl, _)| Subgraph {
                name: (*name).to_owned(),
                url: "http://subgraph.invalid".to_owned(),
                sdl: (*sdl).to_owned(),
            })
            .collect();
        let composed = compose(&sources).unwrap_or_else(|errors| panic!("{errors:#?}"));
        Self::serve(&composed.supergraph_sdl, subgraphs.iter().map(|(name, _, answers)| (*name, *answers)))
            .await
    }

    /// The same of a supergraph that somebody else composed.
    pub async fn serve(
        supergraph: &str,
        subgraphs: impl IntoIterator<Item = (&'static str, Answers)>,
    ) -> Self {
        let answers = subgraphs.into_iter().map(|(name, answers)| (name.to_owned(), answers)).collect();
        let served = Arc::new(Served { answers, asked: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let subgraph = listener.local_addr().unwrap();
        let app = Router::new().route("/{subgraph}", post(answer)).with_state(Arc::clone(&served));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let transport = move |name: &str, _: &str| {
            let url = format!("http://{subgraph}/{name}").parse().unwrap();
            let transport = HttpTransport::new(name, HttpOptions::new(url), None).unwrap();
            Ok(Arc::new(transport) as Arc<dyn Transport>)
        };
        let gateway = Gateway::builder(config(), supergraph, Arc::new(transport)).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { gateway.serve(listener, std::future::pending::<()>()).await });
        Self { served, address, http: reqwest::Client::new() }
    }

    /// The text of the answer to a text.
    pub async fn post(&self, body: &str) -> String {
        let request = self
            .http
            .post(format!("http://{}/graphql", self.address))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json")
            .body(body.to_owned());
        request.send().await.unwrap().text().await.unwrap()
    }

    /// The same of a query string.
    pub async fn get(&self, parameters: &[(&str, &str)]) -> String {
        let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let url = format!("http://{}/graphql?{}", self.address, pairs.join("&"));
        let request = self.http.get(url).header(ACCEPT, "application/graphql-response+json");
        request.send().await.unwrap().text().await.unwrap()
    }

    /// The body of the last request to any subgraph.
    pub fn last_asked(&self) -> String {
        self.served.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// How many requests reached subgraphs.
    pub fn requests(&self) -> usize {
        self.served.asked.lock().unwrap().len()
    }
}

async fn answer(
    State(served): State<Arc<Served>>,
    Path(subgraph): Path<String>,
    body: String,
) -> impl IntoResponse {
    let answer = served.answers[&subgraph].iter().find(|(part, _)| body.contains(part));
    let answer = answer.unwrap_or_else(|| panic!("`{subgraph}` has no answer to {body}")).1;
    served.asked.lock().unwrap().push(body);
    ([(CONTENT_TYPE, "application/json")], answer)
}
