//! Fields that the caller may not see are not fetched for the caller.

use router_planner::plan::OutputValue;
use router_schema::JsonObject;
use router_schema::authorization::{Authority, filter};

use crate::bench;

/// A denied key still is a key; it is not answered.
#[test]
fn what_is_denied_may_still_be_an_input() {
    let bench = bench!(
        users: r#"type Query { me: User } type User @key(fields: "id") { id: ID! @authenticated  email: String @authenticated }"#,
        stats: r#"type User @key(fields: "id") { id: ID! @authenticated  visits: Int }"#,
    );
    let mut operation = bench.expand("{ me { id visits email } }", &JsonObject::new());
    let denied = filter(bench.supergraph(), &mut operation, &Authority::default());
    assert_eq!(denied.len(), 2);
    let plan = bench.planner.plan(&operation, &Default::default()).unwrap();
    insta::assert_snapshot!(plan.to_string(), @r"
    0: query users
      {
        me {
          id
        }
      }
    1: query stats after 0
      me => User { id }
      {
        ... on User {
          visits
        }
      }
    ");
    let router_planner::plan::OutputValue::Field { shape, .. } = &plan.output.fields[0].value else {
        panic!("me is fetched")
    };
    let router_planner::plan::Shape::Object(me) = shape else { panic!("me is an object") };
    let is_denied = |position: usize| matches!(me.fields[position].value, OutputValue::Denied { .. });
    assert!(is_denied(0) && !is_denied(1) && is_denied(2));
}

#[test]
fn a_mutation_that_is_denied_does_not_run() {
    let bench = bench!(a: r#"type Query { x: Int } type Mutation { free: Int  guarded: Int @authenticated  last: Int }"#);
    let mut operation = bench.expand("mutation { free guarded last }", &JsonObject::new());
    filter(bench.supergraph(), &mut operation, &Authority::default());
    let plan = bench.planner.plan(&operation, &Default::default()).unwrap();
    assert_eq!(plan.fetches.len(), 1);
    assert_eq!(&*plan.fetches[0].document, "mutation{free last}");
}
