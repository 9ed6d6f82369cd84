use std::sync::atomic::Ordering;

use platform_core::ErrorCode;
use platform_core::id::OfferId;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, add, euro};

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
    let negative = set(-1).await;
    assert_eq!(negative.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(
        negative.errors()[0]["message"],
        "the quantity must be between 1 and 9999, or 0 to remove the line"
    );
    let stranger = shop.buyer().await;
    let theft = stranger.execute(update, json!({ "line": line, "quantity": 1 })).await;
    assert_eq!(theft.codes(), ["NOT_FOUND"]);
    assert_eq!(set(0).await.at("updateCartLine.cart.totalQuantity"), 0);
    assert_eq!(set(1).await.codes(), ["NOT_FOUND"]);
}

/// A full disk ends transactions of SQLite's from within: what is answered after it is stored all the same.
#[tokio::test]
async fn an_answered_addition_is_there_after_the_disk_was_full() {
    let shop = Shop::open().await;
    let database = shop.app.database();
    if database.is_postgres() {
        return;
    }
    let user = shop.app.as_user(shop.app.ids().next());
    let added = async || add(&user, shop.app.ids().next(), 1).await;
    added().await.data();
    database.write().execute_unprepared("CREATE TABLE large (text TEXT)").await.unwrap();
    let limit = async |pages: u32| {
        let limited = format!("PRAGMA max_page_count = {pages}");
        database.write().execute_unprepared(&limited).await.unwrap();
    };
    // Not below the size that the file has.
    limit(1).await;
    let tx = database.begin().await.unwrap();
    let full = tx.execute_unprepared("INSERT INTO large VALUES (zeroblob(1000000))").await.unwrap_err();
    assert!(full.to_string().contains("full"), "{full}");
    drop(tx);
    limit(1_000_000).await;
    database.begin().await.unwrap().rollback().await.unwrap();
    added().await.data();
    let cart = user.execute(CART, json!({})).await;
    assert_eq!(cart.at("cart.totalQuantity"), 2);
    database.ping().await.unwrap();
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

/// What the user's cart has no room for is told, and stays in the guest's: merged again it is neither doubled nor lost.
#[tokio::test]
async fn merge_cart_leaves_behind_what_does_not_fit() {
    let shop = Shop::open().await;
    let (both, only): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    let (user, guest) = (shop.app.as_user(shop.app.ids().next()), shop.app.as_guest().with_guest(GUEST));
    let line = add(&user, both, 9_998).await.text("addToCart.cart.lines.0.id");
    add(&guest, both, 5).await.data();
    add(&guest, only, 4).await.data();
    guest
        .execute("mutation { applyCoupon(input: { code: \"save10\" }) { cart { id } } }", json!({}))
        .await
        .data();
    let merge = "mutation ($guest: String!) { mergeCart(input: { guestId: $guest }) {
        problems { offerId code requested available } cart { totalQuantity couponCode } } }";
    for _ in 0..2 {
        let merged = user.execute(merge, json!({ "guest": GUEST })).await;
        assert_eq!(merged.at("mergeCart.cart.totalQuantity"), 9_999 + 4);
        assert_eq!(merged.at("mergeCart.cart.couponCode"), "SAVE10");
        let told =
            json!({ "offerId": both, "code": "QUANTITY_LIMIT", "requested": 10_003, "available": 9_999 });
        assert_eq!(merged.at("mergeCart.problems"), &json!([told]));
        let left = guest.execute(CART, json!({})).await;
        assert_eq!(left.at("cart.totalQuantity"), 4, "{}", left.body);
        assert_eq!(left.at("cart.lines.0.offer.id"), &json!(both));
    }
    let update =
        "mutation ($line: ID!) { updateCartLine(input: { lineId: $line, quantity: 5 }) { cart { id } } }";
    user.execute(update, json!({ "line": line })).await.data();
    let merged = user.execute(merge, json!({ "guest": GUEST })).await;
    assert_eq!(merged.at("mergeCart.cart.totalQuantity"), 5 + 4 + 4);
    assert_eq!(merged.at("mergeCart.problems"), &json!([]));
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

