//! Sending a file, and attaching it.

use std::time::Duration;

use futures::{StreamExt, stream};
use platform_core::id::UserId;
use platform_testkit::pictures::{jpeg, jpeg_of_bytes};
use reqwest::Body;
use serde_json::{Value, json};

use crate::sample::MAX_BYTES;
use crate::support::{Sender, Sent, refused};

const TAKEN: Sent = Sent { status: 200, reason: None };

#[tokio::test]
async fn a_picture_is_sent_attached_and_read_for_ever() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    assert_eq!((&upload["method"], &upload["maxBytes"]), (&json!("PUT"), &json!(MAX_BYTES)));
    assert_eq!(upload["contentTypes"], json!(["image/jpeg", "image/png", "image/webp"]));
    let header = &upload["headers"][0];
    let (name, value) = (header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
    let url = sender.app.url(upload["url"].as_str().unwrap());
    let request = sender.app.http().put(url).header(name, value).body(jpeg(16, 8, &[]));
    let received: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(received["id"], upload["id"]);
    assert_eq!(
        (&received["contentType"], &received["width"], &received["height"]),
        (&json!("image/jpeg"), &json!(16), &json!(8))
    );

    assert!(sender.files("").is_empty(), "what is attached to nothing is not served");
    let picture = sender.attach(&sender.client, 1, &upload).await.at("attach").clone();
    assert_eq!((&picture["width"], &picture["height"]), (&json!(16), &json!(8)));
    let path = format!("/files/{}", picture["file"].as_str().unwrap());
    let read = sender.get(&path).await;
    assert_eq!(read.status(), 200);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(read.headers()[name], value);
    }
    assert!(read.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let tag = read.headers()["etag"].clone();
    assert_eq!(read.bytes().await.unwrap(), jpeg(16, 8, &[]));
    let again = sender.app.http().get(sender.app.url(&path)).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
    assert_eq!((sender.files("kept"), sender.files("drafts")), (vec![], vec![]));
}

#[tokio::test]
async fn of_several_who_send_to_an_upload_at_once_one_is_taken() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    let sending = (1..=8).map(|side| sender.send(&upload, jpeg(side * 8, 8, &[])));
    let mut sent = futures::future::join_all(sending).await;
    sent.sort_by_key(|sent| sent.status);
    assert_eq!(sent[0], TAKEN);
    assert!(sent[1..].iter().all(|sent| *sent == refused(409, "SENT_ALREADY")), "{sent:?}");
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, refused(409, "SENT_ALREADY"));
    assert_eq!(sender.files("kept").len(), 1, "the others left nothing");
    let picture = sender.attach(&sender.client, 1, &upload).await.at("attach").clone();
    let bytes = sender.read(&picture).await;
    assert_eq!(bytes, jpeg(u16::try_from(picture["width"].as_u64().unwrap()).unwrap(), 8, &[]));
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, refused(409, "SENT_ALREADY"));
}

#[tokio::test]
async fn a_file_has_as_many_bytes_as_are_allowed_and_no_more() {
    let sender = Sender::<false>::start().await;
    let most = usize::try_from(MAX_BYTES).unwrap();
    assert_eq!(sender.refusal(jpeg_of_bytes(most)).await, TAKEN);
    assert_eq!(sender.refusal(jpeg_of_bytes(most + 1)).await, refused(413, "TOO_LARGE"));
    assert_eq!(sender.refusal("").await, refused(400, "EMPTY"));
    // Without a length, in pieces.
    for (bytes, expected) in
        [(most, TAKEN), (most + 1, refused(413, "TOO_LARGE")), (0, refused(400, "EMPTY"))]
    {
        let bytes = if bytes == 0 { Vec::new() } else { jpeg_of_bytes(bytes) };
        let pieces: Vec<_> =
            bytes.chunks(7_001).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        assert_eq!(sender.refusal(Body::wrap_stream(stream::iter(pieces))).await, expected);
    }
    assert!(sender.files("drafts").is_empty());
}

/// A client that is gone in the middle of its file may send it again.
#[tokio::test]
async fn a_file_that_breaks_off_leaves_its_upload_open() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    let picture = jpeg(800, 800, &[]);
    let pieces = [Ok(picture[..100].to_vec()), Err(std::io::Error::other("the line is dead"))];
    let url = sender.app.url(upload["url"].as_str().unwrap());
    let broken = sender.app.http().put(url).body(Body::wrap_stream(stream::iter(pieces)));
    assert!(broken.send().await.is_err());
    platform_testkit::eventually(|| async { sender.files("drafts").is_empty() }).await;
    assert_eq!(sender.send(&upload, picture).await, TAKEN);
}

