//! A service for maps in miniature: it says what a test has it say, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform_core::clock::ShiftedClock;
use platform_geo::{Position, Service, StraightLine};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What is answered.
#[derive(Debug, Clone)]
pub enum Say {
    Json(Value),
    Refused(Value),
    Text(String),
    Status(u16),
    /// The question stays open.
    Nothing,
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub query: String,
    pub agent: String,
}

type Answers = Arc<dyn Fn(&Asked) -> Say + Send + Sync>;

pub struct Double {
    pub url: String,
    pub clock: Arc<ShiftedClock>,
    asked: Arc<Mutex<Vec<Asked>>>,
    serving: JoinHandle<()>,
}

impl Double {
    pub async fn new(answers: impl Fn(&Asked) -> Say + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let state = (Arc::new(answers) as Answers, asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/maps", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(state);
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, clock: Arc::default(), asked, serving }
    }

    /// It says the same to every question.
    pub async fn saying(say: Say) -> Self {
        Self::new(move |_| say.clone()).await
    }

    pub fn service(&self) -> Service {
        let contact = "shop@example.com".to_owned();
        Service { url: self.url.clone(), patience: Duration::from_millis(300), contact }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State((answers, asked)): State<(Answers, Arc<Mutex<Vec<Asked>>>)>,
    request: Request,
) -> Response {
    let agent = request.headers().get("user-agent").map(|agent| agent.to_str().unwrap().to_owned());
    let question = Asked {
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        agent: agent.unwrap_or_default(),
    };
    asked.lock().unwrap().push(question.clone());
    match answers(&question) {
        Say::Json(body) => axum::Json(body).into_response(),
        Say::Refused(body) => (StatusCode::BAD_REQUEST, axum::Json(body)).into_response(),
        Say::Text(body) => body.into_response(),
        Say::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Say::Nothing => std::future::pending().await,
    }
}

/// What no service for maps says that is in order, each with what it is.
pub fn nonsense() -> Vec<(&'static str, Say)> {
    vec![
        ("a failure", Say::Status(500)),
        ("too many questions", Say::Status(429)),
        ("elsewhere", Say::Status(302)),
        ("nothing in time", Say::Nothing),
        ("an empty answer", Say::Text(String::new())),
        ("a page", Say::Text("<html>404</html>".to_owned())),
        ("too much", Say::Text(format!("[{}]", "1,".repeat(3 << 20)))),
        ("another form", Say::Json(serde_json::json!({ "code": 7, "lat": [] }))),
    ]
}

pub fn position(latitude: f64, longitude: f64) -> Position {
    Position::new(latitude, longitude).unwrap()
}

/// Roads as they are guessed where OSRM does not answer.
pub fn straight() -> StraightLine {
    StraightLine::new(1.5, 10.0).unwrap()
}
