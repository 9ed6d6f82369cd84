//! What this subgraph asks of others is what they offer.

use platform_testkit::assert_peer_documents;

#[test]
fn the_documents_for_other_subgraphs_fit_their_schemas() {
    let catalog = [
        "check_lines",
        "quote_lines",
        "reserve_stock",
        "commit_reservation",
        "release_reservation",
        "restock_reservation",
        "reserve_coupon",
        "commit_coupon",
        "release_coupon",
        "extend_reservation",
        "extend_coupon",
    ];
    let payments = [
        "authorize_payment",
        "capture_payment",
        "get_payment",
        "void_payment",
        "void_payment_of",
        "refund_payment",
        "hold_points",
        "commit_points",
        "release_points",
    ];
    let users = ["count_mail", "owns_email", "send_mail", "user_address", "vat_id_is_valid"];
    let peers: [(&str, &[&str]); 3] = [("catalog", &catalog), ("payments", &payments), ("users", &users)];
    assert_peer_documents(env!("CARGO_MANIFEST_DIR"), &peers);
}
