//! What is known of a request before its content is looked at: where it comes from, what trace it belongs to, what it
//! may still spend, which of its headers go on.

mod address;
mod cors;
mod csrf;
mod propagate;
mod rate_limit;
mod security_headers;
mod trace;

pub use address::{ClientAddress, TrustedProxies};
pub use cors::{AllowedOrigins, cors_layer, parse_origins};
pub use csrf::CsrfGuard;
pub use propagate::Propagation;
pub use rate_limit::{Charge, QuotaKey, RateLimiter};
pub use security_headers::security_headers;
pub use trace::Trace;
