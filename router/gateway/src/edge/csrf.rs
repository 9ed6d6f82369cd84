//! The guard against requests that a browser sends to us for a page of another site without asking us first.
//!
//! Credentials never travel in cookies here, so such a request acts for a guest at most; it is refused all the same.
//! A POST must have the content type `application/json`, which browsers ask about first. A GET that a browser marks
//! as cross-site and that no script made (an image, a form, a link) must carry one of the configured headers.

use http::{HeaderMap, HeaderName, Method, StatusCode, header};

use crate::answer::Refusal;

#[derive(Debug)]
pub struct CsrfGuard {
    headers: Vec<HeaderName>,
}

impl CsrfGuard {
    pub fn new(headers: Vec<HeaderName>) -> Self {
        Self { headers }
    }

    pub fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        if self.headers.iter().any(|name| headers.contains_key(name)) {
            return Ok(());
        }
        let says = |name: &str, values: &[&str]| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|value| values.contains(&value))
        };
        let simple = method == Method::GET
            && says("sec-fetch-site", &["cross-site", "same-site"])
            && !says("sec-fetch-mode", &["cors", "websocket"]);
        let simple_body = method != Method::GET
            && headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_simple);
        if simple || simple_body {
            let names: Vec<&str> = self.headers.iter().map(HeaderName::as_str).collect();
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "CSRF_GUARD",
                format!(
                    "this request could come from a page of another site; send the content type application/json or \
                     one of the headers {}",
                    names.join(", ")
                ),
            ));
        }
        Ok(())
    }
}

/// The content types that a form can send.
fn is_simple(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        .iter()
        .any(|simple| essence.eq_ignore_ascii_case(simple))
}
