//! JSON shapes of values whose own crate knows no JSON Schema.

use schemars::JsonSchema;

/// An amount in minor units (cents; yen) of an ISO 4217 currency.
#[derive(JsonSchema)]
#[schemars(rename = "Money")]
#[expect(dead_code, reason = "describes the JSON of platform_commerce::Money and is never made")]
pub struct MoneyShape {
    minor: i64,
    #[schemars(regex(pattern = r"^[A-Z]{3}$"))]
    currency: String,
}
