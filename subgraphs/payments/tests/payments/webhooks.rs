use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use contracts::payments::PaymentAuthorized;
use hmac::{Hmac, KeyInit, Mac};
use platform_core::Clock;
use serde_json::json;
use sha2::Sha256;

use crate::support::{
    App, CONFIRM, Purchase, authorise, balance, capture, pass_challenge, start, status, told,
};

/// A webhook as the sandbox would send it.
struct Webhook {
    id: String,
    at: DateTime<Utc>,
    body: String,
    secret: Vec<u8>,
}

impl Webhook {
    fn new(app: &App, id: &str, reference: &str) -> Self {
        let secret = std::fs::read(app.data_dir().join("payments/sandbox-webhook-secret")).unwrap();
        let body = json!({ "kind": "charge.updated", "reference": reference }).to_string();
        Self { id: id.to_owned(), at: app.clock().now(), body, secret }
    }

    fn signature(&self) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.at.timestamp(), self.body).as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    async fn send(&self, app: &App) -> u16 {
        self.send_as(app, &self.signature(), &self.body).await
    }

    async fn send_as(&self, app: &App, signature: &str, body: &str) -> u16 {
        let request = app
            .http()
            .post(app.url("/payments/webhooks/sandbox"))
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", self.at.timestamp())
            .header("webhook-signature", signature)
            .body(body.to_owned());
        request.send().await.unwrap().status().as_u16()
    }
}

/// A payment whose customer has passed the challenge, though nobody was told: its id and reference.
async fn approved(app: &App, purchase: &Purchase) -> (String, String) {
    let open = authorise(app, &purchase.input(app, "tok_challenge")).await;
    let page = open.text("authorizePayment.actionUrl");
    let sent = pass_challenge(app, &page).await;
    assert!(sent.status().is_success());
    (open.text("authorizePayment.id"), page.rsplit('/').next().unwrap().to_owned())
}

/// Check 22: a webhook that is forged, stale, altered or unsigned is refused and has no effect.
#[tokio::test]
async fn only_a_true_webhook_is_believed() {
    let app = platform_testkit::TestSubgraph::builder().without_workers().start().await;
    let (id, reference) = approved(&app, &Purchase::of_user(&app)).await;
    let honest = Webhook::new(&app, "msg_1", &reference);

    let altered = honest.body.replace("charge.updated", "charge.captured");
    assert_eq!(honest.send_as(&app, &honest.signature(), &altered).await, 401);
    let mut forged = Webhook::new(&app, "msg_2", &reference);
    forged.secret = b"a secret that was rotated out".to_vec();
    assert_eq!(forged.send(&app).await, 401);
    for seconds in [-301, 302] {
        let mut stale = Webhook::new(&app, "msg_3", &reference);
        stale.at += TimeDelta::seconds(seconds);
        assert_eq!(stale.send(&app).await, 401, "{seconds} s off");
    }
    for signature in ["", "v1,", "v1,####", "v2,abcd"] {
        assert_eq!(honest.send_as(&app, signature, &honest.body).await, 401, "{signature}");
    }
    let bare = app.http().post(app.url("/payments/webhooks/sandbox")).body(honest.body.clone());
    assert_eq!(bare.send().await.unwrap().status().as_u16(), 401);
    let elsewhere = app.http().post(app.url("/payments/webhooks/nobody")).body("{}").send().await.unwrap();
    assert_eq!(elsewhere.status().as_u16(), 404);
    assert_eq!(status(&app, &id).await, "REQUIRES_ACTION", "none of them had an effect");

    assert_eq!(honest.send(&app).await, 200);
    assert_eq!(status(&app, &id).await, "AUTHORIZED");
    assert_eq!(honest.send(&app).await, 200, "a replay is taken");
    // From here on with workers: they publish what was written.
    let app = app.restart().await;
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1, "and has no effect");
}

/// Check 25: each webhook ten times, concurrent with the client's own completion, is the same as once.
#[tokio::test]
async fn ten_deliveries_of_each_webhook_and_the_clients_completion_have_the_effect_of_one() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let (id, reference) = approved(&app, &purchase).await;
    let hooks: Vec<_> = (0..3).map(|n| Webhook::new(&app, &format!("msg_{n}"), &reference)).collect();
    let deliveries = (0..10).flat_map(|_| hooks.iter().map(|hook| hook.send(&app)));
    let owner = app.as_user(purchase.user.unwrap());
    let confirmations = (0..10).map(|_| owner.execute(CONFIRM, json!({ "id": id })));
    let (delivered, confirmed) =
        futures::join!(futures::future::join_all(deliveries), futures::future::join_all(confirmations));
    assert!(delivered.iter().all(|status| *status == 200), "{delivered:?}");
    for answer in confirmed {
        assert_eq!(answer.text("confirmPayment.payment.status"), "AUTHORIZED");
    }
    capture(&app, &id).await.data();
    for hook in &hooks {
        assert_eq!(hook.send(&app).await, 200, "late, after the capture");
    }
    assert_eq!(status(&app, &id).await, "CAPTURED");
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1);
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 2_500);
}
