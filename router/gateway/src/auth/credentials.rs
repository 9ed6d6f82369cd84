//! What a request or connection says of who calls, and in which context.
//!
//! One rule for all of it: what is said has one value. The same value twice is said once; two different ones, on two lines
//! of a request or in the payload of `connection_init` beside the upgrade request, are refused, for every choice between
//! them would be somebody's mistake. What is no text is refused, and not taken for absent: a guest is who says nothing.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use router_transport::{Object, Value};

use crate::auth::AuthError;
use crate::edge::ClientAddress;

/// Everything by which a caller can say who it is.
#[derive(Debug, Clone)]
pub struct Credentials {
    headers: HeaderMap,
    /// What the payload of `connection_init` says wrongly, by name: an error once somebody asks for it.
    faults: HashMap<HeaderName, Fault>,
    pub client: ClientAddress,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Contradiction,
    NotText,
}

impl Credentials {
    pub fn of_request(headers: &HeaderMap, client: ClientAddress) -> Self {
        Self { headers: headers.clone(), faults: HashMap::new(), client }
    }

    /// Browsers cannot set headers on a WebSocket, so the payload of `connection_init` stands for them: its texts, and
    /// those of a `headers` object within, count as headers.
    pub fn of_connection(upgrade: &HeaderMap, payload: Option<&Object>, client: ClientAddress) -> Self {
        let mut credentials = Self::of_request(upgrade, client);
        if let Some(payload) = payload {
            if let Some(Value::Object(nested)) = payload.get("headers") {
                credentials.add(nested);
            }
            credentials.add(payload);
        }
        credentials
    }

    fn add(&mut self, object: &Object) {
        for (name, value) in object {
            let Ok(name) = name.parse::<HeaderName>() else { continue };
            match value.as_str().map(HeaderValue::from_str) {
                Some(Ok(value)) => {
                    let said = self.headers.insert(name.clone(), value.clone());
                    if said.is_some_and(|said| trimmed(&said) != trimmed(&value)) {
                        self.faults.insert(name, Fault::Contradiction);
                    }
                }
                None if value.is_null() => {}
                _ => drop(self.faults.insert(name, Fault::NotText)),
            }
        }
    }

    /// The one value of a header.
    pub fn get(&self, name: &str) -> Result<Option<&str>, AuthError> {
        let contradiction = || AuthError::Contradiction { header: name.to_owned() };
        let not_text = || AuthError::InvalidHeader { header: name.to_owned() };
        let fault = name.parse::<HeaderName>().ok().and_then(|name| self.faults.get(&name));
        match fault {
            Some(Fault::Contradiction) => return Err(contradiction()),
            Some(Fault::NotText) => return Err(not_text()),
            None => {}
        }
        let mut values = self.headers.get_all(name).iter();
        let Some(first) = values.next() else { return Ok(None) };
        if values.any(|other| trimmed(other) != trimmed(first)) {
            return Err(contradiction());
        }
        first.to_str().map(|text| Some(text.trim())).map_err(|_| not_text())
    }

    /// The first value of a header that browsers send on their own, if it is text.
    pub fn hint(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

fn trimmed(value: &HeaderValue) -> &[u8] {
    value.as_bytes().trim_ascii()
}