/// A coupon never makes a cart dearer: 51.00 are sent for nothing, less 5 % as well.
#[tokio::test]
async fn a_coupon_does_not_bring_shipping_back() {
    let shop = Shop::open().await;
    shop.price.store(2_550, Ordering::SeqCst);
    let user = shop.buyer().await;
    let query = "{ checkoutQuote { shipping { amount } total { amount } } }";
    let without = user.execute(query, json!({})).await;
    assert_eq!(without.text("checkoutQuote.total.amount"), "51.00");
    shop.price_by(|quote| {
        let off = json!({ "amount": "2.55", "currency": "EUR" });
        let left = json!({ "amount": "48.45", "currency": "EUR" });
        let line = &mut quote["lines"][0];
        line["discount"] = off.clone();
        line["entered"] = left.clone();
        line["total"] = left.clone();
        quote["discount"] = off;
        quote["total"] = left;
    });
    let with = user.execute(query, json!({})).await;
    assert_eq!(with.text("checkoutQuote.shipping.amount"), "0.00");
    assert_eq!(with.text("checkoutQuote.total.amount"), "48.45");
}

#[tokio::test]
async fn a_quote_uses_no_more_points_than_the_buyer_has() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    let query = "{ checkoutQuote(points: 99999) { points total { amount } toPay { amount } } }";
    for (available, points, to_pay) in [(0, 0, "24.99"), (499, 499, "20.00"), (9_999, 2_499, "0.00")] {
        shop.payments_say("availablePoints", json!(available));
        let quote = user.execute(query, json!({})).await;
        assert_eq!(quote.at("checkoutQuote.points"), points, "{}", quote.body);
        assert_eq!(quote.text("checkoutQuote.toPay.amount"), to_pay);
    }
    let asked = shop.payments.calls("availablePoints").len();
    user.execute("{ checkoutQuote { toPay { amount } } }", json!({})).await.data();
    assert_eq!(shop.payments.calls("availablePoints").len(), asked, "without points nobody is asked");
    shop.payments.set_down(true);
    assert_eq!(user.execute(query, json!({})).await.codes(), ["UNAVAILABLE"]);
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

/// That more pieces have another price each is no change of a price: whoever put them in has just asked for it.
#[tokio::test]
async fn a_price_of_another_quantity_is_no_changed_price() {
    let shop = Shop::open().await;
    let tier = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(800));
    let ten = tier.clone();
    shop.price_by(move |quote| {
        for line in quote["lines"].as_array_mut().unwrap() {
            if line["quantity"].as_i64() >= Some(10) {
                for price in ["unitPrice", "listedPrice"] {
                    line[price] = euro(ten.load(Ordering::SeqCst));
                }
            }
        }
    });
    let user = shop.app.as_user(shop.app.ids().next());
    let offer: OfferId = shop.app.ids().next();
    let line = add(&user, offer, 1).await.text("addToCart.cart.lines.0.id");
    let query = "{ cart { notices { ... on PriceChanged { before { amount } now { amount } } } } }";
    let told = async || user.execute(query, json!({})).await.at("cart.notices").clone();
    let update = "mutation ($line: ID!, $quantity: Int!) {
        updateCartLine(input: { lineId: $line, quantity: $quantity }) { cart { id } } }";
    let set = async |quantity: i32| {
        user.execute(update, json!({ "line": line, "quantity": quantity })).await.data();
    };
    assert_eq!(told().await, json!([]));
    set(10).await;
    assert_eq!(told().await, json!([]), "the price of ten was never another");
    set(10).await;
    tier.store(700, Ordering::SeqCst);
    let changed = json!([{ "before": { "amount": "8.00" }, "now": { "amount": "7.00" } }]);
    assert_eq!(told().await, changed, "ten were in the cart all along");
    set(9).await;
    assert_eq!(told().await, json!([]));
    add(&user, offer, 1).await.data();
    assert_eq!(told().await, json!([]), "one more makes ten");
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

