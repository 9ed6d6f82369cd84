//! Who sends pictures, and what comes of it.

use std::path::PathBuf;

use platform_core::id::UserId;
use platform_testkit::{Answer, TestClient, TestSubgraph};
use reqwest::{Body, Response};
use serde_json::{Value, json};

use crate::sample::Sample;

/// A subgraph with files, and somebody who sends them.
pub struct Sender<const INVITED: bool = false> {
    pub app: TestSubgraph<Sample<INVITED>>,
    pub client: TestClient,
}

/// What was answered to a file that was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Sent {
    pub status: u16,
    /// Why it was not taken.
    pub reason: Option<String>,
}

impl<const INVITED: bool> Sender<INVITED> {
    pub async fn start() -> Self {
        let app = TestSubgraph::<Sample<INVITED>>::start().await;
        let client = app.as_user(app.ids().next::<UserId>());
        Self { app, client }
    }

    /// An upload for a thing: its `id` and `url`.
    pub async fn open(&self, thing: i32) -> Value {
        let open = "mutation ($thing: Int!) { open(input: { thing: $thing }) { id url method expiresAt maxBytes contentTypes
            headers { name value } } }";
        self.client.execute(open, json!({ "thing": thing })).await.at("open").clone()
    }

    /// Sends a body to an upload.
    pub async fn send(&self, upload: &Value, body: impl Into<Body>) -> Sent {
        self.send_to(upload["url"].as_str().unwrap(), body).await
    }

    pub async fn send_to(&self, url: &str, body: impl Into<Body>) -> Sent {
        let answer = self.app.http().put(self.app.url(url)).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap_or_default();
        let error = &body["errors"][0];
        if error.is_object() {
            assert!(!error["message"].as_str().unwrap().is_empty(), "{body}");
            assert!(error["extensions"]["code"].is_string(), "{body}");
        }
        Sent { status, reason: error["extensions"]["reason"].as_str().map(str::to_owned) }
    }

    /// What is said to a file that is sent to an upload of its own.
    pub async fn refusal(&self, body: impl Into<Body>) -> Sent {
        let upload = self.open(1).await;
        self.send(&upload, body).await
    }

    pub async fn attach(&self, client: &TestClient, thing: i32, upload: &Value) -> Answer {
        let attach = "mutation ($input: AttachInput!) { attach(input: $input) { file width height } }";
        client.execute(attach, json!({ "input": { "thing": thing, "uploadId": upload["id"] } })).await
    }

    /// Sends a picture and attaches it; `file`, `width` and `height`.
    pub async fn attached(&self, picture: Vec<u8>) -> Value {
        let upload = self.open(1).await;
        assert_eq!(self.send(&upload, picture).await, Sent { status: 200, reason: None });
        self.attach(&self.client, 1, &upload).await.at("attach").clone()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.app.http().get(self.app.url(path)).send().await.unwrap()
    }

    /// What is read of an attached file.
    pub async fn read(&self, picture: &Value) -> Vec<u8> {
        let answer = self.get(&format!("/files/{}", picture["file"].as_str().unwrap())).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    /// A folder of the store: of what is served, or of what stands `below` it.
    pub fn folder(&self, below: &str) -> PathBuf {
        self.app.data_dir().join("sample/files").join(below)
    }

    /// The names of the files in a folder of the store.
    pub fn files(&self, below: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder(below)) else { return Vec::new() };
        let files = entries.map(Result::unwrap).filter(|entry| entry.path().is_file());
        files.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }
}

pub fn refused(status: u16, reason: &str) -> Sent {
    Sent { status, reason: Some(reason.to_owned()) }
}
