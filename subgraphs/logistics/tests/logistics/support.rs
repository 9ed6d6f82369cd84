//! What the tests share: deliveries as a checkout plans them, and what happens to their orders.

use chrono::{DateTime, Utc};
use contracts::orders::OrderPaid;
use logistics::LogisticsSubgraph;
use platform_commerce::{CurrencyCode, Money};
use platform_core::Clock;
use platform_core::id::{OrderId, OrderLineId, UserId, VendorId, VendorOrderId, WarehouseId};
use platform_identity::{Role, Scope};
use platform_testkit::{Answer, TestClient, TestSubgraph, TestSubgraphBuilder, eventually_some};
use serde_json::{Value, json};

pub type App = TestSubgraph<LogisticsSubgraph>;

pub const GUEST: &str = "guest-of-this-device";
pub const SHIPMENTS: &str =
    "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { shipments {
    id status trackingNumber trackingToken attempts version vendor { id } items { lineId quantity name }
    events { status source place note } } } } }";

const PLAN: &str = "mutation ($input: PlanDeliveryInput!) { planDelivery(input: $input) { __typename } }";
const STOP: &str =
    "mutation ($key: String!, $rest: Boolean!) { stopDelivery(input: { key: $key, rest: $rest }) {
    __typename ... on DeliveryUnderway { shipped { lineId quantity } } } }";

/// An order between its checkout and its delivery: two of one thing from one vendor.
#[derive(Clone)]
pub struct Purchase {
    pub order: OrderId,
    pub user: Option<UserId>,
    pub guest: Option<&'static str>,
    pub parcels: Vec<Value>,
    pub address: Value,
    /// By which service, if its checkout knows.
    pub service: Value,
}

/// A vendor's part of an order, from one warehouse.
pub struct Part {
    pub vendor: VendorId,
    pub part: VendorOrderId,
    pub line: OrderLineId,
}

impl Part {
    pub fn new(app: &App, vendor: VendorId) -> Self {
        Self { vendor, part: app.ids().next(), line: app.ids().next() }
    }

    /// So many of its pieces from a warehouse.
    pub fn parcel(&self, app: &App, warehouse: Option<WarehouseId>, quantity: i32) -> Value {
        let item = json!({
            "lineId": self.line, "offerId": app.ids().next::<OrderId>(), "variantId": app.ids().next::<OrderId>(),
            "productId": app.ids().next::<OrderId>(), "name": "Lamp", "variantName": "red", "sku": "SKU",
            "quantity": quantity,
        });
        json!({ "vendorOrderId": self.part, "vendorId": self.vendor, "warehouseId": warehouse, "items": [item] })
    }
}

impl Purchase {
    /// Of a user, with these parcels.
    pub fn of(app: &App, parcels: Vec<Value>) -> Self {
        Self {
            order: app.ids().next(),
            user: Some(app.ids().next()),
            guest: None,
            parcels,
            address: City::elsewhere(),
            service: Value::Null,
        }
    }

    pub fn key(&self) -> String {
        format!("order:{}", self.order)
    }

    pub fn buyer(&self, app: &App) -> TestClient {
        match self.user {
            Some(user) => app.as_user(user),
            None => app.as_guest().with_guest(GUEST),
        }
    }

    /// Whose goods they are.
    pub fn vendor(&self) -> VendorId {
        serde_json::from_value(self.parcels[0]["vendorId"].clone()).unwrap()
    }

    pub async fn plan(&self, app: &App) -> Answer {
        self.plan_under(app, &self.key()).await
    }

    pub async fn plan_under(&self, app: &App, key: &str) -> Answer {
        let input = json!({
            "key": key, "orderId": self.order, "orderNumber": "K7QF-2M9X", "userId": self.user,
            "guestId": self.guest, "parcels": self.parcels, "expiresAt": "2999-01-01T00:00:00Z",
            "address": self.address, "service": self.service,
        });
        app.as_service("orders").execute_internal(PLAN, json!({ "input": input })).await
    }

    pub async fn stop(&self, app: &App) -> String {
        self.stop_as(app, false).await.text("stopDelivery.__typename")
    }

    /// Stops it, and with `rest` what has not left of it.
    pub async fn stop_as(&self, app: &App, rest: bool) -> Answer {
        let variables = json!({ "key": self.key(), "rest": rest });
        app.as_service("orders").execute_internal(STOP, variables).await
    }

    /// Its order is paid.
    pub fn pay(&self, app: &App) {
        app.publish(&OrderPaid {
            order_id: self.order,
            number: "K7QF-2M9X".to_owned(),
            user_id: self.user,
            payment_id: None,
            total: Money::from_minor(2_499, CurrencyCode::EUR),
        });
    }

    /// Its shipments, as its buyer sees them.
    pub async fn shipments(&self, app: &App) -> Vec<Value> {
        let of = json!([{ "__typename": "Order", "id": self.order }]);
        let seen = self.buyer(app).execute(SHIPMENTS, json!({ "of": of })).await;
        seen.at("_entities.0.shipments").as_array().cloned().unwrap_or_default()
    }