#[tokio::test]
async fn a_url_allows_what_it_was_given_out_for() {
    let sender = Sender::<false>::start().await;
    let (one, other) = (sender.open(1).await, sender.open(1).await);
    let url = one["url"].as_str().unwrap();
    let (path, query) = url.split_once('?').unwrap();
    let [expires, signature] = [0, 1].map(|n| query.split('&').nth(n).unwrap());
    let second: i64 = expires.strip_prefix("expires=").unwrap().parse().unwrap();
    let other_path = other["url"].as_str().unwrap().split_once('?').unwrap().0;
    let turned = signature.chars().rev().collect::<String>();
    for wrong in [
        path.to_owned(),
        format!("{path}?{expires}"),
        format!("{path}?{signature}"),
        format!("{path}?{expires}&signature="),
        format!("{path}?expires={}&{signature}", second + 1),
        format!("{path}?expires=99999999999999999999&{signature}"),
        format!("{path}?{expires}&signature={turned}"),
        format!("{url}A"),
        format!("{other_path}?{query}"),
        format!("/files/uploads/x?{query}"),
        format!("/files/uploads/..%2Fuploads?{query}"),
    ] {
        assert_eq!(sender.send_to(&wrong, jpeg(8, 8, &[])).await, refused(403, "UNSIGNED"), "{wrong}");
    }
    for method in ["POST", "PATCH", "DELETE"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = sender.app.http().request(method, sender.app.url(url)).body("x").send().await.unwrap();
        assert_eq!(answer.status(), 405);
    }
    assert_eq!(sender.get(url).await.status(), 405);
    sender.app.clock().advance(Duration::from_secs(16 * 60));
    assert_eq!(sender.send(&one, jpeg(8, 8, &[])).await, refused(410, "EXPIRED"));
}

#[tokio::test]
async fn a_compressed_file_is_not_taken() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    let url = sender.app.url(upload["url"].as_str().unwrap());
    let request = sender.app.http().put(url).header("content-encoding", "gzip").body(jpeg(8, 8, &[]));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 415);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["reason"], "ENCODED");
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, TAKEN, "and the upload is still open");
}

#[tokio::test]
async fn an_upload_is_attached_once_by_who_made_it_to_what_it_was_made_for() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    let by = async |client, thing| {
        let answer = sender.attach(client, thing, &upload).await;
        (answer.codes().first().map(|code| (*code).to_owned()), answer.body)
    };
    let (own, guest) = (&sender.client, sender.app.as_guest());
    let stranger = sender.app.as_user(sender.app.ids().next::<UserId>());
    let partner = sender.app.as_partner(sender.app.ids().next());
    assert_eq!(by(own, 1).await.0.as_deref(), Some("CONFLICT"), "nothing was sent yet");
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, TAKEN);
    for (client, thing) in [(&stranger, 1), (own, 2), (&partner, 1)] {
        assert_eq!(by(client, thing).await.0.as_deref(), Some("NOT_FOUND"));
    }
    assert_eq!(by(&guest, 1).await.0.as_deref(), Some("UNAUTHENTICATED"));
    let (first, second) = futures::future::join(by(own, 1), by(own, 1)).await;
    let codes = [first.0.as_deref(), second.0.as_deref()];
    assert!(codes.contains(&None) && codes.contains(&Some("CONFLICT")), "{codes:?}");
    assert_eq!(by(own, 1).await.0.as_deref(), Some("CONFLICT"));
    assert_eq!(by(&stranger, 1).await.0.as_deref(), Some("NOT_FOUND"), "also once it is attached");
}

#[tokio::test]
async fn a_caller_has_so_many_uploads_that_are_attached_to_nothing() {
    let sender = Sender::<false>::start().await;
    for _ in 0..50 {
        assert!(sender.open(1).await["id"].is_string());
    }
    let open = "mutation { open(input: { thing: 1 }) { id } }";
    assert_eq!(sender.client.execute(open, json!({})).await.codes(), ["LIMIT_EXCEEDED"]);
    let other = sender.app.as_user(sender.app.ids().next::<UserId>());
    assert!(other.execute(open, json!({})).await.text("open.id").len() > 30);
    // What nothing is sent to lapses soon.
    platform_testkit::eventually(|| async {
        sender.app.clock().advance(Duration::from_secs(300));
        sender.client.execute(open, json!({})).await.codes().is_empty()
    })
    .await;
}

/// Who sends slowly, and much at once, keeps places from nobody else.
#[tokio::test]
async fn an_owner_sends_so_many_files_at_once() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    let url = sender.app.url(upload["url"].as_str().unwrap());
    let mut slow = Vec::new();
    for _ in 0..8 {
        let begun = stream::iter([Ok::<_, std::io::Error>(jpeg(8, 8, &[]))]).chain(stream::pending());
        let request = sender.app.http().put(&url).body(Body::wrap_stream(begun));
        slow.push(tokio::spawn(request.send()));
    }
    platform_testkit::eventually(|| async { sender.files("drafts").len() == 8 }).await;
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, refused(503, "BUSY"));
    let other = sender.app.as_user(sender.app.ids().next::<UserId>());
    let open = "mutation { open(input: { thing: 1 }) { url } }";
    let of_other = other.execute(open, json!({})).await.at("open").clone();
    assert_eq!(sender.send(&of_other, jpeg(8, 8, &[])).await, TAKEN);
    slow.iter().for_each(|request| request.abort());
    platform_testkit::eventually(|| async { sender.send(&upload, jpeg(8, 8, &[])).await == TAKEN }).await;
}
