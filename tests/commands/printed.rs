//! What commands print, and to whom.

use std::process::Stdio;

use crate::support::{Installation, Shape};

#[tokio::test]
async fn the_configuration_is_printed_without_passwords() {
    let mail = "[mail]\nurl = \"smtps://shop:swordfish@mail.example\"\nfrom = \"shop@example.org\"\n";
    let shop = Installation::prepare(Shape::Whole, mail);
    let (succeeded, text) = shop.run(&["config"]).await;
    assert!(succeeded && text.contains("smtps://shop:***@mail.example"), "{text}");
    assert!(!text.contains("swordfish"), "{text}");
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

#[tokio::test]
async fn no_connections_to_the_database_are_refused_by_name() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.reconfigure("[database]\n", "[database]\nmax_connections = 0\n");
    for command in ["serve", "doctor"] {
        let (succeeded, text) = shop.run(&[command]).await;
        assert!(!succeeded && text.contains("max_connections"), "souk {command}: {text}");
    }
}
