//! What becomes of files that nothing is made of.

use std::time::Duration;

use platform_testkit::eventually;
use platform_testkit::pictures::jpeg;
use serde_json::json;

use crate::support::Sender;

const A_DAY: Duration = Duration::from_secs(24 * 3_600 + 1);

#[tokio::test]
async fn what_is_attached_to_nothing_within_a_day_is_removed() {
    let sender = Sender::<false>::start().await;
    let attached = sender.attached(jpeg(8, 8, &[])).await;
    let forgotten = sender.open(1).await;
    assert_eq!(sender.send(&forgotten, jpeg(16, 8, &[])).await.status, 200);
    // Its transaction failed: the file is served already, under a name that nobody was told.
    let failed = sender.open(1).await;
    assert_eq!(sender.send(&failed, jpeg(24, 8, &[])).await.status, 200);
    let attach = "mutation ($input: AttachInput!) { attach(input: $input) { file } }";
    let input = json!({ "thing": 1, "uploadId": failed["id"], "fails": true });
    assert!(sender.client.execute(attach, json!({ "input": input })).await.at("attach").is_null());
    assert_eq!((sender.files("").len(), sender.files("kept").len()), (2, 1));

    sender.app.clock().advance(A_DAY);
    let late = sender.attach(&sender.client, 1, &forgotten).await;
    assert_eq!(late.codes(), ["NOT_FOUND"]);
    eventually(|| async {
        sender.app.clock().advance(Duration::from_secs(300));
        (sender.files("").len(), sender.files("kept").len()) == (1, 0)
    })
    .await;
    assert_eq!(sender.read(&attached).await, jpeg(8, 8, &[]));
}

/// A process that is killed leaves what it was writing; an upload that it had not written down is still open.
#[tokio::test]
async fn what_a_killed_process_left_behind_is_removed_once_it_is_old() {
    let sender = Sender::<false>::start().await;
    let left = [("drafts", "draft"), ("kept", "jpg")];
    for (folder, extension) in left {
        std::fs::create_dir_all(sender.folder(folder)).unwrap();
        let name = format!("{}.{extension}", sender.app.ids().next_uuid().as_simple());
        std::fs::write(sender.folder(folder).join(name), &jpeg(8, 8, &[])[..50]).unwrap();
    }
    sender.app.clock().advance(A_DAY);
    let fresh = sender.open(1).await;
    assert_eq!(sender.send(&fresh, jpeg(8, 8, &[])).await.status, 200);
    sender.app.clock().advance(Duration::from_secs(3_600));
    eventually(|| async {
        sender.app.clock().advance(Duration::from_secs(300));
        sender.files("drafts").is_empty() && sender.files("kept").len() == 1
    })
    .await;
    assert!(sender.attach(&sender.client, 1, &fresh).await.at("attach").is_object(), "it is no old one");
}
