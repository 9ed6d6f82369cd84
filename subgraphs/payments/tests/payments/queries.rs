//! What payments asks of its database: of a purchase no more than it has to, and no more for many things than for one.

use platform_testkit::ScriptedPeer;
use serde_json::{Value, json};

use crate::refunds::{captured, refund};
use crate::support::{Purchase, authorise, builder, capture, grant, staff};

const MANY: usize = 5;

/// The accounts of the ledger are known from the purchase before; the sandbox's own books are a statement of each.
#[tokio::test]
async fn a_purchase_asks_no_more_than_it_has_to() {
    let app = builder(ScriptedPeer::of("orders")).without_workers().start().await;
    let first = Purchase::of_user(&app);
    captured(&app, &first).await;
    let second = Purchase { order: app.ids().next(), ..first };
    let input = second.input_as(&app, "tok_approve", app.ids().next());
    let id = app.assert_queries(4, authorise(&app, &input)).await.text("authorizePayment.id");
    let taken = app.assert_queries(6, capture(&app, &id)).await;
    assert_eq!(taken.text("capturePayment.status"), "CAPTURED", "{}", taken.body);
}

#[tokio::test]
async fn many_things_are_as_many_queries_as_one() {
    let app = builder(ScriptedPeer::of("orders")).without_workers().start().await;
    let (mut orders, mut payments, mut users, mut vendors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..MANY {
        let purchase = Purchase::of_user(&app);
        let payment = captured(&app, &purchase).await;
        refund(&app, &payment, "5.00", &format!("refund-{n}")).await.data();
        grant(&app, purchase.user.unwrap(), 70, &format!("gift-{n}")).await.data();
        let add = "mutation { addPaymentMethod(input: { gateway: \"sandbox\", token: \"tok_approve\" }) {
            paymentMethod { id } } }";
        app.as_user(purchase.user.unwrap()).execute(add, json!({})).await.data();
        orders.push(json!(purchase.order));
        payments.push(json!(payment));
        users.push(json!(purchase.user));
        vendors.push(json!(purchase.vendor));
    }
    let staff = staff(&app);
    for (name, ids, fields) in [
        ("Order", &orders, "payments { id refunds { id points payment { status } } }"),
        ("Payment", &payments, "status order { id payments { id } } refunds { amount { amount } }"),
        ("User", &users, "points { pending balance available }"),
        ("User", &users, "paymentMethods { brand }"),
        ("Vendor", &vendors, "balance { amount }"),
    ] {
        let operation = format!(
            "query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {name} {{ {fields} }} }} }}"
        );
        let of = |ids: &[Value]| -> Value {
            ids.iter().map(|id| json!({ "__typename": name, "id": id })).collect()
        };
        let (one, many) = (json!({ "of": of(&ids[..1]) }), json!({ "of": of(ids) }));
        app.assert_queries_do_not_grow(&staff, &operation, one, many).await;
    }
}
