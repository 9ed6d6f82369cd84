//! That who adds up what a quote or an order shows finds every cent, and every cent of tax.

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

/// Checks that the tax of an order that goes to Germany is that of its lines and of its shipping, and that shipping is
/// taxed as the goods beside it: at one of the two rates, or between them.
pub fn check_tax(findings: &Findings, order: &Value) {
    let lines: i64 = order["lines"].as_array().into_iter().flatten().map(|line| minor(&line["tax"])).sum();
    let of_shipping = minor(&order["shippingTax"]);
    findings
        .check(lines + of_shipping == minor(&order["tax"]), "the tax does not add up", || order.to_string());
    let shown = minor(&order["shipping"]);
    let gross = if order["pricesIncludeTax"] == true { shown } else { shown + of_shipping };
    // Tax is rounded once for goods and shipping of each rate.
    let plausible = (gross * 7 / 107 - 2)..=(gross * 19 / 119 + 2);
    findings
        .check(plausible.contains(&of_shipping), "shipping is not taxed as its goods", || order.to_string());
}
