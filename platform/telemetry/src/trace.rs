//! The W3C trace context (`traceparent`) of a request.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

const HEADER: HeaderName = HeaderName::from_static("traceparent");

/// Names a trace and the span in it that a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

impl TraceContext {
    /// Starts a trace.
    pub fn start() -> Self {
        Self { trace_id: rand::random::<u128>().max(1), span_id: rand::random::<u64>().max(1), sampled: true }
    }

    /// Continues the trace that the headers name, or starts one when they name none.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let parent = headers.get(HEADER).and_then(|value| value.to_str().ok()).and_then(Self::parse);
        parent.map_or_else(Self::start, |parent| parent.child())
    }

    /// The next span of the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: rand::random::<u64>().max(1), ..*self }
    }

    /// The trace's id as 32 hexadecimal digits: what a client is told and the log is searched by.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// Version 00 exactly, and later versions by their first four fields, as the recommendation asks.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let lowercase_hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let well_formed = lowercase_hex(version, 2)
            && version != "ff"
            && (version != "00" || parts.next().is_none())
            && lowercase_hex(trace, 32)
            && lowercase_hex(span, 16)
            && lowercase_hex(flags, 2);
        if !well_formed {
            return None;
        }
        let trace_id = u128::from_str_radix(trace, 16).ok().filter(|&id| id != 0)?;
        let span_id = u64::from_str_radix(span, 16).ok().filter(|&id| id != 0)?;
        Some(Self { trace_id, span_id, sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1 })
    }

    /// Writes the `traceparent` header.
    pub fn write_to(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.to_string()) {
            headers.insert(HEADER, value);
        }
    }

    pub fn to_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(1);
        self.write_to(&mut headers);
        headers
    }
}

impl Default for TraceContext {
    fn default() -> Self {
        Self::start()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_context_survives_the_header() {
        let context = TraceContext::parse(PARENT).unwrap();
        assert_eq!(context.to_string(), PARENT);
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let next = TraceContext::from_headers(&context.to_headers());
        assert_eq!(next.trace_id(), context.trace_id());
        assert_ne!(next, context, "a process that goes on with a trace opens its own span");
    }

    #[test]
    fn what_is_not_a_context_starts_a_new_trace() {
        for wrong in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(TraceContext::parse(wrong), None, "{wrong}");
        }
        assert!(
            TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").is_some()
        );
    }
}
