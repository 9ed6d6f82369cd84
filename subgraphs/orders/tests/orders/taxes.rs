use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use platform_commerce::Market;
use platform_commerce::market::TaxDisplay;
use platform_testkit::Answer;
use serde_json::json;

use crate::shop::{Shop, euro, order, place};

/// Check 46: shipping is taxed as the goods are, in the total of the order and in what payments books.
#[tokio::test]
async fn shipping_is_taxed_as_the_goods_are() {
    let shop = Shop::open().await;
    shop.price.store(1_800, Ordering::SeqCst);
    shop.rate.store(190_000, Ordering::SeqCst);
    let buyer = shop.buyer().await;
    let quote = "{ checkoutQuote { tax { amount } shipping { amount } total { amount } } }";
    let quoted = buyer.execute(quote, json!({})).await;
    assert_eq!(quoted.text("checkoutQuote.tax.amount"), "6.54");
    let placed = place(&buyer, &order("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.total.amount"), "40.99", "{}", placed.body);
    assert_eq!(placed.text("placeOrder.order.tax.amount"), "6.54");
    let split = &shop.payments.calls("authorizePayment")[0].variables["input"]["split"];
    assert_eq!((&split["taxMinor"], &split["shippingMinor"]), (&json!(654), &json!(420)));
}

/// Check 46: the shipping address is what catalog taxes by, with its region and postal code, whatever the market is;
/// nothing is ordered to where nothing is sold.
#[tokio::test]
async fn the_shipping_address_decides_the_tax() {
    let shop = Shop::open().await;
    let market = Market { country: "AQ".into(), ..Market::default() };
    let buyer = shop.buyer().await.in_market(market);
    let mut input = order("key-00001");
    input["shippingAddress"]["country"] = json!("US");
    input["shippingAddress"]["region"] = json!("CA");
    input["shippingAddress"]["postalCode"] = json!("94110");
    shop.price_by(|quote| quote["destinationServed"] = json!(false));
    let quote = "query($to: QuoteDestinationInput) { checkoutQuote(destination: $to) {
        destinationNotServed { country region } } }";
    let to = json!({ "country": "us", "region": "CA", "postalCode": "94110" });
    let quoted = buyer.execute(quote, json!({ "to": to })).await;
    assert_eq!(quoted.at("checkoutQuote.destinationNotServed"), &json!({ "country": "US", "region": "CA" }));
    let refused = place(&buyer, &input).await;
    assert_eq!(refused.text("placeOrder.__typename"), "DestinationNotServed", "{}", refused.body);
    assert_eq!(
        (refused.text("placeOrder.country"), refused.text("placeOrder.region")),
        ("US".into(), "CA".into())
    );
    assert_eq!(shop.asked(), Vec::<String>::new());
    shop.price_by(|_| {});
    assert_eq!(place(&buyer, &input).await.text("placeOrder.order.status"), "PAID");
    let expected = json!({ "country": "US", "region": "CA", "postalCode": "94110", "vatIdValid": false });
    for call in shop.catalog.calls("quoteLines") {
        assert_eq!(call.variables["input"]["destination"], expected);
        assert_eq!(call.variables["input"]["market"]["country"], "AQ");
    }
    for bad in [json!({ "country": "ZZ" }), json!({ "country": "US", "region": "a\u{0}b" })] {
        assert_eq!(buyer.execute(quote, json!({ "to": bad })).await.codes(), ["BAD_USER_INPUT"]);
    }
}

