use platform_testkit::{assert_committed_sdl, assert_every_root_field_has_a_rule};
use users::UsersSubgraph;

#[tokio::test]
async fn the_committed_schemas_are_those_of_the_code() {
    assert_committed_sdl::<UsersSubgraph>(env!("CARGO_MANIFEST_DIR")).await;
}

/// Check 17, in part.
#[tokio::test]
async fn every_root_field_has_a_rule() {
    assert_every_root_field_has_a_rule::<UsersSubgraph>().await;
}
