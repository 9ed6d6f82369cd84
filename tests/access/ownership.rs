//! Checks 17 and 20: objects that belong to somebody, tried by their owner and by strangers, by id and through the
//! router. A stranger gets null or a refusal, whatever the rule of the field lets pass, and changes nothing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rules::schemas;
use super::{Account, add_to_cart, place_order, plentiful_offer, shipment_of};
use crate::support::{Answer, Client, Installation, Shape, eventually};
use platform_identity::{AccessRule, Identity, Role, Scope};
use platform_testkit::{RootOperation, root_operations};

/// Fields that take ids which are nobody's: what is on sale, what all sellers must know, and what everybody may know of a
/// user. `placeOrder` takes a saved means of payment too: another one's is refused by type, which orders' own tests show; and those of
/// logistics that a route is its courier's.
const NOBODYS: [&str; 12] = [
    "pickUpPoint",
    "checkoutQuote",
    "product",
    "products",
    "categories",
    "search",
    "attribute",
    "taxZone",
    "addToCart",
    "publicProfile",
    "placeOrder",
    "route",
];

/// Something that only its owner may do.
struct Attempt {
    field: &'static str,
    document: &'static str,
    variables: Value,
    /// Whether the owner does it at the end, and succeeds.
    owner_may: bool,
}

impl Attempt {
    /// For what answers the owner with nothing, or not at once.
    fn by_strangers_alone(self) -> Self {
        Self { owner_may: false, ..self }
    }
}

fn attempt(field: &'static str, document: &'static str, variables: Value) -> Attempt {
    Attempt { field, document, variables, owner_may: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_nothing_of_what_is_somebodys() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let owner = Account::register(&anyone).await;
    let strangers = [
        anyone.clone(),
        anyone.as_guest("guest-who-is-a-stranger-here"),
        Account::register(&anyone).await.client,
        demo(&anyone, "courier").await,
    ];
    let (of_buyer, of_seller) = (belongings(&anyone, &owner).await, shelf(&anyone).await);
    assert_all_are_tried(of_buyer.iter().chain(&of_seller).map(|attempt| attempt.field));

    let (offer, vendor) = plentiful_offer(&anyone).await;
    let rival = seller_of_another_vendor(&anyone, &vendor).await;
    for stranger in strangers.iter().chain([&rival]) {
        for attempt in &of_buyer {
            assert_refused(attempt, &run(stranger, attempt).await);
        }
    }
    for stranger in strangers.iter().chain([&owner.client, &rival]) {
        for attempt in &of_seller {
            assert_refused(attempt, &run(stranger, attempt).await);
        }
    }
    // All of it is as it was, and the very same operations are the owner's to do.
    for attempt in of_buyer.iter().filter(|attempt| attempt.owner_may) {
        assert_done(attempt, &run(&owner.client, attempt).await);
    }
    let seller = demo(&anyone, "seller").await;
    let before = stock(&seller, &offer).await;
    for attempt in of_seller.iter().filter(|attempt| attempt.owner_may) {
        assert_done(attempt, &run(&seller, attempt).await);
    }
    assert_eq!(stock(&seller, &offer).await, before + 1, "one piece was added: the owner's");
}

async fn demo(anyone: &Client, role: &str) -> Client {
    anyone.log_in(&format!("{role}@demo.souk.example"), "souk-demo-2026").await
}

/// A seller, of another vendor than this one.
async fn seller_of_another_vendor(anyone: &Client, vendor: &Value) -> Client {
    let found =
        anyone.execute("{ products(first: 40) { nodes { bestOffer { vendor { id } } } } }", json!({})).await;
    let nodes = found.data()["products"]["nodes"].as_array().unwrap().clone();
    let other = nodes.iter().map(|node| &node["bestOffer"]["vendor"]["id"]).find(|other| *other != vendor);
    let admin = demo(anyone, "admin").await;
    let mut account = Account::register(anyone).await;
    let role = json!({ "input": { "userId": account.id, "role": "SELLER" } });
    admin.execute(super::revocation::GRANT_ROLE, role).await.data();
    let membership = json!({ "input": { "userId": account.id, "vendorId": other.unwrap() } });
    admin.execute(super::revocation::GRANT_MEMBERSHIP, membership).await.data();
    account.log_in(anyone).await;
    account.client
}

/// Fails when a field takes an id, lets others than staff in, and is not among `tried`.
fn assert_all_are_tried<'a>(tried: impl Iterator<Item = &'a str>) {
    let tried: BTreeSet<&str> = tried.chain(NOBODYS).collect();
    let operations: Vec<RootOperation> = schemas().iter().flat_map(|(_, sdl)| root_operations(sdl)).collect();
    // A buyer and seller at once, with all that sellers may do.
    let trader = Identity {
        user: Some(platform_core::Ids::new(std::sync::Arc::new(platform_core::SystemClock)).next()),
        roles: [Role::Buyer, Role::Seller].into(),
        scopes: [Scope::CatalogWrite, Scope::ShipmentsPack, Scope::StockRead, Scope::StockWrite]
            .map(String::from)
            .into(),
        ..Identity::guest()
    };
    let lets_in = |rules: &[AccessRule]| rules.iter().all(|rule| rule.check(&trader).is_ok());
    for operation in operations.iter().filter(|operation| operation.takes_id && lets_in(&operation.rules)) {
        assert!(tried.contains(operation.name.as_str()), "no stranger tries `{}`", operation.name);
    }
}

