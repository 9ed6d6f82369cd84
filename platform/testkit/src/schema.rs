//! Checks of a subgraph's schemas, one line each in its tests.

use std::path::Path;
use std::sync::Arc;

use platform_core::{Clock, SystemClock};
use platform_server::{Host, HostError, HostOptions, PlatformConfig, SchemaPolicy, SubgraphDefinition};
use platform_telemetry::Metrics;

use crate::database::TestDatabase;

/// Fails when `schema.graphql` or, where others ask the subgraph, `internal.graphql` in `folder` (`.` in tests, which run in
/// the folder of their crate) is not what the code says. With `UPDATE=1` they are rewritten instead (`scripts/update`).
pub async fn assert_committed_sdl<D: SubgraphDefinition>(folder: &str) {
    let (host, _database) = build::<D>().await;
    let host = host.unwrap_or_else(|error| panic!("the subgraph does not start: {error}"));
    let hosted = host.subgraph(D::NAME).expect("the subgraph is hosted");
    assert_committed(folder, "schema.graphql", Some(hosted.sdl()));
    assert_committed(folder, "internal.graphql", hosted.internal_sdl());
}

/// What there is no schema for has no file.
fn assert_committed(folder: &str, file: &str, sdl: Option<&str>) {
    let path = Path::new(folder).join(file);
    let Some(sdl) = sdl else {
        assert!(!path.exists(), "{} is of a schema that nobody serves; remove it", path.display());
        return;
    };
    if std::env::var_os("UPDATE").is_some() {
        rewrite(&path, sdl);
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(sdl.lines()).position(|(old, new)| old != new);
    assert!(
        committed == sdl,
        "{} is stale from line {} on; run `scripts/update` and commit the file",
        path.display(),
        line.unwrap_or(committed.lines().count().min(sdl.lines().count())) + 1,
    );
}

/// Writes a file that is made from the code, in one step: other tests read it meanwhile. One that says so already is left
/// alone: whatever includes it would be compiled again.
pub fn rewrite(path: &Path, text: &str) {
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return;
    }
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).expect("a file can be written beside the committed one");
    std::fs::rename(&beside, path).expect("the committed file can be replaced");
}

/// Check 17, in part: fails when a root field has no access rule, or a rule makes no sense.
pub async fn assert_every_root_field_has_a_rule<D: SubgraphDefinition>() {
    let (host, _database) = build::<D>().await;
    if let Err(error) = host {
        panic!("{error}");
    }
}

/// Builds the subgraph without starting it. The host refuses unsound rules.
pub(crate) async fn build<D: SubgraphDefinition>() -> (Result<Host, HostError>, TestDatabase) {
    let database = TestDatabase::create::<D>().await;
    let config = PlatformConfig { database: database.config().clone(), ..PlatformConfig::default() };
    let metrics = Metrics::new().expect("the metrics are sound");
    let mut options = HostOptions::new(Arc::new(config), database.data_dir(), SchemaPolicy::Require, metrics);
    let topics = crate::topic::Topics::new(Arc::new(SystemClock) as Arc<dyn Clock>);
    options.source_fallback = Some(Arc::new(move |topic| topics.source(topic)));
    (Host::builder(options).subgraph::<D>().build().await, database)
}

/// What every subgraph's tests begin with: its committed schemas are those of the code, every root field has a rule, and
/// the rules let nobody pass whom they do not name. Write it once, in the tests' `main.rs`.
#[macro_export]
macro_rules! subgraph_tests {
    ($definition:ty) => {
        #[tokio::test]
        async fn committed_schemas_are_fresh() {
            $crate::assert_committed_sdl::<$definition>(".").await;
        }

        /// Check 17: a root field without a rule fails.
        #[tokio::test]
        async fn every_root_field_has_a_rule() {
            $crate::assert_every_root_field_has_a_rule::<$definition>().await;
        }

        /// Check 17: role × root field, generated from the rules in the SDL, straight at the subgraph.
        #[tokio::test]
        async fn a_rule_lets_nobody_pass_whom_it_does_not_name() {
            $crate::assert_rules_hold(&$crate::TestSubgraph::<$definition>::start().await).await;
        }
    };
}
