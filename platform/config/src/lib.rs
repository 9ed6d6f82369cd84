//! Configuration: sections with a documented default for every field, read from a file and the environment.
//!
//! A section is a struct with `deny_unknown_fields`, a range for every number, and no negative options; the binary composes the sections into
//! one document. Precedence: defaults, then `souk.toml`, then `SOUK_<SECTION>__<FIELD>` variables.

mod loader;
mod ranges;
mod reference;
mod schema;
mod secrets;
mod sections;

pub use loader::{ConfigError, load};
pub use reference::{ReferenceError, reference};
pub use secrets::without_secrets;
pub use sections::{
    AuthConfig, CacheConfig, CarrierConfig, DatabaseConfig, EventsConfig, FulfilmentConfig, JobsConfig,
    MailConfig, MailLimits, RefundsConfig, SalesConfig, Synchronous, TelemetryConfig,
};