const ADD_AND_SEE: &str = "mutation ($offer: ID!, $quantity: Int!) {
    addToCart(input: { offerId: $offer, quantity: $quantity }) {
        added problem { offerId code requested available } cart { version lines { quantity offer { id } } } } }";
const LINES: &str = "{ cart { version lines { quantity offer { id } problem { code requested available }
    productName variantName sku productSlug imageUrl } } }";

/// What does not exist, is not for sale or has no price here does not enter a cart, and the cart stays as it is.
#[tokio::test]
async fn add_to_cart_refuses_what_cannot_be_bought() {
    let shop = Shop::open().await;
    let user = shop.app.as_user(shop.app.ids().next());
    let (gone, lamp): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    for code in ["UNKNOWN_OFFER", "NOT_FOR_SALE", "NO_PRICE"] {
        shop.take_off_sale(gone, code);
        let answer = user.execute(ADD_AND_SEE, json!({ "offer": gone, "quantity": 2 })).await;
        assert_eq!(answer.at("addToCart.added"), false, "{code}");
        assert_eq!(answer.at("addToCart.problem.code"), code);
        assert_eq!(answer.at("addToCart.problem.requested"), 2);
        assert!(answer.at("addToCart.cart").is_null(), "no cart is made for it");
    }
    let added = user.execute(ADD_AND_SEE, json!({ "offer": lamp, "quantity": 1 })).await;
    assert_eq!((added.at("addToCart.added"), added.at("addToCart.problem")), (&json!(true), &Value::Null));
    let before = added.at("addToCart.cart").clone();
    let answer = user.execute(ADD_AND_SEE, json!({ "offer": gone, "quantity": 2 })).await;
    assert_eq!((answer.at("addToCart.added"), answer.at("addToCart.cart")), (&json!(false), &before));
    // A market is asked about in its own currency and group.
    let calls = shop.catalog.calls("checkLines");
    assert_eq!(calls.last().unwrap().variables["input"]["currency"], "EUR");
}

/// Too little stock keeps nothing out, as it removes nothing from a cart: it is said, with what there was before counted.
#[tokio::test]
async fn add_to_cart_tells_of_too_little_stock() {
    let shop = Shop::open().await;
    let user = shop.app.as_user(shop.app.ids().next());
    let lamp: OfferId = shop.app.ids().next();
    shop.check_by(|checked| checked["available"] = json!(3));
    let add = async |quantity: i32| {
        let answer = user.execute(ADD_AND_SEE, json!({ "offer": lamp, "quantity": quantity })).await;
        assert_eq!(answer.at("addToCart.added"), true);
        answer.at("addToCart.problem").clone()
    };
    assert!(add(2).await.is_null());
    let told = json!({ "offerId": lamp, "code": "INSUFFICIENT_STOCK", "requested": 4, "available": 3 });
    assert_eq!(add(2).await, told);
    let cart = user.execute(LINES, json!({})).await;
    assert_eq!(cart.at("cart.lines.0.problem.requested"), 4);
}

