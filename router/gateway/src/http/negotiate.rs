//! Content negotiation: what the client sends and what it takes.

use http::{HeaderMap, StatusCode, header};

use crate::answer::Refusal;

/// Media type of a single answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseFormat {
    /// `application/graphql-response+json`: the status tells how the request went.
    GraphqlResponse,
    /// `application/json`: a well-formed request gets status 200 whatever its document.
    Json,
}

/// How a stream of answers is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamFormat {
    /// `text/event-stream`, in the distinct connections mode of graphql-sse.
    EventStream,
    /// `multipart/mixed; subscriptionSpec=1.0`.
    Multipart,
}

/// What the client takes, best first of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accepted {
    pub single: Option<ResponseFormat>,
    pub stream: Option<StreamFormat>,
    /// A browser that opens the endpoint as a page.
    pub html: bool,
}

impl Accepted {
    pub fn of(headers: &HeaderMap) -> Self {
        let lines: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok()).collect();
        if lines.iter().all(|line| line.trim().is_empty()) {
            return Self { single: Some(ResponseFormat::Json), ..Self::default() };
        }
        let mut accepted = Self::default();
        let (mut best_single, mut best_stream) = (0.0, 0.0);
        for range in lines.iter().flat_map(|line| line.split(',')).take(64) {
            let mut parts = range.split(';').map(str::trim);
            let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
            let parameters: Vec<&str> = parts.collect();
            let quality = parameters
                .iter()
                .find_map(|parameter| parameter.strip_prefix("q="))
                .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0));
            let single = match essence.as_str() {
                "application/graphql-response+json" => Some(ResponseFormat::GraphqlResponse),
                "application/json" | "application/*" | "*/*" => Some(ResponseFormat::Json),
                _ => None,
            };
            if let Some(format) = single
                && quality > best_single
            {
                (accepted.single, best_single) = (Some(format), quality);
            }
            let stream = match essence.as_str() {
                "text/event-stream" => Some(StreamFormat::EventStream),
                "multipart/mixed" if parameters.iter().any(|parameter| is_subscription_spec(parameter)) => {
                    Some(StreamFormat::Multipart)
                }
                _ => None,
            };
            if let Some(format) = stream
                && quality > best_stream
            {
                (accepted.stream, best_stream) = (Some(format), quality);
            }
            accepted.html |= essence == "text/html" && quality > 0.0;
        }
        accepted
    }

    pub fn is_nothing(&self) -> bool {
        self.single.is_none() && self.stream.is_none()
    }
}

fn is_subscription_spec(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.eq_ignore_ascii_case("subscriptionSpec") && value.trim_matches('"') == "1.0"
    })
}

/// A POST must say that it is JSON, in UTF-8 if it says an encoding.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = content_type.split(';').map(str::trim);
    let json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let utf8 = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    if json && utf8 {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "send the request as application/json in UTF-8",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(header: &str) -> Accepted {
        Accepted::of(&[(header::ACCEPT, header.parse().unwrap())].into_iter().collect())
    }

    #[test]
    fn the_client_gets_what_it_prefers() {
        use ResponseFormat::{GraphqlResponse, Json};
        for (header, expected) in [
            ("application/graphql-response+json", Some(GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; q=0.9",
                Some(GraphqlResponse),
            ),
            ("application/json, application/graphql-response+json;q=0.5", Some(Json)),
            ("*/*", Some(Json)),
            ("image/png", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(accepted(header).single, expected, "{header}");
        }
        assert_eq!(Accepted::of(&HeaderMap::new()).single, Some(Json));
    }

    #[test]
    fn multipart_is_a_subscription_only_where_the_client_says_so() {
        assert_eq!(
            accepted("multipart/mixed;subscriptionSpec=1.0, application/json").stream,
            Some(StreamFormat::Multipart)
        );
        assert_eq!(
            accepted(r#"multipart/mixed; subscriptionSpec="1.0""#).stream,
            Some(StreamFormat::Multipart)
        );
        assert_eq!(accepted("multipart/mixed, application/json").stream, None);
    }
}
