//! What the JSON of a request may hold.

use proptest::prelude::*;
use router_limits::{LimitError, Limits};
use serde_json::{Value, json};

fn limits(values: usize, depth: usize) -> Limits {
    Limits { max_input_values: values, max_input_depth: depth, ..Limits::default() }
}

/// Values within `outer` levels, and the deepest lists and objects there.
fn measure(value: &Value, outer: usize, depth: usize) -> (usize, usize) {
    let below: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    let own = usize::from(depth >= outer);
    let is_nest = value.is_array() || value.is_object();
    let deepest = if is_nest { (depth + 1).saturating_sub(outer) } else { 0 };
    below
        .into_iter()
        .map(|value| measure(value, outer, depth + 1))
        .fold((own, deepest), |(values, deepest), (more, deeper)| (values + more, deepest.max(deeper)))
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        r#"[a:,\[\]{}"\\ é\n]{0,12}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((r#"[a:,\["\\]{0,6}"#, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Check 6: values and nesting are counted exactly, on the text.
    #[test]
    fn json_is_counted_exactly(value in any_json(), pretty: bool, outer in 0_usize..4) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let (values, depth) = measure(&value, outer, 0);
        prop_assert_eq!(limits(values, depth).check_input(&text, outer), Ok(()));
        if values > 0 {
            let expected = Err(LimitError::InputValues { limit: values - 1 });
            prop_assert_eq!(limits(values - 1, depth).check_input(&text, outer), expected);
        }
        if depth > 0 {
            let expected = Err(LimitError::InputDepth { limit: depth - 1 });
            prop_assert_eq!(limits(values, depth - 1).check_input(&text, outer), expected);
        }
    }

    /// What is no JSON ends, and is at most counted as far as it is.
    #[test]
    fn what_is_no_json_ends(text in r#"[\[\]{}:,"\\a1 é]{0,200}"#, outer in 0_usize..4) {
        drop(limits(10, 10).check_input(&text, outer));
    }
}

#[test]
fn the_limit_is_named() {
    let text = json!({ "query": "", "variables": { "x": vec![1; 100] } }).to_string();
    let refused = limits(99, 9).check_input(&text, 2).unwrap_err();
    assert_eq!((refused.code(), refused.setting()), ("LIMIT_EXCEEDED", Some("max_input_values")));
    assert!(refused.to_string().contains("max_input_values"));
}
