//! A subgraph over HTTP that answers every operation alike, of entities as many as it is asked for, and tells its schema.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Stops when dropped.
pub struct Subgraph {
    pub url: String,
    state: Arc<Answers>,
    server: JoinHandle<()>,
}

struct Answers {
    data: Value,
    sdl: Mutex<String>,
    is_out_of_order: AtomicBool,
    asked: AtomicUsize,
    connections: AtomicUsize,
    /// Operations that mention `slow` take a permit.
    gate: Semaphore,
    slow: Semaphore,
}

impl Subgraph {
    pub async fn start(sdl: &str, data: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let sdl = Mutex::new(sdl.to_owned());
        let state = Arc::new(Answers {
            data,
            sdl,
            is_out_of_order: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            gate: Semaphore::new(0),
            slow: Semaphore::new(0),
        });
        let app = Router::new().route("/graphql", post(answer)).with_state(state.clone());
        let counted = state.clone();
        let listener = listener.tap_io(move |_| {
            counted.connections.fetch_add(1, Ordering::SeqCst);
        });
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, state, server }
    }

    pub fn set_sdl(&self, sdl: &str) {
        *self.state.sdl.lock().unwrap() = sdl.to_owned();
    }

    /// From now on, everything is answered by an error of the server.
    pub fn break_down(&self) {
        self.state.is_out_of_order.store(true, Ordering::SeqCst);
    }

    /// Operations that it was asked, its schema aside.
    pub fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// Connections that were opened to it.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until a slow operation is under way.
    pub async fn holds_one(&self) {
        self.state.slow.acquire().await.unwrap().forget();
    }

    /// Lets a slow operation end.
    pub fn let_go(&self) {
        self.state.gate.add_permits(1);
    }
}

impl Drop for Subgraph {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(state): State<Arc<Answers>>,
    Json(request): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if state.is_out_of_order.load(Ordering::SeqCst) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let query = request["query"].as_str().unwrap();
    if query.contains("_service") {
        let sdl = state.sdl.lock().unwrap().clone();
        return Ok(Json(json!({ "data": { "_service": { "sdl": sdl } } })));
    }
    state.asked.fetch_add(1, Ordering::SeqCst);
    if query.contains("slow") {
        state.slow.add_permits(1);
        state.gate.acquire().await.unwrap().forget();
    }
    let mut data = state.data.clone();
    if let Some(entities) = data.get_mut("_entities").and_then(Value::as_array_mut) {
        let lists = request["variables"].as_object().into_iter().flat_map(|variables| variables.values());
        entities.truncate(lists.filter_map(Value::as_array).map(Vec::len).sum());
    }
    Ok(Json(json!({ "data": data })))
}
