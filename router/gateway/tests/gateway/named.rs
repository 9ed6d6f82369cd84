//! Settings that name something of the supergraph name something that is there.

use std::sync::Arc;

use router_gateway::{Gateway, GatewayBuilder, GatewayConfig};
use serde_json::{Value, json};

use crate::support::subgraph::{SUPERGRAPH, Subgraph};

fn fault(settings: Value, more: impl FnOnce(GatewayBuilder) -> GatewayBuilder) -> String {
    let config: GatewayConfig = serde_json::from_value(settings).unwrap();
    let transport = Subgraph::default().transport();
    let builder = Gateway::builder(config, SUPERGRAPH, Arc::new(move |_, _| Ok(transport.clone())));
    more(builder).build().map(drop).map_err(|error| error.to_string()).err().unwrap_or_default()
}

/// Check 57: a name that is not there is refused at the start, by the setting and with what was meant.
#[test]
fn a_setting_that_names_nothing_is_refused_at_the_start() {
    let counted = |names: &[&str]| json!({ "rate_limit": { "counted_fields": names } });
    for (settings, parts) in [
        (counted(&["hello", "helo"]), ["rate_limit.counted_fields", "`helo`", "`hello`"]),
        (counted(&["Query.hello"]), ["rate_limit.counted_fields", "`Query.hello`", "type Query"]),
        (counted(&["login"]), ["rate_limit.counted_fields", "`login`", "type Query"]),
        (json!({ "override_labels": ["rollout"] }), ["override_labels", "`rollout`", "@override"]),
        (json!({ "error_extensions": ["feld"] }), ["error_extensions", "`feld`", "`field`"]),
        (json!({ "error_extensions": ["code"] }), ["error_extensions", "`code`", "every error"]),
        (
            json!({ "error_extensions": ["query"], "error_masking": "off" }),
            ["error_extensions", "off", "no effect"],
        ),
    ] {
        let fault =
            fault(settings.clone(), |builder| builder.error_extensions(["field", "query", "retryAfter"]));
        assert!(parts.iter().all(|part| fault.contains(part)), "{settings}: {fault:?}");
    }
    for settings in [counted(&["hello", "sum"]), json!({ "error_extensions": ["query"] }), json!({})] {
        assert_eq!(fault(settings, |builder| builder.error_extensions(["field", "query", "retryAfter"])), "");
    }
    // Where nobody knows what subgraphs say, any name may be one.
    assert_eq!(fault(json!({ "error_extensions": ["anything"] }), |builder| builder), "");
}