/// The first event of a subscription counts as its answer.
async fn run(client: &Client, attempt: &Attempt) -> Answer {
    if !attempt.document.starts_with("subscription") {
        return client.execute(attempt.document, attempt.variables.clone()).await;
    }
    let mut events = client.subscribe(attempt.document, attempt.variables.clone()).await;
    events.next().await.expect("an event or a refusal")
}

fn assert_refused(attempt: &Attempt, answer: &Answer) {
    let field = attempt.field;
    let value = &answer.0["data"][field];
    // Says that nothing ended; whose session it is does not show.
    let is_nothing = value.is_null() || *value == json!({ "ended": false });
    assert!(is_nothing, "`{field}` gives a stranger {:#}", answer.0);
    for code in answer.codes() {
        let expected = ["NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "BAD_USER_INPUT"];
        assert!(expected.contains(&code), "`{field}` fails a stranger with {:#}", answer.0);
    }
}

fn assert_done(attempt: &Attempt, answer: &Answer) {
    assert!(!answer.data()[attempt.field].is_null(), "`{}` fails its owner: {:#}", attempt.field, answer.0);
}

/// An address, a cart, orders, payments, a notification, a card and a session, each with all that can be done to it;
/// what ends a thing comes last.
async fn belongings(anyone: &Client, owner: &Account) -> Vec<Attempt> {
    let client = &owner.client;
    let (offer, _) = plentiful_offer(anyone).await;
    let paid = place_order(client, &offer, "tok_approve").await;
    let shipment = shipment_of(client, &paid).await;
    let order = place_order(client, &offer, "tok_challenge").await;
    let (order_id, number) = (&order["id"], &order["number"]);
    let payment = &order["payments"][0]["id"];
    let line = add_to_cart(client, &offer).await;
    let add = "mutation Add($input: AddAddressInput!) { addAddress(input: $input) { address { id } } }";
    let address = json!({ "recipient": "Ada", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE" });
    let added = client.execute(add, json!({ "input": { "address": address } })).await;
    let home = json!({ "id": added.data()["addAddress"]["address"]["id"], "address": address });
    let add = "mutation { addPaymentMethod(input: { gateway: \"sandbox\", token: \"tok_approve\" }) { paymentMethod { id } } }";
    let card = client.execute(add, json!({})).await.data()["addPaymentMethod"]["paymentMethod"]["id"].clone();
    let notification = notify(anyone, owner).await;
    let order_only = json!({ "id": order_id });
    vec![
        attempt(
            "user",
            "query($id: ID!) { user(id: $id) { email addresses { nodes { line1 } } } }",
            json!({ "id": owner.id }),
        ),
        attempt(
            "order",
            "query($id: ID!) { order(id: $id) { number shippingAddress { line1 } } }",
            order_only.clone(),
        ),
        attempt("order", "query($n: String!) { order(number: $n) { id } }", json!({ "n": number })),
        attempt(
            "shipment",
            "query($id: ID!) { shipment(id: $id) { status trackingToken } }",
            json!({ "id": shipment["id"] }),
        ),
        attempt(
            "shipment",
            "query($n: String!) { shipment(trackingNumber: $n) { id } }",
            json!({ "n": shipment["trackingNumber"] }),
        ),
        attempt(
            "deliveryTracking",
            "subscription($id: ID!) { deliveryTracking(orderId: $id) { status } }",
            json!({ "id": paid["id"] }),
        ),
        attempt(
            "revokeTrackingLink",
            "mutation($id: ID!) { revokeTrackingLink(input: { shipmentId: $id }) { shipment { id } } }",
            json!({ "id": shipment["id"] }),
        ),
        attempt(
            "chooseDeliverySlot",
            "mutation($id: ID!) { chooseDeliverySlot(input: { orderId: $id,
                slotId: \"01900000-0000-7000-8000-0000000000e2~1780000000\" }) { __typename } }",
            json!({ "id": paid["id"] }),
        )
        .by_strangers_alone(),
        attempt(
            "guestOrder",
            "query($n: String!, $e: String!) { guestOrder(number: $n, email: $e) { id } }",
            json!({ "n": number, "e": owner.email }),
        )
        .by_strangers_alone(),
        attempt(
            "orderUpdated",
            "subscription($id: ID!) { orderUpdated(id: $id) { status } }",
            order_only.clone(),
        ),
        attempt("payment", "query($id: ID!) { payment(id: $id) { status } }", json!({ "id": payment })),
        attempt(
            "confirmPayment",
            "mutation($id: ID!) { confirmPayment(input: { paymentId: $id }) { payment { status } } }",
            json!({ "id": payment }),
        ),
        attempt(
            "updateCartLine",
            "mutation($id: ID!) { updateCartLine(input: { lineId: $id, quantity: 2 }) { cart { id } } }",
            json!({ "id": line }),
        ),
        attempt(
            "updateAddress",
            "mutation($id: ID!, $address: AddressInput!) { updateAddress(input: { id: $id, address: $address }) { address { id } } }",
            home.clone(),
        ),
        attempt(
            "setDefaultAddress",
            "mutation($id: ID!) { setDefaultAddress(input: { id: $id, defaultFor: [SHIPPING] }) { address { id } } }",
            json!({ "id": home["id"] }),
        ),
        attempt(
            "markNotificationRead",
            "mutation($id: ID!) { markNotificationRead(input: { id: $id }) { unreadCount } }",
            json!({ "id": notification }),
        ),
        attempt(
            "cancelOrder",
            "mutation($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }",
            order_only,
        ),
        attempt(
            "removeFromCart",
            "mutation($id: ID!) { removeFromCart(input: { lineId: $id }) { cart { id } } }",
            json!({ "id": line }),
        ),
        attempt(
            "removeAddress",
            "mutation($id: ID!) { removeAddress(input: { id: $id }) { user { id } } }",
            json!({ "id": home["id"] }),
        ),
        attempt(
            "removePaymentMethod",
            "mutation($id: ID!) { removePaymentMethod(input: { id: $id }) { removedId } }",
            json!({ "id": card }),
        ),
        attempt(
            "logout",
            "mutation($id: ID!) { logout(input: { sessionId: $id }) { ended } }",
            json!({ "id": owner.session }),
        ),
    ]
}

async fn notify(anyone: &Client, owner: &Account) -> Value {
    let admin = demo(anyone, "admin").await;
    let send = "mutation Send($input: SendNotificationInput!) { sendNotification(input: $input) { sent } }";
    let input =
        json!({ "userIds": [owner.id], "title": "Hello", "body": "There", "idempotencyKey": owner.id });
    admin.execute(send, json!({ "input": input })).await.data();
    eventually("the notification is there", || async {
        let seen = owner.client.execute("{ notifications { nodes { id } } }", json!({})).await;
        seen.data()["notifications"]["nodes"].get(0).map(|first| first["id"].clone())
    })
    .await
}

/// Goods of a vendor, with all that its sellers can do to them.
async fn shelf(anyone: &Client) -> Vec<Attempt> {
    let (offer, vendor) = plentiful_offer(anyone).await;
    let seller = demo(anyone, "seller").await;
    let levels = seller.execute(LEVELS, json!({ "id": offer })).await;
    let warehouse = levels.data()["stockLevels"][0]["warehouse"]["id"].clone();
    let found = anyone
        .execute("{ products(first: 40) { nodes { id variants { id } bestOffer { id } } } }", json!({}))
        .await;
    let nodes = found.data()["products"]["nodes"].as_array().unwrap().clone();
    let product = nodes.iter().find(|node| node["bestOffer"]["id"] == offer).unwrap();
    let (product, variant) = (&product["id"], &product["variants"][0]["id"]);
    let own = json!({ "v": vendor });
    let of_product = json!({ "id": product });
    let media =
        anyone.execute("query($id: ID!) { product(id: $id) { media { id } } }", of_product.clone()).await;
    let media = media.data()["product"]["media"].as_array().unwrap().clone();
    let ids: Vec<Value> = media.iter().map(|media| media["id"].clone()).collect();
    let upload = seller.execute(UPLOAD, of_product.clone()).await;
    let upload = &upload.data()["createMediaUpload"]["upload"]["id"];
    let buyer = Account::register(anyone).await.client;
    let shipment = shipment_of(&buyer, &place_order(&buyer, &offer, "tok_approve").await).await;
    vec![
        attempt(
            "splitShipment",
            "mutation($id: ID!, $line: ID!) { splitShipment(input: { shipmentId: $id, items: [{ lineId: $line, quantity: 1 }] }) { __typename } }",
            json!({ "id": shipment["id"], "line": shipment["items"][0]["lineId"] }),
        )
        .by_strangers_alone(),
        attempt(
            "packShipment",
            "mutation($id: ID!) { packShipment(input: { shipmentId: $id }) { __typename } }",
            json!({ "id": shipment["id"] }),
        ),
        attempt(
            "carrierRates",
            "query($id: ID!) { carrierRates(shipmentId: $id) { carrier } }",
            json!({ "id": shipment["id"] }),
        ),
        attempt(
            "handOverShipment",
            "mutation($id: ID!) { handOverShipment(input: { shipmentId: $id }) { __typename } }",
            json!({ "id": shipment["id"] }),
        ),
        attempt("warehouses", "query($v: ID!) { warehouses(vendorId: $v) { code } }", own.clone()),
        attempt("warehouse", "query($id: ID!) { warehouse(id: $id) { code } }", json!({ "id": warehouse })),
        attempt("offer", "query($id: ID!) { offer(id: $id) { id } }", json!({ "id": offer })),
        attempt(
            "offers",
            "query($v: ID!) { offers(filter: { vendorId: $v }) { nodes { id } } }",
            own.clone(),
        ),
        attempt("stockLevels", LEVELS, json!({ "id": offer })),
        attempt(
            "stockMovements",
            "query($id: ID!) { stockMovements(offerId: $id) { nodes { kind } } }",
            json!({ "id": offer }),
        ),
        attempt(
            "vendorOrderReceived",
            "subscription($v: ID!) { vendorOrderReceived(vendorId: $v) { id } }",
            own.clone(),
        )
        .by_strangers_alone(),
        attempt(
            "createProduct",
            "mutation($v: ID!) { createProduct(input: { vendorId: $v, slug: \"owned\", translations: [{ language: \"en\", name: \"Owned\" }] }) { __typename } }",
            own.clone(),
        ),
        attempt(
            "updateProduct",
            "mutation($id: ID!) { updateProduct(input: { id: $id, weightGrams: 5 }) { __typename } }",
            of_product.clone(),
        ),
        attempt(
            "createVariant",
            "mutation($id: ID!) { createVariant(input: { productId: $id, sku: \"OWNED-1\" }) { __typename } }",
            of_product.clone(),
        ),
        attempt(
            "updateVariant",
            "mutation($id: ID!) { updateVariant(input: { id: $id, weightGrams: 5 }) { __typename } }",
            json!({ "id": variant }),
        ),
        attempt(
            "setOffer",
            "mutation($id: ID!, $v: ID!) { setOffer(input: { variantId: $id, vendorId: $v, prices: [] }) { __typename } }",
            json!({ "id": variant, "v": vendor }),
        ),
        attempt(
            "updateWarehouse",
            "mutation($id: ID!) { updateWarehouse(input: { id: $id, name: \"Owned\" }) { __typename } }",
            json!({ "id": warehouse }),
        ),
        attempt(
            "removeOfferPrice",
            "mutation($id: ID!) { removeOfferPrice(input: { offerId: $id, currency: \"EUR\" }) { __typename } }",
            json!({ "id": offer }),
        ),
        attempt(
            "createWarehouse",
            "mutation($v: ID!) { createWarehouse(input: { vendorId: $v, code: \"owned\", name: \"Owned\", country: \"DE\" }) { __typename } }",
            own,
        ),
        attempt(
            "adjustStock",
            "mutation($id: ID!, $w: ID!) { adjustStock(input: { offerId: $id, warehouseId: $w, delta: 1, reason: \"counted\" }) { __typename } }",
            json!({ "id": offer, "w": warehouse }),
        ),
        attempt("createMediaUpload", UPLOAD, of_product.clone()),
        attempt(
            "createMedia",
            "mutation($id: ID!, $u: ID!) { createMedia(input: { productId: $id, uploadId: $u, alt: [{ language: \"en\", text: \"Owned\" }] }) { media { id } } }",
            json!({ "id": product, "u": upload }),
        )
        .by_strangers_alone(),
        attempt(
            "updateMedia",
            "mutation($id: ID!) { updateMedia(input: { id: $id, alt: [{ language: \"en\", text: \"Owned\" }] }) { media { id } } }",
            json!({ "id": ids[0] }),
        ),
        attempt(
            "reorderMedia",
            "mutation($id: ID!, $ids: [ID!]!) { reorderMedia(input: { productId: $id, mediaIds: $ids }) { product { id } } }",
            json!({ "id": product, "ids": ids }),
        ),
        attempt(
            "removeMedia",
            "mutation($id: ID!) { removeMedia(input: { id: $id }) { product { id } } }",
            json!({ "id": ids[0] }),
        ),
        attempt(
            "archiveProduct",
            "mutation($id: ID!) { archiveProduct(input: { id: $id }) { product { id } } }",
            of_product,
        ),
    ]
}

const UPLOAD: &str = "mutation($id: ID!) { createMediaUpload(input: { productId: $id }) { upload { id } } }";
const LEVELS: &str = "query($id: ID!) { stockLevels(offerId: $id) { onHand warehouse { id } } }";

async fn stock(seller: &Client, offer: &Value) -> i64 {
    let levels = seller.execute(LEVELS, json!({ "id": offer })).await;
    levels.data()["stockLevels"].as_array().unwrap().iter().filter_map(|level| level["onHand"].as_i64()).sum()
}