    /// Plans and pays it; returns its shipments, once they are there.
    pub async fn ship(&self, app: &App) -> Vec<Value> {
        assert_eq!(self.plan(app).await.text("planDelivery.__typename"), "DeliveryPlanned");
        self.pay(app);
        eventually_some(|| async { Some(self.shipments(app).await).filter(|made| !made.is_empty()) }).await
    }
}

/// A paid order of two pieces from one vendor; its one shipment.
pub async fn one_shipment(app: &App, vendor: VendorId) -> (Purchase, Part, Value) {
    let part = Part::new(app, vendor);
    let purchase = Purchase::of(app, vec![part.parcel(app, None, 2)]);
    let mut shipments = purchase.ship(app).await;
    assert_eq!(shipments.len(), 1, "{shipments:?}");
    (purchase, part, shipments.pop().unwrap())
}

/// A paid order of a piece of something, to be brought to an address; its one shipment, which is with its carrier.
pub async fn one_shipment_to(app: &App, address: Value) -> (Purchase, Value) {
    let part = Part::new(app, app.ids().next());
    let purchase = Purchase { address, ..Purchase::of(app, vec![part.parcel(app, None, 1)]) };
    let shipment = purchase.ship(app).await.pop().unwrap();
    let seller = seller(app, purchase.vendor());
    assert_eq!(handle(&seller, "handOverShipment", &shipment).await, "ShipmentPayload");
    (purchase, shipment)
}

/// Addresses.
pub enum City {}

impl City {
    /// Of a house in the bundled city.
    pub fn address(house: u64) -> Value {
        let city = platform_geo::City::bundled().unwrap();
        let address = city.address(house).unwrap();
        json!({
            "recipient": "Ann", "line1": address.line1, "city": address.city, "postalCode": address.postal_code,
            "country": address.country,
        })
    }

    /// Of a house that no courier comes to.
    pub fn elsewhere() -> Value {
        json!({
            "recipient": "Ann", "line1": "Street 1", "city": "Bonn", "postalCode": "53111", "country": "DE",
        })
    }
}

/// Couriers with a depot in the bundled city, who drive all day.
pub struct Crew {
    pub couriers: Vec<TestClient>,
}

impl Crew {
    /// So many couriers, each of whom takes so many shipments.
    pub async fn of(app: &App, count: usize, capacity: i32) -> Self {
        let staff = dispatcher(app);
        let at = platform_geo::City::bundled().unwrap().address(20_000).unwrap().position;
        let depot = "mutation ($input: SetDepotInput!) { setDepot(input: $input) { depot { id } } }";
        let position = json!({ "latitude": at.latitude(), "longitude": at.longitude() });
        let input = json!({ "name": "Depot", "position": position, "timeZone": "Europe/Berlin" });
        let depot = staff.execute(depot, json!({ "input": input })).await.at("setDepot.depot.id").clone();
        let mut couriers = Vec::new();
        for n in 0..count {
            let user: UserId = app.ids().next();
            let input = json!({
                "userId": user, "name": format!("Courier {n}"), "depotId": depot, "capacity": capacity,
                "shift": { "begins": "00:00", "ends": "24:00" },
            });
            staff.mutate("setCourier", input).await.data();
            couriers.push(app.as_user(user).with_roles([Role::Courier]));
        }
        Self { couriers }
    }
}

/// Nothing is planned but by staff.
pub fn builder() -> TestSubgraphBuilder<LogisticsSubgraph> {
    TestSubgraph::builder().configure(|config| config.fulfilment.plan_routes = false)
}

/// Puts the clock forward to a moment.
pub fn go_to(app: &App, moment: &str) {
    let moment: DateTime<Utc> = moment.parse().unwrap();
    app.clock().advance((moment - app.clock().now()).to_std().unwrap());
}

pub fn seller(app: &App, vendor: VendorId) -> TestClient {
    app.as_user(app.ids().next()).with_scopes([Scope::Vendor(vendor), Scope::ShipmentsPack])
}

pub fn dispatcher(app: &App) -> TestClient {
    app.as_user(app.ids().next()).with_scopes([Scope::ShipmentsManage, Scope::ShipmentsRead])
}

/// Staff writes down what happened to a shipment; the name of the outcome's type.
pub async fn record(staff: &TestClient, shipment: &Value, kind: &str) -> String {
    let input = json!({ "shipmentId": shipment["id"], "kind": kind });
    staff.mutate("recordShipmentEvent", input).await.text("recordShipmentEvent.__typename")
}

/// What a seller or staff does with a shipment; the name of the outcome's type.
pub async fn handle(client: &TestClient, mutation: &str, shipment: &Value) -> String {
    let done = client.mutate(mutation, json!({ "shipmentId": shipment["id"] })).await;
    done.text(&format!("{mutation}.__typename"))
}
