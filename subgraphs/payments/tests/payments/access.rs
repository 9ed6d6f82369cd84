use platform_testkit::assert_rules_hold;

use crate::support::start;

/// Check 17: role × root field, generated from the rules in the SDL, straight at the subgraph.
#[tokio::test]
async fn a_rule_lets_nobody_pass_whom_it_does_not_name() {
    assert_rules_hold(&start().await).await;
}
