//! The section about who calls: tokens.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration;

/// Which tokens of clients are believed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JwtConfig {
    /// `iss` that a token must have. Default: souk.
    #[schemars(length(min = 1))]
    pub issuer: String,
    /// `aud` that a token must name. Default: souk-clients.
    #[schemars(length(min = 1))]
    pub audience: String,
    /// `typ` that a token's header must have, so that no other kind of token passes for one. Default: at+jwt.
    #[schemars(length(min = 1))]
    pub token_type: String,
    /// Where the key set is fetched from; absent: the process gives it. Default: absent.
    pub jwks_url: Option<String>,
    /// Age at which the key set is fetched anew, in milliseconds. Default: 300000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 1_000, max = 86_400_000))]
    pub jwks_max_age: Duration,
    /// The shortest pause between two fetches, however many unknown keys tokens name, in milliseconds. Default: 5000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 3_600_000))]
    pub jwks_min_pause: Duration,
    /// Difference of clocks that is borne, in milliseconds. Default: 5000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 0, max = 300_000))]
    pub leeway: Duration,
    /// The longest life of a token; revocations are remembered for as long. In milliseconds. Default: 3900000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 10_000, max = 2_592_000_000_u64))]
    pub max_lifetime: Duration,
}

impl Default for JwtConfig {
    fn default() -> Self {
        Self {
            issuer: "souk".to_owned(),
            audience: "souk-clients".to_owned(),
            token_type: "at+jwt".to_owned(),
            jwks_url: None,
            jwks_max_age: Duration::from_secs(300),
            jwks_min_pause: Duration::from_secs(5),
            leeway: Duration::from_secs(5),
            max_lifetime: Duration::from_secs(3_900),
        }
    }
}
