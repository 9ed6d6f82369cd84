//! The schemas that are committed are those that are served, and every root field says who may use it.

use payments::PaymentsSubgraph;
use platform_testkit::{assert_committed_sdl, assert_every_root_field_has_a_rule};

#[tokio::test]
async fn committed_schemas_are_fresh() {
    assert_committed_sdl::<PaymentsSubgraph>(env!("CARGO_MANIFEST_DIR")).await;
}

/// Check 17: a root field without a rule fails.
#[tokio::test]
async fn every_root_field_has_a_rule() {
    assert_every_root_field_has_a_rule::<PaymentsSubgraph>().await;
}
