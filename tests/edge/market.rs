//! The market of a request: what its headers say reaches the subgraphs, whatever process they are in, and what is said
//! wrongly is refused by the name of its header.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::support::{Installation, Shape};

const PRODUCTS: &str = "{ products(first: 50) { nodes {
    slug name priceRange { min { currency } } bestOffer { price { taxIncluded taxRate } }
} } }";

/// What a product looks like in a market.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    currency: String,
    tax_rate: String,
    tax_included: bool,
    is_japanese: bool,
}

fn shown(currency: &str, tax_rate: &str, tax_included: bool, is_japanese: bool) -> Shown {
    Shown { currency: currency.to_owned(), tax_rate: tax_rate.to_owned(), tax_included, is_japanese }
}

struct Router {
    url: String,
    http: reqwest::Client,
}

impl Router {
    async fn ask(&self, headers: &[(&str, &[u8])]) -> (StatusCode, Value) {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value).unwrap());
        }
        let request = self.http.post(&self.url).headers(all).json(&json!({ "query": PRODUCTS }));
        let answer = request.header("accept", "application/graphql-response+json").send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn shown(&self, slug: &str, headers: &[(&str, &[u8])]) -> Shown {
        let (_, body) = self.ask(headers).await;
        let nodes = body["data"]["products"]["nodes"].as_array().unwrap_or_else(|| panic!("{body}"));
        let product = nodes.iter().find(|node| node["slug"] == slug).unwrap();
        let price = &product["bestOffer"]["price"];
        Shown {
            currency: product["priceRange"]["min"]["currency"].as_str().unwrap().to_owned(),
            tax_rate: price["taxRate"].as_str().unwrap().to_owned(),
            tax_included: price["taxIncluded"].as_bool().unwrap(),
            is_japanese: !product["name"].as_str().unwrap().is_ascii(),
        }
    }

    /// The message of the refusal.
    async fn refused(&self, headers: &[(&str, &[u8])]) -> String {
        let (status, body) = self.ask(headers).await;
        let error = &body["errors"][0];
        assert_eq!(
            (status, &error["extensions"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("BAD_USER_INPUT")),
            "{headers:?}: {body}"
        );
        error["message"].as_str().unwrap().to_owned()
    }

    /// One that is taxed in full, and is not named in ASCII letters in Japan.
    async fn product(&self) -> String {
        let (_, body) = self.ask(&[("accept-language", b"ja")]).await;
        let nodes = body["data"]["products"]["nodes"].as_array().unwrap_or_else(|| panic!("{body}"));
        let fits = |node: &&Value| {
            node["bestOffer"]["price"]["taxRate"] == "0.19" && !node["name"].as_str().unwrap().is_ascii()
        };
        nodes.iter().find(fits).unwrap()["slug"].as_str().unwrap().to_owned()
    }
}

/// Check 46: a market is a country that is sold to, and the prices of its currency, language and tax are shown.
#[tokio::test(flavor = "multi_thread")]
async fn the_market_follows_the_headers() {
    let mut shop = Installation::prepare(Shape::Apart, "[gateway.market]\nlanguage_header = \"x-tongue\"\n");
    shop.seed().await;
    shop.start_all(None).await;
    let url = format!("{}/graphql", shop.processes["router"].address);
    let router = Router { url, http: reqwest::Client::new() };
    let slug = router.product().await;

    assert_eq!(router.shown(&slug, &[]).await, shown("EUR", "0.19", true, false));
    let browser = [("accept-language", b"!!;;,fr-CH;q=0.7, ja;q=0.9, *;q=0.1".as_slice())];
    assert_eq!(router.shown(&slug, &browser).await, shown("EUR", "0.19", true, true));
    let all = [
        ("x-souk-country", b"jp".as_slice()),
        ("x-souk-currency", b"JPY"),
        ("x-tongue", b"JA-JP"),
        ("x-souk-tax-display", b"exclusive"),
        ("accept-language", b"de"),
    ];
    assert_eq!(router.shown(&slug, &all).await, shown("JPY", "0.1", false, true));
    let said_twice = [("x-souk-country", b"JP".as_slice()), ("x-souk-country", b" JP ")];
    assert_eq!(router.shown(&slug, &said_twice).await, shown("EUR", "0.1", true, false));

    for country in [b"Germany".as_slice(), b"ZZ", b"AQ", b"BR"] {
        let message = router.refused(&[("x-souk-country", country)]).await;
        let advice = "names no country that is sold to; send one of AT, BE, CH, DE,";
        assert!(message.contains("`x-souk-country`") && message.contains(advice), "{message}");
    }
    for (header, value) in
        [("x-souk-currency", b"XXX".as_slice()), ("x-tongue", b"klingon"), ("x-souk-tax-display", b"maybe")]
    {
        let message = router.refused(&[(header, value)]).await;
        assert!(message.contains(header) && message.contains("not understood"), "{message}");
    }
    for (header, one, other) in [
        ("x-souk-country", b"DE".as_slice(), b"FR".as_slice()),
        ("x-souk-currency", b"EUR", b"USD"),
        ("x-tongue", b"de", b"ja"),
        ("x-souk-tax-display", b"inclusive", b"exclusive"),
    ] {
        let message = router.refused(&[(header, one), (header, other)]).await;
        assert!(message.contains(header) && message.contains("two different values"), "{message}");
        let message = router.refused(&[(header, b"D\xc3\x96")]).await;
        assert!(message.contains(header), "{message}");
    }
}
