//! What commands print, and to whom.

use std::process::Stdio;

use crate::support::{Installation, Shape, eventually};

#[tokio::test]
async fn the_configuration_is_printed_without_passwords() {
    let mail = "[mail]\nurl = \"smtps://shop:swordfish@mail.example\"\nfrom = \"shop@example.org\"\n";
    let shop = Installation::prepare(Shape::Whole, mail);
    let (succeeded, text) = shop.run(&["config"]).await;
    assert!(succeeded && text.contains("smtps://shop:***@mail.example"), "{text}");
    assert!(!text.contains("swordfish"), "{text}");
}

/// A password that is not escaped makes a URL that nothing can read; the faults tell it without the password.
#[tokio::test]
async fn a_fault_of_a_url_is_told_without_the_password() {
    let shop = Installation::prepare(Shape::Whole, "");
    for url in [
        "postgres://souk:sword#f/ish@127.0.0.1:1/souk",
        "postgres://127.0.0.1:1/souk?user=souk&password=swordfish",
        "postgresql://souk:swordfish@[bad/souk",
        "postgres:souk:swordfish",
    ] {
        for command in ["config", "migrate", "doctor"] {
            let mut process = shop.command(&[command]);
            process.env("SOUK_DATABASE__URL", url).env("SOUK_DATABASE__ACQUIRE_TIMEOUT_MS", "200");
            let output = process.output().await.unwrap();
            for text in [output.stdout, output.stderr] {
                let text = String::from_utf8_lossy(&text);
                assert!(
                    !text.contains("sword#") && !text.contains("swordfish") && !text.contains("ish@"),
                    "souk {command}: {text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_reader_that_stops_ends_no_command_badly() {
    let shop = Installation::prepare(Shape::Whole, "");
    let mut reference = shop.command(&["config", "--reference"]);
    let mut process = reference.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    let output = process.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A closed terminal is a stop like any other.
#[tokio::test]
async fn a_process_that_is_hung_up_or_told_to_end_stops_in_order() {
    for signal in ["HUP", "TERM"] {
        let mut shop = Installation::prepare(Shape::Whole, "");
        shop.reconfigure("[gateway]\n", "demo = false\n[mail]\nurl = \"folder\"\n[gateway]\n");
        shop.migrate().await;
        shop.start_all(None).await;
        let process = shop.processes.get_mut("router").unwrap();
        assert!(process.end_by(signal).await, "{signal}");
        eventually("it says that it stops", || async { process.has_said("stopping").then_some(()) }).await;
    }
}

/// Whoever collects the log of a process can read every line of it.
#[tokio::test]
async fn a_log_that_is_json_has_no_other_lines() {
    let mut shop = Installation::prepare(Shape::Whole, "[telemetry]\njson = true\n");
    shop.migrate().await;
    shop.start_all(None).await;
    let process = shop.processes.get_mut("router").unwrap();
    assert!(process.end_by("TERM").await);
    eventually("it says that it stops", || async { process.has_said("stopping").then_some(()) }).await;
    assert!(process.has_said(&format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"))));
    assert!(process.has_said("\"parts\":\"router, users, catalog, orders, payments, logistics\""));
    for line in process.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok(), "{line}");
    }
    shop.reconfigure("[gateway]\n", "[gateway]\npath = \"graphql\"\n");
    let output = shop.command(&["serve"]).output().await.unwrap();
    let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && out.is_empty() && told.contains("gateway.path"), "{out}{told}");
    for line in told.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}

#[tokio::test]
async fn no_connections_to_the_database_are_refused_by_name() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.reconfigure("[database]\n", "[database]\nmax_connections = 0\n");
    for command in ["serve", "doctor"] {
        let (succeeded, text) = shop.run(&[command]).await;
        assert!(!succeeded && text.contains("max_connections"), "souk {command}: {text}");
    }
}
