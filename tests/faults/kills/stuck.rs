//! A checkout whose steps die until nobody tries again, and what staff make of it.

use super::invariants::Books;
use super::purchases::{Course, Purchases, Sold};
use super::{dies, disarm, open};

/// Behind the gateway's answer, before anything of the payment is written down.
const ANSWERED: &str = "payments.authorize.answered";
const PAYMENTS: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM payments";
/// How the newest charge stands at the gateway.
const CHARGE: &str = "SELECT state FROM sandbox_charges ORDER BY created_at DESC LIMIT 1";

/// Check 32: payments dies with the money held and nothing written down, again and again, until the checkout is stuck. Given
/// up, the money goes back, and with it all that was held.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_whose_payment_is_never_written_down_is_given_up_whole() {
    let mut shop = open().await;
    let books = Books::open(&shop).await;
    let mut purchases = Purchases::prepare(&shop, &books, 1).await;
    let before = shop.store.texts("payments", PAYMENTS).await;
    assert!(dies(&mut shop, &mut purchases, "payments", ANSWERED, Course::Paid).await, "it was not asked");
    for _ in 0..2 {
        shop.start_process("payments", &["serve", "payments"], Some(ANSWERED)).await;
        shop.processes.get_mut("payments").unwrap().wait().await;
    }
    assert_eq!(shop.store.texts("payments", CHARGE).await, ["authorized"]);
    assert_eq!(shop.store.texts("payments", PAYMENTS).await, before);
    let stick = "UPDATE sagas SET status = 'stuck', fence = fence + 1, last_error = 'every attempt ended with a death' \
                 WHERE status = 'running'";
    shop.store.tamper("orders", &[stick.to_owned()]).await;
    disarm(&mut shop, "payments").await;
    let saga = books.begun_saga(&shop).await;
    let (succeeded, text) = shop.run(&["saga", "abandon", &saga]).await;
    assert!(succeeded && text.contains("authorize_payment"), "souk saga abandon: {text}");
    books.settle(&shop).await;
    purchases.assert_given_up().await;
    books.assert_they_add_up(Sold::default()).await;
    assert_eq!(shop.store.texts("payments", CHARGE).await, ["voided"]);
}