/// A line whose offer is gone answers with what was put in, and says why it cannot be bought.
#[tokio::test]
async fn a_cart_marks_lines_that_cannot_be_bought() {
    let shop = Shop::open().await;
    let user = shop.app.as_user(shop.app.ids().next());
    let (lamp, desk): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    for offer in [lamp, desk] {
        add(&user, offer, 2).await.data();
    }
    shop.take_off_sale(desk, "NOT_FOR_SALE");
    let asked = shop.catalog.calls("checkLines").len();
    let answer = user.execute(LINES, json!({})).await;
    assert_eq!(shop.catalog.calls("checkLines").len(), asked + 1, "one question for all lines");
    let lines: Vec<Value> = answer.get("cart.lines");
    let line = |problem: Value, offer: OfferId| {
        json!({ "quantity": 2, "offer": { "id": offer }, "problem": problem, "productName": "Lamp",
            "variantName": "red", "sku": "SKU", "productSlug": "lamp", "imageUrl": "/media/lamp.svg" })
    };
    let gone = json!({ "code": "NOT_FOR_SALE", "requested": 2, "available": 1_000_000 });
    assert_eq!(lines, [line(Value::Null, lamp), line(gone, desk)]);
    // Nobody asks catalog where nobody wants to know.
    user.execute(CART, json!({})).await.data();
    assert_eq!(shop.catalog.calls("checkLines").len(), asked + 1);
}

/// While catalog is away nothing enters a cart, and the cart answers all the same.
#[tokio::test]
async fn a_cart_answers_without_catalog() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    drop(shop.catalog.clone().refuse("checkLines", ErrorCode::Unavailable));
    assert_eq!(add(&user, shop.app.ids().next(), 1).await.codes(), ["UNAVAILABLE"]);
    let answer = user.execute(LINES, json!({})).await;
    assert_eq!(answer.codes(), ["UNAVAILABLE"]);
    assert_eq!(answer.body["data"]["cart"]["lines"][0]["productName"], "Lamp");
    assert!(answer.body["data"]["cart"]["lines"][0]["problem"].is_null());
}

/// What cannot be bought any more is told, and stays in the guest's cart; everything else is taken over.
#[tokio::test]
async fn merge_cart_leaves_behind_what_cannot_be_bought() {
    let shop = Shop::open().await;
    let (user, guest) = (shop.app.as_user(shop.app.ids().next()), shop.app.as_guest().with_guest(GUEST));
    let (lamp, desk): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    for offer in [lamp, desk] {
        add(&guest, offer, 2).await.data();
    }
    shop.take_off_sale(desk, "NOT_FOR_SALE");
    let merge = "mutation ($guest: String!) { mergeCart(input: { guestId: $guest }) {
        problems { offerId code } cart { totalQuantity lines { productName } } } }";
    let merged = user.execute(merge, json!({ "guest": GUEST })).await;
    assert_eq!(merged.at("mergeCart.problems"), &json!([{ "offerId": desk, "code": "NOT_FOR_SALE" }]));
    assert_eq!(
        merged.at("mergeCart.cart"),
        &json!({ "totalQuantity": 2, "lines": [{ "productName": "Lamp" }] })
    );
    assert_eq!(guest.execute(CART, json!({})).await.at("cart.lines.0.offer.id"), &json!(desk));
    // Once it is for sale again, it comes too.
    shop.check_by(|_| {});
    let merged = user.execute(merge, json!({ "guest": GUEST })).await;
    assert_eq!(merged.at("mergeCart.cart.totalQuantity"), 4);
    assert!(guest.execute(CART, json!({})).await.data()["cart"].is_null());
    for id in ["short", "sixteen letters with\0"] {
        assert_eq!(user.execute(merge, json!({ "guest": id })).await.codes(), ["BAD_USER_INPUT"], "{id}");
    }
}

/// Check 56: a code is counted in characters and holds no control characters.
#[tokio::test]
async fn a_coupons_code_is_a_line() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    let apply = "mutation ($code: String!) { applyCoupon(input: { code: $code }) { cart { couponCode } } }";
    let set = async |code: &str| user.execute(apply, json!({ "code": code })).await;
    let long = "東".repeat(64);
    assert_eq!(set(&long).await.at("applyCoupon.cart.couponCode"), &json!(long));
    for code in ["東".repeat(65).as_str(), "", " ", "SAVE\0", "SA\nVE"] {
        let answer = set(code).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{code:?}");
        assert!(answer.errors()[0]["message"].to_string().contains("`code`"), "{}", answer.body);
    }
}
