//! Fields that move from one subgraph to another.

use crate::{assert_plan, bench};

#[test]
fn an_overridden_field_is_asked_of_its_new_owner() {
    let bench = bench!(
        old: r#"type Query { bill: Bill } type Bill @key(fields: "id") { id: ID!  amount: Int!  note: String }"#,
        new: r#"type Bill @key(fields: "id") { id: ID!  amount: Int! @override(from: "old") }"#,
    );
    assert_plan!(bench, "{ bill { amount note } }", @r"
    0: query old
      {
        bill {
          id
          note
        }
      }
    1: query new after 0
      bill => Bill { id }
      {
        ... on Bill {
          amount
        }
      }
    ");
}

#[test]
fn with_a_label_the_request_decides() {
    let bench = bench!(
        old: r#"type Query { bill: Bill } type Bill @key(fields: "id") { id: ID!  amount: Int! }"#,
        new: r#"type Bill @key(fields: "id") { id: ID!  amount: Int! @override(from: "old", label: "percent(10)") }"#,
    );
    insta::assert_snapshot!(bench.explain_labelled("{ bill { amount } }", &[]), @r"
    0: query old
      {
        bill {
          amount
        }
      }
    ");
    insta::assert_snapshot!(bench.explain_labelled("{ bill { amount } }", &["percent(10)"]), @r"
    0: query old
      {
        bill {
          id
        }
      }
    1: query new after 0
      bill => Bill { id }
      {
        ... on Bill {
          amount
        }
      }
    ");
}
