//! An answer as a tree is the answer as a value, but for the digits of its numbers.

use router_transport::{Answer, Response};

/// Both readings of one text.
fn check(text: &str) {
    let direct = Answer::read(text);
    let by_value = serde_json::from_str::<Response>(text).map(Answer::from);
    match (direct, by_value) {
        (Ok(direct), Ok(by_value)) => assert_eq!(direct, by_value, "{text}"),
        (direct, by_value) => {
            assert!(direct.is_err() && by_value.is_err(), "{text}: {direct:?} {by_value:?}")
        }
    }
}

#[test]
fn a_tree_is_read_as_a_value_is() {
    let deep = format!("{{\"data\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    for text in [
        r#"{"data":{"a":[{"x":1,"y":-2500.5},{"x":18446744073709551615,"y":null},{"y":"\u00e9\n","x":true}]}}"#,
        r#"{"errors":[{"message":"m","path":["a",1]}],"data":null,"extensions":{"e":1}}"#,
        r#"{"errors":null,"data":{"a":{}},"more":[1]}"#,
        "{}",
        "1",
        r#"{"data":{"a":1}"#,
        r#"{"data":{"a":1e}}"#,
        r#"{"data":{}} 1"#,
        &deep,
    ] {
        check(text);
    }
    assert!(Answer::read(r#"{"data":1,"data":2}"#).is_err());
}

/// Check 44: also a number that no double holds costs nothing where it only decorates an error.
#[test]
fn numbers_of_any_size_cost_no_answer() {
    let text = r#"{"errors":[{"message":"m","extensions":{"code":"X","n":1e400}}],"data":{"a":1e400},"extensions":{"n":1e400}}"#;
    let answer = Answer::read(text).unwrap();
    assert_eq!(serde_json::to_string(&answer.data).unwrap(), r#"{"a":1e400}"#);
    assert_eq!(answer.errors[0].extensions["code"], "X");
    assert_eq!(answer.errors[0].extensions["n"], "1e400");
}
