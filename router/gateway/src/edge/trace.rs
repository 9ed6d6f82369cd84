//! The trace that a request belongs to (W3C Trace Context).

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};

const REQUEST_ID: &str = "x-request-id";
const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Ids of one request.
#[derive(Debug, Clone)]
pub struct Trace {
    /// 32 hexadecimal digits.
    pub trace_id: Arc<str>,
    /// 16 hexadecimal digits: our own span, the parent of what subgraphs do.
    span_id: Arc<str>,
    sampled: bool,
    state: Option<HeaderValue>,
    pub request_id: Arc<str>,
}

impl Trace {
    /// Continues the client's trace, or begins one.
    pub fn of(headers: &HeaderMap, fresh: impl FnOnce() -> u128) -> Self {
        let parent = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()).and_then(parse);
        // The lower half of an id is random, so it can name our span too.
        let id = fresh();
        let span_id = format!("{:016x}", (id & u128::from(u64::MAX)).max(1)).into();
        let (trace_id, sampled): (Arc<str>, bool) = match parent {
            Some((trace_id, sampled)) => (trace_id.into(), sampled),
            None => (format!("{id:032x}").into(), true),
        };
        let request_id = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(|id| is_request_id(id))
            .map_or_else(|| trace_id.clone(), Arc::from);
        let state = headers.get(TRACESTATE).filter(|state| parent.is_some() && state.len() <= 512).cloned();
        Self { trace_id, span_id, sampled, state, request_id }
    }

    /// Writes the headers by which subgraphs join the trace.
    pub fn write(&self, headers: &mut HeaderMap) {
        let flags = if self.sampled { "01" } else { "00" };
        if let Ok(value) = HeaderValue::try_from(format!("00-{}-{}-{flags}", self.trace_id, self.span_id)) {
            headers.insert(TRACEPARENT, value);
        }
        if let Some(state) = &self.state {
            headers.insert(TRACESTATE, state.clone());
        }
        self.write_request_id(headers);
    }

    pub fn write_request_id(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.request_id) {
            headers.insert(REQUEST_ID, value);
        }
    }
}

/// Trace id and sampled flag of a `traceparent` of any version.
fn parse(text: &str) -> Option<(&str, bool)> {
    let mut parts = text.trim().split('-');
    let (version, trace_id, parent_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let zero = |part: &str| part.bytes().all(|b| b == b'0');
    let valid = hex(version, 2)
        && version != "ff"
        && hex(trace_id, 32)
        && !zero(trace_id)
        && hex(parent_id, 16)
        && !zero(parent_id)
        && hex(flags, 2)
        && (version != "00" || parts.next().is_none());
    valid.then(|| (trace_id, u8::from_str_radix(flags, 16).is_ok_and(|bits| bits & 1 == 1)))
}

/// What we repeat in logs and headers is short and plain.
fn is_request_id(id: &str) -> bool {
    (8..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(headers: &[(&'static str, &str)]) -> Trace {
        let map =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Trace::of(&map, || 0xabc)
    }

    #[test]
    fn a_valid_parent_is_continued_and_others_are_not() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(&*trace(&[("traceparent", &format!("00-{id}-00f067aa0ba902b7-01"))]).trace_id, id);
        for broken in [
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01".to_owned(),
            format!("ff-{id}-00f067aa0ba902b7-01"),
            format!("00-{id}-00f067aa0ba902b7-01-more"),
            format!("00-{}-00f067aa0ba902b7-01", id.to_uppercase()),
        ] {
            assert_eq!(&*trace(&[("traceparent", &broken)]).trace_id, "00000000000000000000000000000abc");
        }
    }

    #[test]
    fn a_request_id_of_the_client_is_repeated_only_if_it_is_plain() {
        assert_eq!(&*trace(&[("x-request-id", "job-2026.11:7")]).request_id, "job-2026.11:7");
        assert_ne!(&*trace(&[("x-request-id", "a b<script>")]).request_id, "a b<script>");
    }

    #[test]
    fn subgraphs_get_our_span_as_their_parent() {
        let mut headers = HeaderMap::new();
        trace(&[("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")])
            .write(&mut headers);
        assert_eq!(headers["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000abc-00");
    }
}
