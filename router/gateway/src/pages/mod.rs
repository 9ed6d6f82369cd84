//! The pages that the gateway serves itself: GraphiQL, from files inside the binary, so that it works where there is
//! no internet. The files' names contain their content's hash and may be cached for ever.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::answer::Refusal;
use crate::http::{ResponseFormat, refusal};
use crate::shared::Shared;

/// Scripts come from here alone. Styles may stand in the page: the editor's layout sets them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

struct Asset {
    name: String,
    content_type: &'static str,
    content: &'static [u8],
}

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("js", "text/javascript; charset=utf-8", include_bytes!("../../assets/third_party/graphiql.js"))
});
static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("css", "text/css; charset=utf-8", include_bytes!("../../assets/third_party/graphiql.css"))
});

impl Asset {
    fn new(extension: &str, content_type: &'static str, content: &'static [u8]) -> Self {
        let mut name = "graphiql-".to_owned();
        for byte in Sha256::digest(content).iter().take(8) {
            // Writing to a String cannot fail.
            write!(name, "{byte:02x}").unwrap_or(());
        }
        name.push('.');
        name.push_str(extension);
        Self { name, content_type, content }
    }
}

pub async fn index(State(shared): State<Arc<Shared>>) -> Response {
    if shared.config.serves_graphiql() {
        return graphiql(&shared);
    }
    not_found()
}

pub fn graphiql(shared: &Shared) -> Response {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/{style}">
</head>
<body>
<div id="graphiql" data-endpoint="{endpoint}" data-welcome="{welcome}"><p class="loading">Loading GraphiQL …</p></div>
<script src="/assets/{script}" defer></script>
</body>
</html>
"#,
        style = STYLE.name,
        script = SCRIPT.name,
        endpoint = escape(&shared.config.path),
        welcome = escape(shared.welcome.as_deref().unwrap_or_default()),
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept")),
    ];
    (headers, page).into_response()
}

pub async fn asset(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let asset =
        [&*SCRIPT, &*STYLE].into_iter().find(|asset| asset.name == file && shared.config.serves_graphiql());
    let Some(asset) = asset else { return not_found() };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}

fn not_found() -> Response {
    refusal(Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing here"), ResponseFormat::Json)
}

/// Text inside a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            other => escaped.push(other),
        }
    }
    escaped
}
