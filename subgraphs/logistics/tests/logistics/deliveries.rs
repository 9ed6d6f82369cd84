//! Deliveries under their orders' keys, whatever comes late, twice or not at all.

use contracts::orders::{CancellationReason, OrderCancelled, OrderClaimed};
use logistics_entities::delivery::{Entity, Status};
use platform_testkit::{eventually, eventually_some};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{App, GUEST, Part, Purchase, handle, one_shipment, seller};

fn purchase(app: &App) -> Purchase {
    let part = Part::new(app, app.ids().next());
    Purchase::of(app, vec![part.parcel(app, None, 1)])
}

async fn planned(purchase: &Purchase, app: &App) -> String {
    purchase.plan(app).await.text("planDelivery.__typename")
}

/// An order that is paid after this one: what was published before is handled.
async fn catch_up(app: &App) {
    one_shipment(app, app.ids().next()).await;
}

#[tokio::test]
async fn a_key_means_one_delivery_for_ever() {
    let app = App::start().await;
    let purchase = purchase(&app);
    assert_eq!(planned(&purchase, &app).await, "DeliveryPlanned");
    assert_eq!(planned(&purchase, &app).await, "DeliveryPlanned", "again");
    let other = Purchase { order: app.ids().next(), ..purchase.clone() };
    assert_eq!(other.plan_under(&app, &purchase.key()).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped", "again");
    assert_eq!(planned(&purchase, &app).await, "DeliveryClosed");
    purchase.pay(&app);
    catch_up(&app).await;
    assert_eq!(purchase.shipments(&app).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_delivery_that_was_stopped_before_it_was_planned_is_not_kept() {
    let app = App::start().await;
    let purchase = purchase(&app);
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    assert_eq!(planned(&purchase, &app).await, "DeliveryClosed");
}

#[tokio::test]
async fn parcels_without_anything_in_them_are_refused() {
    let app = App::start().await;
    let whole = purchase(&app);
    let mut empty = whole.parcels[0].clone();
    empty["items"] = json!([]);
    let mut none = whole.parcels[0].clone();
    none["items"][0]["quantity"] = json!(0);
    for parcels in [vec![], vec![empty], vec![none], vec![whole.parcels[0].clone(); 201]] {
        let refused = Purchase { parcels, ..whole.clone() }.plan(&app).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.errors()[0]["extensions"]["field"], "parcels");
    }
}

#[tokio::test]
async fn a_delivery_of_which_nothing_has_left_is_stopped_whole() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    handle(&seller(&app, vendor), "packShipment", &shipment).await;
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    assert_eq!(purchase.shipments(&app).await[0]["status"], "CANCELLED");
    let packing = handle(&seller(&app, vendor), "handOverShipment", &shipment).await;
    assert_eq!(packing, "ShipmentStatusRefused", "nobody sends it any more");
}

#[tokio::test]
async fn a_delivery_of_which_one_parcel_has_left_is_not_stopped() {
    let app = App::start().await;
    let [one, other] = [(); 2].map(|()| Part::new(&app, app.ids().next()));
    let purchase = Purchase::of(&app, vec![one.parcel(&app, None, 1), other.parcel(&app, None, 1)]);
    let shipments = purchase.ship(&app).await;
    handle(&seller(&app, one.vendor), "handOverShipment", &shipments[0]).await;
    assert_eq!(purchase.stop(&app).await, "DeliveryUnderway");
    let stand: Vec<_> = purchase.shipments(&app).await.iter().map(|s| s["status"].clone()).collect();
    assert_eq!(stand, ["HANDED_OVER", "CREATED"], "all is as it was");
    // All of its money was given back by another way: what is still there stays there.
    let refunded = OrderCancelled {
        order_id: purchase.order,
        number: "K7QF-2M9X".to_owned(),
        user_id: purchase.user,
        reason: CancellationReason::Staff,
        refunded: true,
    };
    app.publish(&refunded);
    let seen = eventually_some(|| async {
        Some(purchase.shipments(&app).await).filter(|seen| seen[1]["status"] == "CANCELLED")
    })
    .await;
    assert_eq!(seen[0]["status"], "HANDED_OVER");
    // Who has its goods put back asks after that what has left, and is told.
    assert_eq!(purchase.stop(&app).await, "DeliveryUnderway");
}

/// Whichever comes first, the event or the question: where nothing has left, nothing is kept of where it was to go.
#[tokio::test]
async fn an_address_is_forgotten_with_what_was_to_be_sent() {
    let app = App::start().await;
    let (purchase, ..) = one_shipment(&app, app.ids().next()).await;
    app.publish(&OrderCancelled {
        order_id: purchase.order,
        number: "K7QF-2M9X".to_owned(),
        user_id: purchase.user,
        reason: CancellationReason::Staff,
        refunded: true,
    });
    eventually(|| async { purchase.shipments(&app).await[0]["status"] == "CANCELLED" }).await;
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    let kept = Entity::find_by_id(purchase.key()).one(app.database().read()).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.address, kept.parcels), (Status::Released, None, None));
}

#[tokio::test]
async fn what_has_not_left_is_called_off_where_that_is_asked_for() {
    let app = App::start().await;
    let [one, other] = [(); 2].map(|()| Part::new(&app, app.ids().next()));
    let purchase = Purchase::of(&app, vec![one.parcel(&app, None, 1), other.parcel(&app, None, 3)]);
    let shipments = purchase.ship(&app).await;
    handle(&seller(&app, one.vendor), "handOverShipment", &shipments[0]).await;
    for _ in 0..2 {
        let stopped = purchase.stop_as(&app, true).await;
        let shipped = json!([{ "lineId": one.line, "quantity": 1 }]);
        assert_eq!(stopped.at("stopDelivery.shipped"), &shipped, "{}", stopped.body);
    }
    let stand: Vec<_> = purchase.shipments(&app).await.iter().map(|s| s["status"].clone()).collect();
    assert_eq!(stand, ["HANDED_OVER", "CANCELLED"]);
}

/// Buyer and seller at the same moment: either the order is called off and nothing leaves, or it leaves and is not.
#[tokio::test]
async fn of_a_stop_and_a_hand_over_one_wins() {
    let app = App::start().await;
    let vendor = app.ids().next();
    for _ in 0..10 {
        let (purchase, _, shipment) = one_shipment(&app, vendor).await;
        let seller = seller(&app, vendor);
        let (stopped, left) =
            tokio::join!(purchase.stop(&app), handle(&seller, "handOverShipment", &shipment));
        let status = purchase.shipments(&app).await[0]["status"].clone();
        match stopped.as_str() {
            "DeliveryStopped" => {
                assert_eq!((left.as_str(), status), ("ShipmentStatusRefused", json!("CANCELLED")))
            }
            _ => assert_eq!((left.as_str(), status), ("ShipmentPayload", json!("HANDED_OVER"))),
        }
    }
}

#[tokio::test]
async fn who_claims_a_guests_order_has_its_shipments() {
    let app = App::start().await;
    let whole = purchase(&app);
    let purchase = Purchase { user: None, guest: Some(GUEST), ..whole };
    assert_eq!(purchase.ship(&app).await.len(), 1);
    let user = app.ids().next();
    app.publish(&OrderClaimed { order_id: purchase.order, user_id: user });
    let claimed = Purchase { user: Some(user), guest: None, ..purchase.clone() };
    eventually(|| async { claimed.shipments(&app).await.len() == 1 }).await;
    assert_eq!(purchase.shipments(&app).await, [] as [Value; 0], "the guest has lost it");
}
