//! That who adds up what a quote or an order shows finds every cent.

use serde_json::Value;

use super::api::minor;
use super::findings::Findings;

/// Checks the sums of a quote or an order.
pub fn check(findings: &Findings, shown: &Value) {
    let mut subtotal = 0;
    for line in shown["lines"].as_array().into_iter().flatten() {
        let pieces = line["quantity"].as_i64().unwrap_or_default();
        let of_line = minor(&line["unitPrice"]) * pieces + minor(&line["rounding"]);
        findings.check(of_line == minor(&line["subtotal"]), "a line does not add up", || line.to_string());
        subtotal += of_line;
    }
    let tax = if shown["pricesIncludeTax"] == true { 0 } else { minor(&shown["tax"]) };
    let total = subtotal - minor(&shown["discount"]) + minor(&shown["shipping"]) + tax;
    let adds_up = subtotal == minor(&shown["subtotal"]) && total == minor(&shown["total"]);
    findings.check(adds_up, "what is shown does not add up", || shown.to_string());
}
