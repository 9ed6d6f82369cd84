//! One keep-alive connection that sends GraphQL requests, one at a time.

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    address: String,
}

/// Who asks.
#[derive(Debug, Clone, Default)]
pub enum Caller {
    #[default]
    Anonymous,
    /// A guest with a cart of this name.
    Guest(String),
    /// The bearer of an access token.
    User(String),
}

impl Connection {
    /// `address`: host and port.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, address: address.to_owned() })
    }

    /// The text of the response, which has no errors.
    pub async fn send(&mut self, caller: &Caller, query: &str, variables: &Value) -> Result<String> {
        let body = serde_json::to_vec(&json!({ "query": query, "variables": variables }))?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header("host", &self.address)
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json");
        match caller {
            Caller::Anonymous => {}
            Caller::Guest(id) => request = request.header("x-souk-guest", id),
            Caller::User(token) => request = request.header("authorization", format!("Bearer {token}")),
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::new(Bytes::from(body)))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        let text = String::from_utf8(body.to_vec()).context("an answer in UTF-8")?;
        ensure!(status.is_success(), "{status}: {text}");
        if text.contains("\"errors\":") {
            bail!("{text}");
        }
        Ok(text)
    }

    /// The data of the response.
    pub async fn ask(&mut self, caller: &Caller, query: &str, variables: Value) -> Result<Value> {
        let answer: Value = serde_json::from_str(&self.send(caller, query, &variables).await?)?;
        Ok(answer.get("data").cloned().unwrap_or_default())
    }
}

/// The value at a JSON pointer, or null.
pub fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}
