use std::sync::atomic::Ordering;

use platform_core::id::OfferId;
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, add};

#[tokio::test]
async fn users_and_guests_have_carts_of_their_own() {
    let shop = Shop::open().await;
    let offer: OfferId = shop.app.ids().next();
    let (user, guest) = (shop.app.as_user(shop.app.ids().next()), shop.app.as_guest().with_guest(GUEST));
    assert!(user.execute(CART, json!({})).await.data()["cart"].is_null());
    add(&user, offer, 2).await.data();
    add(&guest, offer, 3).await.data();
    assert_eq!(add(&user, offer, 1).await.at("addToCart.cart.totalQuantity"), 3);
    assert_eq!(guest.execute(CART, json!({})).await.at("cart.totalQuantity"), 3);
    assert_eq!(add(&shop.app.as_guest(), offer, 1).await.codes(), ["BAD_USER_INPUT"]);
    let stranger = shop.app.as_guest().with_guest("guest-of-another-device");
    assert!(stranger.execute(CART, json!({})).await.data()["cart"].is_null());
}

#[tokio::test]
async fn quantities_have_bounds() {
    let shop = Shop::open().await;
    let offer: OfferId = shop.app.ids().next();
    let user = shop.app.as_user(shop.app.ids().next());
    for quantity in [0, -1, 10_000] {
        assert_eq!(add(&user, offer, quantity).await.codes(), ["BAD_USER_INPUT"], "{quantity}");
    }
    let line = add(&user, offer, 9_999).await.text("addToCart.cart.lines.0.id");
    assert_eq!(add(&user, offer, 1).await.codes(), ["BAD_USER_INPUT"]);
    let update = "mutation ($line: ID!, $quantity: Int!) { updateCartLine(input: { lineId: $line, quantity: $quantity }) { cart { totalQuantity } } }";
    let set = |quantity| user.execute(update, json!({ "line": line, "quantity": quantity }));
    assert_eq!(set(7).await.at("updateCartLine.cart.totalQuantity"), 7);
    assert_eq!(set(-1).await.codes(), ["BAD_USER_INPUT"]);
    let stranger = shop.buyer().await;
    let theft = stranger.execute(update, json!({ "line": line, "quantity": 1 })).await;
    assert_eq!(theft.codes(), ["NOT_FOUND"]);
    assert_eq!(set(0).await.at("updateCartLine.cart.totalQuantity"), 0);
    assert_eq!(set(1).await.codes(), ["NOT_FOUND"]);
}

/// Check 31: fifty parallel additions are all there, of one offer and of many, from the first use of the cart on.
#[tokio::test]
async fn fifty_parallel_additions_are_all_present() {
    let shop = Shop::open().await;
    let user = shop.app.as_user(shop.app.ids().next());
    let same: OfferId = shop.app.ids().next();
    let offers: Vec<OfferId> =
        (0..50).map(|n| if n % 2 == 0 { same } else { shop.app.ids().next() }).collect();
    for answer in futures::future::join_all(offers.iter().map(|offer| add(&user, *offer, 1))).await {
        answer.data();
    }
    let cart = user.execute(CART, json!({})).await;
    assert_eq!(cart.at("cart.totalQuantity"), 50);
    let lines: Vec<Value> = cart.get("cart.lines");
    assert_eq!(lines.len(), 26);
    assert!(lines.iter().any(|l| l["offer"]["id"] == json!(same) && l["quantity"] == 25));
}

#[tokio::test]
async fn a_guests_cart_is_merged_once_and_capped() {
    let shop = Shop::open().await;
    let (both, only): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    let (user, guest) = (shop.app.as_user(shop.app.ids().next()), shop.app.as_guest().with_guest(GUEST));
    add(&user, both, 9_998).await.data();
    add(&guest, both, 5).await.data();
    add(&guest, only, 4).await.data();
    guest
        .execute("mutation { applyCoupon(input: { code: \"save10\" }) { cart { id } } }", json!({}))
        .await
        .data();
    let merge = "mutation ($guest: String!) { mergeCart(input: { guestId: $guest }) { cart { totalQuantity couponCode } } }";
    for _ in 0..2 {
        let merged = user.execute(merge, json!({ "guest": GUEST })).await;
        assert_eq!(merged.at("mergeCart.cart.totalQuantity"), 9_999 + 4);
        assert_eq!(merged.at("mergeCart.cart.couponCode"), "SAVE10");
    }
    assert!(guest.execute(CART, json!({})).await.data()["cart"].is_null());
    assert_eq!(guest.execute(merge, json!({ "guest": GUEST })).await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn a_coupon_is_set_and_removed() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    let set = user
        .execute("mutation { applyCoupon(input: { code: \" save10 \" }) { cart { couponCode } } }", json!({}))
        .await;
    assert_eq!(set.at("applyCoupon.cart.couponCode"), "SAVE10");
    shop.price_by(|quote| quote["couponRejection"] = json!("ENDED"));
    let quote = user.execute("{ checkoutQuote { couponRejection total { amount } } }", json!({})).await;
    assert_eq!(quote.at("checkoutQuote.couponRejection"), "ENDED");
    assert_eq!(quote.text("checkoutQuote.total.amount"), "24.99");
    let removed = user.execute("mutation { removeCoupon { cart { couponCode } } }", json!({})).await;
    assert!(removed.data()["removeCoupon"]["cart"]["couponCode"].is_null());
}

#[tokio::test]
async fn a_changed_price_is_told_once() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    let query =
        "{ cart { notices { __typename ... on PriceChanged { before { amount } now { amount } } } } }";
    assert_eq!(user.execute(query, json!({})).await.data()["cart"]["notices"], json!([]));
    shop.price.store(1_250, Ordering::SeqCst);
    let told = user.execute(query, json!({})).await;
    assert_eq!(
        told.data()["cart"]["notices"],
        json!([{ "__typename": "PriceChanged", "before": { "amount": "10.00" }, "now": { "amount": "12.50" } }])
    );
    assert_eq!(user.execute(query, json!({})).await.data()["cart"]["notices"], json!([]));
}

#[tokio::test]
async fn a_cart_holds_a_bounded_number_of_lines() {
    let shop = Shop::open().await;
    let user = shop.app.as_user(shop.app.ids().next());
    for batch in 0..10 {
        let offers: Vec<OfferId> = (0..20).map(|_| shop.app.ids().next()).collect();
        for answer in futures::future::join_all(offers.iter().map(|offer| add(&user, *offer, 1))).await {
            assert!(answer.errors().is_empty(), "batch {batch}: {}", answer.body);
        }
    }
    let cart = user.execute(CART, json!({})).await;
    let known: OfferId = cart.text("cart.lines.0.offer.id").parse().unwrap();
    assert_eq!(add(&user, shop.app.ids().next(), 1).await.codes(), ["LIMIT_EXCEEDED"]);
    assert_eq!(add(&user, known, 1).await.at("addToCart.cart.totalQuantity"), 201, "more of what is there");
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 1).await.data();
    let merge =
        "mutation ($guest: String!) { mergeCart(input: { guestId: $guest }) { cart { totalQuantity } } }";
    assert_eq!(user.execute(merge, json!({ "guest": GUEST })).await.codes(), ["LIMIT_EXCEEDED"]);
    assert_eq!(guest.execute(CART, json!({})).await.at("cart.totalQuantity"), 1, "nothing was lost");
}
