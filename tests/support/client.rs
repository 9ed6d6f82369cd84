//! A frontend: GraphQL over HTTP, and subscriptions over graphql-transport-ws.

use std::path::PathBuf;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{PATIENCE, eventually};

#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    headers: Vec<(String, String)>,
    /// Where the installation writes mails.
    mails: PathBuf,
}

/// A GraphQL response.
#[derive(Debug, Clone)]
pub struct Answer(pub Value);

impl Answer {
    /// The data; fails the test if there are errors.
    pub fn data(&self) -> &Value {
        assert!(self.0.get("errors").is_none(), "{:#}", self.0);
        &self.0["data"]
    }

    /// The codes of the errors.
    pub fn codes(&self) -> Vec<&str> {
        let errors = self.0["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|e| e["extensions"]["code"].as_str().unwrap_or("")).collect()
    }
}

impl Client {
    pub fn new(address: &str) -> Self {
        let (http, address) = (reqwest::Client::new(), address.to_owned());
        Self { http, address, headers: Vec::new(), mails: PathBuf::new() }
    }

    /// The same client, whose user reads the mails in `folder`.
    pub fn reading_mails(&self, folder: PathBuf) -> Self {
        Self { mails: folder, ..self.clone() }
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub fn with_token(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub fn with_api_key(&self, key: &str) -> Self {
        self.with("x-api-key", key)
    }

    pub fn with_language(&self, language: &str) -> Self {
        self.with("accept-language", language)
    }

    pub fn in_country(&self, country: &str) -> Self {
        self.with("x-souk-country", country)
    }

    /// The same client, shown prices without tax.
    pub fn without_tax(&self) -> Self {
        self.with("x-souk-tax-display", "exclusive")
    }

    pub fn as_guest(&self, id: &str) -> Self {
        self.with("x-souk-guest", id)
    }

    /// The same client at another address.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub async fn execute(&self, query: &str, variables: Value) -> Answer {
        let answered = self.ask("/graphql", query, variables).await;
        answered.unwrap_or_else(|error| panic!("the router gives no answer: {error:?}"))
    }

    /// `None` when no answer was had: the process is gone.
    pub async fn try_execute(&self, query: &str, variables: Value) -> Option<Answer> {
        self.try_execute_at("/graphql", query, variables).await
    }

    pub async fn try_execute_at(&self, path: &str, query: &str, variables: Value) -> Option<Answer> {
        self.ask(path, query, variables).await.ok()
    }

    async fn ask(&self, path: &str, query: &str, variables: Value) -> Result<Answer, reqwest::Error> {
        let mut request =
            self.http.post(self.url(path)).json(&json!({ "query": query, "variables": variables }));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.timeout(PATIENCE).send().await?.json().await.map(Answer)
    }

    /// Passes the challenge on the bank's page, as a customer's browser does. `None` when no answer was had.
    pub async fn pass_challenge(&self, page: &str) -> Option<reqwest::Response> {
        let request =
            self.http.post(self.url(page)).header("content-type", "application/x-www-form-urlencoded");
        request.body("approve=true").timeout(PATIENCE).send().await.ok()
    }

    /// Registers with an address that nobody has, and confirms it by the code from the mail; what `RegisterSuccess` says.
    pub async fn register(&self, email: &str, password: &str, name: &str) -> Value {
        const REGISTER: &str = "mutation Register($input: RegisterInput!) {
            register(input: $input) { __typename ... on RegistrationPending { registration } }
        }";
        const CONFIRM: &str = "mutation Confirm($input: ConfirmRegistrationInput!) {
            confirmRegistration(input: $input) {
                __typename ... on RegisterSuccess { user { id } tokens { accessToken sessionId } }
            }
        }";
        let input = json!({ "email": email, "password": password, "name": name });
        let begun = self.execute(REGISTER, json!({ "input": input })).await;
        let registration = begun.data()["register"]["registration"].clone();
        assert!(registration.is_string(), "{:#}", begun.0);
        let code = eventually("the code is mailed", || async { self.mailed_code(email) }).await;
        let input = json!({ "registration": registration, "code": code });
        let confirmed = self.execute(CONFIRM, json!({ "input": input })).await;
        let made = confirmed.data()["confirmRegistration"].clone();
        assert_eq!(made["__typename"], "RegisterSuccess", "{:#}", confirmed.0);
        made
    }

    /// The code in the mail to an address, once it is there.
    fn mailed_code(&self, to: &str) -> Option<String> {
        let files = std::fs::read_dir(&self.mails).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let mut mails = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .filter_map(|path| std::fs::read_to_string(path).ok());
        let mail = mails.find(|mail| mail.contains(&format!("To: {to}\r\n")))?;
        let is_code = |line: &&str| line.len() == 9 && line.chars().all(|c| c.is_ascii_digit() || c == ' ');
        mail.lines().find(is_code).map(str::to_owned)
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Self {
        const LOGIN: &str = "mutation LogIn($input: LoginInput!) {
            login(input: $input) { __typename ... on LoginSuccess { tokens { accessToken } } }
        }";
        let answer = self.execute(LOGIN, json!({ "input": { "email": email, "password": password } })).await;
        let token = answer.data()["login"]["tokens"]["accessToken"].as_str();
        self.with_token(token.unwrap_or_else(|| panic!("logged in: {:#}", answer.0)))
    }

    pub async fn subscribe(&self, query: &str, variables: Value) -> Subscription {
        let address = self.url("/graphql").replacen("http", "ws", 1);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let headers: serde_json::Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let mut send = async |message: Value| socket.send(Message::text(message.to_string())).await.unwrap();
        send(json!({ "type": "connection_init", "payload": headers })).await;
        let payload = json!({ "query": query, "variables": variables });
        send(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        Subscription { socket, has_failed: false }
    }
}

pub struct Subscription {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// An `error` was its last message.
    has_failed: bool,
}

impl Subscription {
    /// The next event's response, or `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Answer> {
        if self.has_failed {
            return None;
        }
        loop {
            let message =
                tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("an event in time")?;
            let Ok(Message::Text(text)) = message else { continue };
            let message: Value = serde_json::from_str(&text).unwrap();
            match message["type"].as_str() {
                Some("next") => return Some(Answer(message["payload"].clone())),
                Some("error") => {
                    self.has_failed = true;
                    return Some(Answer(json!({ "errors": message["payload"] })));
                }
                Some("complete") => return None,
                Some("ping") => {
                    self.socket.send(Message::text(json!({ "type": "pong" }).to_string())).await.unwrap();
                }
                _ => {}
            }
        }
    }

    /// Events until one satisfies `wanted`; all that came, that one last.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Answer> {
        let mut seen = Vec::new();
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended after {seen:#?}"));
            let last = wanted(event.data());
            seen.push(event);
            if last {
                return seen;
            }
        }
    }
}
