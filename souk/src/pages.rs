//! The page on which a buyer follows a delivery, from files inside the binary, so that it works where there is no
//! internet. Its sources are in `souk/pages/track`.
//!
//! Invariants: whoever has the link needs nothing else, and the link is told to nobody: the page asks this server alone,
//! no cache keeps it, no other site hears where it was, and no log has it. Files have the hash of their content in
//! their names and may be kept for ever. Deliberately absent: whether a token leads to a delivery, which the page asks
//! the endpoint.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use platform_geo::City;
use router_gateway::{GatewayConfig, LoggedPath};
use sha2::{Digest, Sha256};

/// What the page may load, and from where: the mock in `souk/pages/track` serves it under the same.
const POLICY: &str = include_str!("../pages/track/policy.txt").trim_ascii_end();

/// Where the files are; the page names them without their hashes.
const FOLDER: &str = "/track/assets/";
const PAGE: &str = include_str!("../pages/track/built/track.html");
/// What the page says of the endpoint and of the token before it is served.
const ENDPOINT: &str = r#"data-endpoint="/graphql""#;
const TOKEN: &str = r#"data-token="""#;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// No token is longer.
const MAX_TOKEN: usize = 100;

/// The page and its files, to be mounted at `/track/`. A token that cannot be one gets the page too, which then says
/// that the link is wrong, with the status 404.
pub fn track(gateway: &GatewayConfig) -> Router {
    let assets = assets();
    let endpoint = format!(r#"data-endpoint="{}""#, escape(&gateway.path));
    let page = with_hashes(PAGE, &assets).replacen(ENDPOINT, &endpoint, 1);
    Router::new()
        .route("/track/assets/{file}", get(asset))
        .fallback(get(page_of))
        .with_state(Arc::new(Site { page, assets }))
}

struct Site {
    page: String,
    assets: Vec<Asset>,
}

async fn page_of(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let token = uri.path().strip_prefix("/track/").filter(|token| is_token(token));
    let status = if token.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let filled = format!(r#"data-token="{}""#, token.unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let logged = Extension(LoggedPath("/track/…"));
    (status, headers, logged, site.page.replacen(TOKEN, &filled, 1)).into_response()
}

async fn asset(State(site): State<Arc<Site>>, Path(file): Path<String>) -> Response {
    let Some(asset) = site.assets.iter().find(|asset| asset.name == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content.clone()).into_response()
}

/// Whether this can be a token: what is not may be written into the page by none.
fn is_token(text: &str) -> bool {
    (1..=MAX_TOKEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

struct Asset {
    /// As the page's sources name it.
    plain: &'static str,
    /// As it is served.
    name: String,
    content_type: &'static str,
    content: Bytes,
}

impl Asset {
    fn new(plain: &'static str, content_type: &'static str, content: Bytes) -> Self {
        let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain, "bin"));
        let mut name = format!("{stem}-");
        for byte in Sha256::digest(&content).iter().take(8) {
            // Writing to a String cannot fail.
            write!(name, "{byte:02x}").unwrap_or(());
        }
        name.push('.');
        name.push_str(extension);
        Self { plain, name, content_type, content }
    }
}

/// The files. Of them the stylesheet alone names another one, the font.
fn assets() -> Vec<Asset> {
    let font = include_bytes!("../pages/track/third_party/figtree.woff2");
    let library = include_bytes!("../pages/track/third_party/maplibre-gl.js");
    let worker = include_bytes!("../pages/track/third_party/maplibre-gl-worker.js");
    let script = include_bytes!("../pages/track/built/track.js");
    let mut assets = vec![
        Asset::new("figtree.woff2", "font/woff2", Bytes::from_static(font)),
        Asset::new("maplibre-gl.js", SCRIPT, Bytes::from_static(library)),
        Asset::new("maplibre-gl-worker.js", SCRIPT, Bytes::from_static(worker)),
        Asset::new("track.js", SCRIPT, Bytes::from_static(script)),
        Asset::new("city.json", "application/json", Bytes::from_static(City::document())),
    ];
    let style = with_hashes(include_str!("../pages/track/built/track.css"), &assets);
    assets.push(Asset::new("track.css", STYLE, style.into()));
    assets
}

/// The text with the names by which the files are served.
fn with_hashes(text: &str, assets: &[Asset]) -> String {
    assets.iter().fold(text.to_owned(), |text, asset| {
        text.replace(&format!("{FOLDER}{}", asset.plain), &format!("{FOLDER}{}", asset.name))
    })
}

/// Text inside an attribute in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