/// Check 46: what is shown without tax is taxed by the same amounts, and the order keeps what was shown.
#[tokio::test]
async fn both_displays_are_charged_the_same() {
    let shop = Shop::open().await;
    shop.price.store(1_800, Ordering::SeqCst);
    shop.rate.store(190_000, Ordering::SeqCst);
    shop.price_by(|quote| {
        quote["pricesIncludeTax"] = json!(false);
        quote["lines"][0]["unitPrice"] = euro(1_513);
        for at in ["/lines/0/subtotal", "/subtotal"] {
            *quote.pointer_mut(at).unwrap() = euro(3_025);
        }
    });
    let market = Market { tax_display: TaxDisplay::Exclusive, ..Market::default() };
    let buyer = shop.buyer().await.in_market(market);
    let quote = "{ checkoutQuote { pricesIncludeTax subtotal { amount } shipping { amount } tax { amount }
        total { amount } lines { quantity unitPrice { amount } rounding { amount } subtotal { amount } } } }";
    let quoted = buyer.execute(quote, json!({})).await;
    let shown = |answer: &Answer, of: &str| {
        ["subtotal", "shipping", "tax", "total"].map(|field| answer.text(&format!("{of}.{field}.amount")))
    };
    assert_eq!(shown(&quoted, "checkoutQuote"), ["30.25", "4.20", "6.54", "40.99"]);
    let placed = place(&buyer, &order("key-00001")).await;
    let id = placed.text("placeOrder.order.id");
    let order = "query($id: ID!) { order(id: $id) { pricesIncludeTax subtotal { amount } shipping { amount }
        tax { amount } shippingTax { amount } total { amount }
        lines { ...L } vendorOrders { total { amount } shipping { amount } lines { ...L } } } }
        fragment L on OrderLine { quantity unitPrice { amount } rounding { amount } subtotal { amount } }";
    let kept = buyer.execute(order, json!({ "id": id })).await;
    assert_eq!(shown(&kept, "order"), ["30.25", "4.20", "6.54", "40.99"]);
    assert_eq!(kept.text("order.shippingTax.amount"), "0.79");
    // A vendor's part is with tax: together with its shipping it is the order's total.
    assert_eq!(kept.text("order.vendorOrders.0.shipping.amount"), "4.99");
    assert_eq!(kept.text("order.vendorOrders.0.total.amount"), "36.00");
    // Two of 15.13 are 30.26, a cent more than the 36.00 with tax are without.
    let line = json!({ "quantity": 2, "unitPrice": { "amount": "15.13" }, "rounding": { "amount": "-0.01" },
        "subtotal": { "amount": "30.25" } });
    assert_eq!(quoted.at("checkoutQuote.lines.0"), &line);
    assert_eq!(kept.at("order.lines.0"), &line);
    assert_eq!(kept.at("order.vendorOrders.0.lines.0"), &line);
}

/// A business's VAT id reaches catalog as valid only if it is of the country that the goods go to and users says that it
/// is the caller's and marked valid; the order keeps it for the invoice either way.
#[tokio::test]
async fn a_vat_id_is_checked_and_kept() {
    let shop = Shop::open().await;
    drop(
        shop.users
            .clone()
            .answer_with("vatIdIsValid", |call| json!(call.variables["vatId"] == "FR40303265045")),
    );
    for (key, id, country, valid) in [
        ("key-00001", "fr 40 303 265 045", "FR", true),
        ("key-00002", "FR40303265045", "ES", false),
        ("key-00003", "FR00303265045", "FR", false),
    ] {
        let buyer = shop.buyer().await;
        let mut input = order(key);
        input["vatId"] = json!(id);
        input["shippingAddress"]["country"] = json!(country);
        shop.price_by(move |quote| quote["taxExempt"] = json!(valid));
        let placed = place(&buyer, &input).await;
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
        let call = shop.catalog.calls("quoteLines").pop().unwrap();
        assert_eq!(call.variables["input"]["destination"]["vatIdValid"], json!(valid), "{id}");
        let order = "query($id: ID!) { order(id: $id) { vatId taxExempt } }";
        let kept = buyer.execute(order, json!({ "id": placed.text("placeOrder.order.id") })).await;
        assert_eq!(kept.text("order.vatId"), id.to_uppercase().replace(' ', ""));
        assert_eq!(kept.get::<bool>("order.taxExempt"), valid);
    }
    let buyer = shop.buyer().await;
    let mut input = order("key-00004");
    input["vatId"] = json!("DE12");
    assert_eq!(place(&buyer, &input).await.codes(), ["BAD_USER_INPUT"]);
    shop.users.set_down(true);
    input["vatId"] = json!("DE123456789");
    assert_eq!(place(&buyer, &input).await.codes(), ["UNAVAILABLE"]);
}

/// Check 46: a price that changed is told in the terms in which prices are shown; another display, or another market,
/// is no change.
#[tokio::test]
async fn a_changed_price_is_told_as_prices_are_shown() {
    let shop = Shop::open().await;
    shop.price.store(1_800, Ordering::SeqCst);
    shop.rate.store(190_000, Ordering::SeqCst);
    let buyer = shop.buyer().await;
    let notices = "{ cart { notices { ... on PriceChanged { before { amount } now { amount } } } } }";
    assert_eq!(buyer.execute(notices, json!({})).await.at("cart.notices"), &json!([]));
    let unit = Arc::new(AtomicI64::new(1_513));
    let shown = unit.clone();
    shop.price_by(move |quote| {
        quote["pricesIncludeTax"] = json!(false);
        quote["lines"][0]["unitPrice"] = euro(shown.load(Ordering::SeqCst));
    });
    let market = Market { tax_display: TaxDisplay::Exclusive, ..Market::default() };
    let net = buyer.clone().in_market(market);
    assert_eq!(net.execute(notices, json!({})).await.at("cart.notices"), &json!([]));
    shop.price.store(1_900, Ordering::SeqCst);
    unit.store(1_597, Ordering::SeqCst);
    let told = net.execute(notices, json!({})).await;
    let change = json!([{ "before": { "amount": "15.13" }, "now": { "amount": "15.97" } }]);
    assert_eq!(told.at("cart.notices"), &change);
}
