//! Reading files.

use std::time::Duration;

use platform_testkit::pictures::jpeg;
use serde_json::json;

use crate::support::Sender;

/// Nothing but a name that the crate made leads anywhere, whatever stands beside the files.
#[tokio::test]
async fn no_path_leads_out_of_the_files_that_are_served() {
    let sender = Sender::<false>::start().await;
    let upload = sender.open(1).await;
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await.status, 200);
    let kept = sender.files("kept").pop().unwrap();
    std::fs::write(sender.folder("secret.jpg"), "secret").unwrap();
    std::fs::write(sender.folder("0123456789abcdef0123456789abcdef.txt"), "secret").unwrap();
    for name in [
        kept.as_str(),
        &format!("kept/{kept}"),
        &format!("kept%2F{kept}"),
        &format!("..%2Ffiles%2Fkept%2F{kept}"),
        &format!("%2e%2e%2f{kept}"),
        "secret.jpg",
        "..%2Fsample.db",
        "..%5Csample.db",
        "%2Fetc%2Fpasswd",
        "0123456789abcdef0123456789abcdef.txt",
        "0123456789ABCDEF0123456789ABCDEF.jpg",
        "0123456789abcdef0123456789abcdef.jpg%00.png",
        "0123456789abcdef0123456789abcdef.jpg",
        "drafts",
        "uploads",
        "%F0%9F%92%A9.png",
        ".jpg",
    ] {
        assert_eq!(sender.get(&format!("/files/{name}")).await.status(), 404, "{name}");
    }
}

#[tokio::test]
async fn a_private_file_is_read_by_its_signed_url_until_that_expires() {
    let sender = Sender::<true>::start().await;
    let picture = sender.attached(jpeg(8, 8, &[])).await;
    let file = picture["file"].as_str().unwrap();
    let other = sender.attached(jpeg(16, 8, &[])).await;
    let signed = "query ($file: String!) { signed(file: $file) { url expiresAt } }";
    let url = sender.client.execute(signed, json!({ "file": file })).await.text("signed.url");
    let read = sender.get(&url).await;
    assert_eq!(
        (read.status().as_u16(), &read.headers()["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    let cached = read.headers()["cache-control"].to_str().unwrap().to_owned();
    assert!(cached.starts_with("private, max-age="), "{cached}");
    assert_eq!(read.headers()["referrer-policy"], "no-referrer");
    assert_eq!(read.bytes().await.unwrap(), jpeg(8, 8, &[]));

    let (path, query) = url.split_once('?').unwrap();
    let other = format!("/files/{}?{query}", other["file"].as_str().unwrap());
    for wrong in [path, &other, &format!("{url}A"), &url.replace("expires=", "expires=1")] {
        assert_eq!(sender.get(wrong).await.status(), 403, "{wrong}");
    }
    let sends = sender.open(1).await["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    assert_eq!(sender.get(&format!("{path}?{sends}")).await.status(), 403, "one signature is for one thing");
    sender.app.clock().advance(Duration::from_secs(16 * 60));
    assert_eq!(sender.get(&url).await.status(), 410);
}
