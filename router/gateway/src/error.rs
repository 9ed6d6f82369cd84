//! What can go wrong before the gateway serves: a configuration or supergraph that it cannot work with.

/// Each message says what to change.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// A setting is wrong: its name below `gateway`, a colon, and what is wrong with it.
    #[error("gateway.{0}")]
    Config(String),
    #[error("the supergraph cannot be used: {0}")]
    Supergraph(String),
    #[error("the subgraph `{subgraph}` cannot be reached: {reason}")]
    Transport { subgraph: String, reason: String },
}
