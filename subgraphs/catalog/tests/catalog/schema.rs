use catalog::CatalogSubgraph;
use platform_testkit::{assert_committed_sdl, assert_every_root_field_has_a_rule};

#[tokio::test]
async fn the_committed_schemas_are_those_served() {
    assert_committed_sdl::<CatalogSubgraph>(env!("CARGO_MANIFEST_DIR")).await;
}

/// Check 17: a root field without a rule fails.
#[tokio::test]
async fn every_root_field_has_a_rule() {
    assert_every_root_field_has_a_rule::<CatalogSubgraph>().await;
}
