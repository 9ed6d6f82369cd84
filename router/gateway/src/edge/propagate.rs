//! Which headers of a client reach subgraphs. Nothing does unless a rule names it, and no rule can name the headers
//! that carry an identity between our own processes or that belong to one connection.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::HeaderRule;
use crate::edge::Trace;
use crate::error::GatewayError;

/// Never sent on: they belong to the connection, or the transport sets them itself.
const RESERVED: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers of our own processes; a client that sends them is not believed.
const IDENTITY_PREFIXES: &[&str] = &["x-souk-identity", "x-souk-service", "x-souk-caller"];

#[derive(Debug)]
struct Rule {
    from: HeaderName,
    to: HeaderName,
    default: Option<HeaderValue>,
}

/// The compiled rules.
#[derive(Debug, Default)]
pub struct Propagation(Vec<Rule>);

impl Propagation {
    pub fn new(rules: &[HeaderRule]) -> Result<Self, GatewayError> {
        rules.iter().map(compile).collect::<Result<_, _>>().map(Self)
    }

    /// The headers for subgraphs: what the rules let through, and the trace.
    pub fn apply(&self, client: &HeaderMap, trace: &Trace) -> Arc<HeaderMap> {
        let mut headers = HeaderMap::with_capacity(self.0.len() + 2);
        for rule in &self.0 {
            let mut values = client.get_all(&rule.from).iter().peekable();
            match (values.peek(), &rule.default) {
                (None, Some(default)) => {
                    headers.insert(rule.to.clone(), default.clone());
                }
                _ => values.for_each(|value| {
                    headers.append(rule.to.clone(), value.clone());
                }),
            }
        }
        trace.write(&mut headers);
        Arc::new(headers)
    }
}

fn compile(rule: &HeaderRule) -> Result<Rule, GatewayError> {
    let name = |text: &str| {
        let name: HeaderName = text
            .parse()
            .map_err(|_| GatewayError::Config(format!("propagate: `{text}` is not a header name")))?;
        let reserved = RESERVED.contains(&name.as_str())
            || IDENTITY_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix));
        if reserved {
            return Err(GatewayError::Config(format!("propagate: the header `{text}` cannot be sent on")));
        }
        Ok(name)
    };
    let from = name(&rule.name)?;
    let to = rule.rename.as_deref().map(name).transpose()?.unwrap_or_else(|| from.clone());
    let default = rule
        .default
        .as_deref()
        .map(|text| {
            text.parse().map_err(|_| {
                GatewayError::Config(format!(
                    "propagate: the default of `{}` is not a header value",
                    rule.name
                ))
            })
        })
        .transpose()?;
    Ok(Rule { from, to, default })
}
