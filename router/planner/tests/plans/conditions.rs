//! `@skip` and `@include`: a plan is made for one outcome, and has nothing of what is left out.

use serde_json::json;

use crate::support::Bench;
use crate::{assert_plan, bench};

fn bench_of_two() -> Bench {
    bench!(
        a: r#"
            type Query { item: Item  any: Any }
            type Item @key(fields: "id") { id: ID!  name: String }
            union Any = Item | Other
            type Other { note: String }
        "#,
        b: r#"type Item @key(fields: "id") { id: ID!  price: Int }"#,
    )
}

#[test]
fn what_is_skipped_needs_no_fetch() {
    assert_plan!(bench_of_two(), "{ item { name price @include(if: false) } }", @r"
    0: query a
      {
        item {
          name
        }
      }
    ");
}

#[test]
fn an_object_of_which_everything_is_skipped_is_still_asked_for() {
    assert_plan!(bench_of_two(), "{ item { name @skip(if: true) price @include(if: false) } }", @r"
    0: query a
      {
        item {
          __typename
        }
      }
    ");
}

#[test]
fn outcomes_of_variables_are_plans_of_their_own() {
    let bench = bench_of_two();
    let query = "query($price: Boolean!, $name: Boolean = true) {
        item { price @include(if: $price) ... @include(if: $name) { name id @skip(if: $price) } name @skip(if: $name) }
        any { ... on Item @include(if: $price) { price } __typename @skip(if: $name) }
    }";
    for (price, name, fetches) in [(true, true, 2), (true, false, 2), (false, true, 1), (false, false, 1)] {
        let variables = json!({ "price": price, "name": name });
        let variables = variables.as_object().unwrap();
        bench.check(query, variables);
        let plan = bench.planner.plan(&bench.expand(query, variables), &Default::default()).unwrap();
        assert_eq!(plan.fetches.len(), fetches, "{price} {name}");
        assert!(plan.fetches.iter().all(|fetch| fetch.variables.is_empty()), "conditions are not sent on");
    }
}

#[test]
fn a_field_selected_twice_once_skipped_keeps_the_place_of_what_is_left() {
    bench_of_two().check("{ item { name @skip(if: true) price name } }", &serde_json::Map::new());
}
