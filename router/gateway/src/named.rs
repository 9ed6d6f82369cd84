//! Settings that name something of the supergraph or of its subgraphs' answers. One that names nothing is read by
//! nobody, and what it should have done is not done: it is refused at the start.

use std::collections::BTreeSet;

use router_schema::names::unknown;
use router_schema::{OperationKind, Supergraph};

use crate::config::{ErrorMasking, GatewayConfig};
use crate::error::GatewayError;

/// What every error has, whatever is configured.
const ALWAYS_TOLD: [&str; 2] = ["code", "traceId"];

/// Checks the names of a configuration against a supergraph's SDL. `extensions`: all names that the errors of its
/// subgraphs have in their extensions, if they are known.
pub fn check_names(
    config: &GatewayConfig,
    supergraph_sdl: &str,
    extensions: Option<&[&str]>,
) -> Result<(), GatewayError> {
    let supergraph =
        Supergraph::parse(supergraph_sdl).map_err(|error| GatewayError::Supergraph(error.to_string()))?;
    check(config, &supergraph, extensions)
}

/// The same of one that is read already.
pub(crate) fn check(
    config: &GatewayConfig,
    supergraph: &Supergraph,
    extensions: Option<&[&str]>,
) -> Result<(), GatewayError> {
    let faults = counted_fields(config, supergraph)
        .or_else(|| override_labels(config, supergraph))
        .or_else(|| error_extensions(config, extensions));
    faults.map_or(Ok(()), |fault| Err(GatewayError::Config(fault)))
}

fn counted_fields(config: &GatewayConfig, supergraph: &Supergraph) -> Option<String> {
    let schema = supergraph.api().schema();
    let query = supergraph.root_type(OperationKind::Query).and_then(|name| schema.get_object(name));
    let known: Vec<&str> = query.iter().flat_map(|ty| ty.fields.keys()).map(|name| name.as_str()).collect();
    let fields = &config.rate_limit.counted_fields;
    let wrong = fields.iter().find(|name| !known.contains(&name.as_str()))?;
    Some(unknown("rate_limit.counted_fields", wrong, "field of the type Query", known))
}

fn override_labels(config: &GatewayConfig, supergraph: &Supergraph) -> Option<String> {
    let fields = supergraph.types().flat_map(|(_, facts)| facts.fields.values());
    let labels = fields
        .flat_map(|field| field.subgraphs.values())
        .filter_map(|field| field.overrides.as_ref()?.label.clone())
        .collect::<BTreeSet<_>>();
    let wrong = config.override_labels.iter().find(|name| !labels.contains(name.as_str()))?;
    let known = labels.iter().map(|label| &**label);
    Some(unknown("override_labels", wrong, "label of an `@override` in the supergraph", known))
}

fn error_extensions(config: &GatewayConfig, known: Option<&[&str]>) -> Option<String> {
    let names = &config.error_extensions;
    if config.error_masking == ErrorMasking::Off && *names != GatewayConfig::default().error_extensions {
        let fault = "error_extensions: it has no effect, for `error_masking = \"off\"` hides none; leave one of them out";
        return Some(fault.to_owned());
    }
    if let Some(told) = names.iter().find(|name| ALWAYS_TOLD.contains(&name.as_str())) {
        return Some(format!("error_extensions: `{told}` is told of every error; leave it out"));
    }
    let known = known?;
    let wrong = names.iter().find(|name| !known.contains(&name.as_str()))?;
    let what = "name in the extensions of the subgraphs' errors";
    Some(unknown("error_extensions", wrong, what, known.iter().copied()))
}
