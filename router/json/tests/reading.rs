//! A text is written again with the same digits. What serde_json refuses is refused, but for numbers too large for it.

use router_json::{Node, Number, Object, Reader};
use serde_json::Value;

fn read(text: &str) -> Option<Node> {
    Reader::distinct(text).only().ok()
}

/// Check 44.
#[test]
fn numbers_of_any_size_keep_their_digits() {
    for number in [
        "39.926090240478516",
        "1e400",
        "-1E-400",
        "123456789012345678901234567890",
        "18446744073709551615",
        "9223372036854775808",
        "-0",
        "0.10",
        "1.0",
        "100000000000000000000000000000.000000000000000000000000000001",
    ] {
        let text = format!(r#"{{"a":[{number},{{"b":{number}}}]}}"#);
        let tree = read(&text).unwrap();
        assert_eq!(serde_json::to_string(&tree).unwrap(), text);
        let object: Object = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        assert_eq!(Node::Number(Number::parse(number).unwrap()), read(number).unwrap());
    }
}

/// Both readers of one text; but for numbers beyond all doubles, which one of them does not hold.
fn compare(text: &str) {
    let ours = read(text).map(|node| node.to_json());
    match serde_json::from_str::<Value>(text) {
        Err(error) if error.to_string().starts_with("number out of range") => {}
        theirs => assert_eq!(ours, theirs.ok(), "{text:.80}"),
    }
}

#[test]
fn a_text_is_read_as_serde_json_reads_it() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let texts = [
        r#"{"a":[{"x":1,"y":-2.5e3},{"x":18446744073709551615,"y":null},{"y":"\u00e9\n\"\\","x":true}]}"#,
        r#" { "a" : [ ] , "b" : { } , "é" : "ガラス" , "\u0061\ud83d\ude00" : false } "#,
        r#"{"a":1,"b":2,"a":3}"#,
        "\"\u{7f}\"",
        "\"a\tb\"",
        "\"a\u{0}b\"",
        r#""\ud800""#,
        r#""\x""#,
        r#""\"#,
        r#""\""#,
        r#"""#,
        "",
        " ",
        "1 2",
        "[1,]",
        "[,1]",
        "[1 2]",
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        "{a:1}",
        "{1:1}",
        "tru",
        "truely",
        "nul",
        "01",
        "-",
        "1.",
        "[1",
        r#"{"a":"#,
        "]",
        "\u{feff}1",
        "\u{a0}1",
        &nested(127),
        &nested(128),
        &nested(100_000),
    ];
    for text in texts {
        compare(text);
        // Cut anywhere, and with another byte anywhere.
        if text.len() < 200 {
            for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
                let cut = text.get(..end).unwrap();
                compare(cut);
                for byte in ['"', '\\', '{', '}', ',', ':', '0', '-', '.', 'e', '\u{1}', ' '] {
                    compare(&format!("{cut}{byte}{}", text.get(end..).unwrap()));
                }
            }
        }
    }
}

#[test]
fn of_fields_with_one_name_the_last_counts_also_among_many() {
    let many: Vec<String> = (0..2000).map(|at| format!("\"k{}\":{at}", at % 1000)).collect();
    let text = format!("{{{}}}", many.join(","));
    let object: Object = serde_json::from_str(&text).unwrap();
    assert_eq!(object.len(), 1000);
    assert_eq!(object.get("k7"), &Node::Number(1007_i64.into()));
    assert_eq!(object.find("k1000"), None);
}

#[test]
fn the_text_of_a_value_is_left_as_it_is() {
    let mut reader = Reader::new(r#" { "a" : [ 1e400 , "x" ] , "b":12,"c":null}"#);
    let mut found = Vec::new();
    reader
        .fields(|reader, key| {
            found.push((key.to_string(), reader.raw()?));
            Ok(())
        })
        .unwrap();
    assert_eq!(
        found,
        [("a".to_owned(), r#"[ 1e400 , "x" ]"#), ("b".to_owned(), "12"), ("c".to_owned(), "null")]
    );
    assert!(reader.end().is_ok());
}
