//! Check 44: numbers pass unchanged, whatever their size.

use crate::support::remote::Remote;
use crate::support::socket::Socket;

/// A scale that knows weights as numbers, and a carrier that asks for them.
async fn start() -> Remote {
    Remote::start(&[
        (
            "scale",
            r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
               scalar Big
               scalar Any
               input Range { from: Float to: Float any: Any }
               type Query { weighed: [Parcel!] echo(any: Any, number: Float, id: ID, range: Range, int: Int): Any count: Int }
               type Parcel @key(fields: "no") { no: Big! weight: Float note: Any }"#,
            &[
                (
                    "weighed",
                    r#"{"data":{"weighed":[
                        {"__typename":"Parcel","no":123456789012345678901234567890,"weight":39.926090240478516,"note":{"a":[1e400,-0,0.10]}},
                        {"__typename":"Parcel","no":123456789012345678901234567891,"weight":1E+400,"note":"0.1000"}],
                        "echo":[39.926090240478516,1e400,18446744073709551616]}}"#,
                ),
                ("count", r#"{"data":{"count":2147483648}}"#),
                ("echo", r#"{"data":{"echo":[39.926090240478516,1e400,18446744073709551616]}}"#),
            ],
        ),
        (
            "carrier",
            r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
               scalar Big
               type Parcel @key(fields: "no") { no: Big! weight: Float @external fee: String @requires(fields: "weight") }"#,
            &[("_entities", r#"{"data":{"_entities":[{"fee":"one"},{"fee":"two"}]}}"#)],
        ),
    ])
    .await
}

#[tokio::test]
async fn a_subgraph_s_numbers_reach_the_client_as_it_wrote_them() {
    let remote = start().await;
    let answer = remote.post(r#"{"query":"{ weighed { no weight note } echo }"}"#).await;
    assert_eq!(
        answer,
        r#"{"data":{"weighed":[{"no":123456789012345678901234567890,"weight":39.926090240478516,"note":{"a":[1e400,-0,0.10]}},{"no":123456789012345678901234567891,"weight":1E+400,"note":"0.1000"}],"echo":[39.926090240478516,1e400,18446744073709551616]}}"#
    );
}

/// Two keys that are one as doubles are two entities.
#[tokio::test]
async fn keys_and_required_values_reach_other_subgraphs_as_they_were_written() {
    let remote = start().await;
    let answer = remote.post(r#"{"query":"{ weighed { fee } }"}"#).await;
    assert_eq!(answer, r#"{"data":{"weighed":[{"fee":"one"},{"fee":"two"}]}}"#);
    let asked = remote.last_asked();
    for part in [
        r#""no":123456789012345678901234567890"#,
        r#""weight":39.926090240478516"#,
        r#""no":123456789012345678901234567891"#,
        r#""weight":1E+400"#,
    ] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
}

const ECHO: &str = "query E($any: Any, $id: ID, $number: Float, $range: Range) { echo(any: $any, id: $id, number: $number, range: $range) }";
const VARIABLES: &str = r#"{"any":[1e400,{"x":123456789012345678901234567890,"d":"0.10"}],"id":98765432109876543210,"number":39.926090240478516,"range":{"from":0.10,"to":1e400,"any":-0}}"#;
/// A number is an ID by its text, as GraphQL has it; all others stay what they are.
const SENT: &str = r#""variables":{"any":[1e400,{"x":123456789012345678901234567890,"d":"0.10"}],"id":"98765432109876543210","number":39.926090240478516,"range":{"from":0.10,"to":1e400,"any":-0}}"#;

#[tokio::test]
async fn variables_reach_the_subgraph_as_the_client_wrote_them() {
    let remote = start().await;
    let single = format!(r#"{{"query":"{ECHO}","variables":{VARIABLES}}}"#);
    for body in [single.clone(), format!("[{single}]")] {
        let answer = remote.post(&body).await;
        assert!(
            answer.contains(r#"{"data":{"echo":[39.926090240478516,1e400,18446744073709551616]}}"#),
            "{answer}"
        );
        assert!(remote.last_asked().contains(SENT), "{}", remote.last_asked());
    }
    assert_eq!(remote.requests(), 2);
    remote.get(&[("query", ECHO), ("variables", VARIABLES)]).await;
    assert!(remote.last_asked().contains(SENT), "{}", remote.last_asked());
    assert_eq!(remote.requests(), 3);
}

#[tokio::test]
async fn variables_of_a_websocket_operation_reach_the_subgraph_as_the_client_wrote_them() {
    let remote = start().await;
    let mut socket = Socket::ready(remote.address).await;
    let message =
        format!(r#"{{"id":"1","type":"subscribe","payload":{{"query":"{ECHO}","variables":{VARIABLES}}}}}"#);
    socket.send_text(&message).await;
    let answer = socket.receive_text().await;
    assert!(answer.contains("[39.926090240478516,1e400,18446744073709551616]"), "{answer}");
    assert!(remote.last_asked().contains(SENT), "{}", remote.last_asked());
}

/// In the document they were never anything but text.
#[tokio::test]
async fn literals_and_defaults_reach_the_subgraph_as_the_client_wrote_them() {
    let remote = start().await;
    let query = "query D($any: Any = 1e400) { echo(any: $any, number: 39.926090240478516) }";
    remote.post(&format!(r#"{{"query":"{query}"}}"#)).await;
    assert!(remote.last_asked().contains(r#""variables":{"any":1e400}"#), "{}", remote.last_asked());
    assert!(remote.last_asked().contains("39.926090240478516"), "{}", remote.last_asked());
}

#[tokio::test]
async fn an_int_beyond_32_bits_is_an_error_of_its_field_or_variable() {
    let remote = start().await;
    let answer = remote.post(r#"{"query":"{ count }"}"#).await;
    assert!(answer.starts_with(r#"{"data":{"count":null},"errors":["#), "{answer}");
    let before = remote.requests();
    let query = "query I($int: Int) { echo(int: $int) }";
    for int in ["2147483648", "1.5", "0.99999999999999999999", "1e400", "123456789012345678901234567890"] {
        let answer = remote.post(&format!(r#"{{"query":"{query}","variables":{{"int":{int}}}}}"#)).await;
        assert!(answer.contains("BAD_USER_INPUT"), "{int}: {answer}");
    }
    assert_eq!(remote.requests(), before);
}
