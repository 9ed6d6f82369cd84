//! The page on which a buyer follows a delivery: what a browser gets, by which headers.

use std::collections::BTreeSet;

use platform_geo::City;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap};
use reqwest::{Method, StatusCode};

use crate::support::{Installation, Shape, eventually};

const TOKEN: &str = "8f14e45fceea167a9c8e3b1f5d2a7c60";
/// A path that would end an attribute, were it not escaped.
const ENDPOINT: &str = "/shop\"&graphql";
const ESCAPED: &str = "data-endpoint=\"/shop&quot;&amp;graphql\"";

struct Shop {
    installation: Installation,
    http: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Shop {
    /// `more` is added to the configuration.
    async fn open(more: &str) -> Self {
        let mut installation = Installation::prepare(Shape::Whole, more);
        installation.reconfigure("[gateway]\n", &format!("[gateway]\npath = '{ENDPOINT}'\n"));
        installation.migrate().await;
        installation.start_all(None).await;
        Self { installation, http: reqwest::Client::new() }
    }

    async fn get(&self, path: &str, encoding: &str) -> Answer {
        let url = format!("{}{path}", self.installation.processes["router"].address);
        let answer = self.http.get(url).header(ACCEPT_ENCODING, encoding).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
    }

    async fn page(&self, token: &str) -> Answer {
        self.get(&format!("/track/{token}"), "identity").await
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// The files that a text names.
fn files(text: &str) -> BTreeSet<&str> {
    let ends = |letter: char| matches!(letter, '"' | '\'' | ')');
    text.split(ends).filter_map(|part| part.find("/track/assets/").map(|at| &part[at..])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracking_page_names_its_endpoint_and_token_and_lets_nobody_keep_them() {
    let shop = Shop::open("").await;
    let page = shop.page(TOKEN).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.text().contains(ESCAPED), "{}", page.text());
    assert!(page.text().contains(&format!("data-token=\"{TOKEN}\"")), "{}", page.text());
    assert!(!page.text().contains("http://") && !page.text().contains("https://"), "{}", page.text());
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
        assert!(policy.split("; ").any(|each| each == part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("blob:"), "{policy}");
    let packed = shop.get(&format!("/track/{TOKEN}"), "gzip").await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_the_tracking_page_are_served_to_be_kept_for_ever() {
    let shop = Shop::open("").await;
    let page = shop.page(TOKEN).await;
    let named: BTreeSet<String> = files(page.text()).into_iter().map(str::to_owned).collect();
    assert_eq!(named.len(), 6, "{named:?}");
    let style = named.iter().find(|file| file.ends_with(".css")).unwrap();
    let style = shop.get(style, "identity").await;
    let of_style = files(style.text());
    assert!(!of_style.is_empty() && of_style.iter().all(|file| named.contains(*file)), "{of_style:?}");
    for file in &named {
        let (_, extension) = file.rsplit_once('.').unwrap();
        let plain = shop.get(file, "identity").await;
        let packed = shop.get(file, "gzip").await;
        let (content_type, encoding) = match extension {
            "js" => ("text/javascript; charset=utf-8", "gzip"),
            "css" => ("text/css; charset=utf-8", "gzip"),
            "json" => ("application/json", "gzip"),
            "woff2" => ("font/woff2", ""),
            other => panic!("a file of another kind: {other}"),
        };
        assert_eq!((plain.status, plain.header("content-type")), (StatusCode::OK, content_type), "{file}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
        assert_eq!(plain.header("x-content-type-options"), "nosniff", "{file}");
        assert_eq!(packed.header("content-encoding"), encoding, "{file}");
        if extension == "json" {
            assert!(plain.body == City::document(), "the city is another");
        }
    }
    // Names of other contents, without a hash, of what is no file of the page, and of what stands outside.
    let others = ["track.js", "LICENSES.txt", "..%2ftrack.html"].map(|name| format!("/track/assets/{name}"));
    for file in named.iter().map(|file| file.replace('-', "-0")).chain(others) {
        let answer = shop.get(&file, "identity").await;
        assert!(answer.status.is_client_error(), "{file}: {}", answer.status);
        assert!(!answer.header("cache-control").contains("immutable"), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_token_gets_the_page_that_says_so() {
    let shop = Shop::open("").await;
    let longest = "x".repeat(100);
    assert_eq!(shop.page(&longest).await.status, StatusCode::OK);
    let too_long = format!("{longest}x");
    for wrong in ["%22onload=%22alert(1)", "%22%3E%3Cscript%3E", "a.b", "caf%C3%A9", "a/b", &too_long] {
        let page = shop.page(wrong).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{wrong}");
        assert!(page.header("content-security-policy").contains("script-src 'self'"), "{wrong}");
        assert!(page.text().contains("data-token=\"\""), "{wrong}: {}", page.text());
    }
    let url = format!("{}/track/{TOKEN}", shop.installation.processes["router"].address);
    let posted = shop.http.request(Method::POST, url).send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
}

/// Whoever reads a log must not be able to follow a delivery.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_no_token_of_a_tracking_link() {
    let shop =
        Shop::open("[telemetry]\nfilter = \"warn,axum=debug,hyper=debug,router_gateway=debug\"\n").await;
    shop.page(TOKEN).await;
    let router = &shop.installation.processes["router"];
    let logged = || async { router.has_said("/track/…").then_some(()) };
    eventually("the request is logged", logged).await;
    assert!(!router.has_said(TOKEN));
}
