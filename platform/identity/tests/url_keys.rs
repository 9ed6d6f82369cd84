//! Keys by which subgraphs sign URLs.

use std::sync::Arc;

use platform_core::clock::ShiftedClock;
use platform_identity::InternalKeys;

#[test]
fn a_url_is_signed_by_a_subgraph_of_an_installation() {
    let clock = Arc::new(ShiftedClock::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("internal.pem");
    let keys = InternalKeys::load_or_create(&path, clock.clone()).unwrap();
    let signature = keys.url_key("catalog").unwrap().sign("GET /a 1");
    assert!(signature.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));

    let elsewhere = InternalKeys::load(&path, clock.clone()).unwrap().url_key("catalog").unwrap();
    assert!(elsewhere.is_signed("GET /a 1", &signature), "every process of the installation has the key");
    assert!(!elsewhere.is_signed("GET /a 2", &signature));
    for wrong in ["", "A", &signature[1..], &format!("{signature}="), &format!("{signature}A"), "ü"] {
        assert!(!elsewhere.is_signed("GET /a 1", wrong), "{wrong}");
    }
    let other_subgraph = keys.url_key("logistics").unwrap();
    let other_installation = InternalKeys::ephemeral(clock).unwrap().url_key("catalog").unwrap();
    for stranger in [other_subgraph, other_installation] {
        assert!(!stranger.is_signed("GET /a 1", &signature));
    }
}
