//! A folder that was started with the demo, and is started without.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, fresh_id};

const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) {
    __typename ... on LoginSuccess { tokens { accessToken refreshToken } }
} }";
const REFRESH: &str = "mutation ($input: RefreshTokenInput!) { refreshToken(input: $input) { __typename } }";
const OFFER: &str = "{ products(first: 20) { nodes { variants { offers { id available } } } } }";
const ADD: &str = "mutation ($input: AddToCartInput!) { addToCart(input: $input) { __typename } }";
const PLACE: &str = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on PlaceOrderPayload { order { status } }
} }";

fn credentials(role: &str) -> Value {
    json!({ "input": { "email": format!("{role}@demo.souk.example"), "password": "souk-demo-2026" } })
}

/// Check 51: no sandbox, no demo login, no demo key, no pages for developers; and the start says what is there.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_demo_nothing_of_it_can_be_used() {
    let mut shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let tokens = anyone.execute(LOGIN, credentials("admin")).await.data()["login"]["tokens"].clone();
    let held = anyone.with_token(tokens["accessToken"].as_str().unwrap());
    let me = "{ me { email } }";
    assert!(held.execute(me, json!({})).await.data()["me"].is_object());
    let given = Given::by(&held, &anyone).await;
    shop.processes.get_mut("router").unwrap().kill().await;

    shop.reconfigure("data_dir", "demo = false\nmail.url = \"folder\"\ndata_dir");
    shop.start_all(None).await;
    assert!(shop.processes["router"].has_said("warning: this folder was started with demo data"));
    let (_, text) = shop.run(&["doctor"]).await;
    assert!(text.contains("WARN   demo users: this folder was started with demo data"), "{text}");
    given.is_not_in_force(&shop, &text).await;
    let (seeded, text) = shop.run(&["seed"]).await;
    assert!(!seeded && text.contains("set demo = true"), "{text}");

    let anyone = shop.client();
    for role in ["buyer", "seller", "courier", "support", "admin"] {
        let login = anyone.execute(LOGIN, credentials(role)).await;
        assert_eq!(login.data()["login"]["__typename"], "AccountBlocked", "{role}");
    }
    let refresh = json!({ "input": { "refreshToken": tokens["refreshToken"] } });
    let refreshed = anyone.execute(REFRESH, refresh).await;
    assert_eq!(refreshed.data()["refreshToken"]["__typename"], "RefreshTokenInvalid");
    assert_eq!(
        held.execute(me, json!({})).await.codes(),
        ["UNAUTHENTICATED"],
        "tokens that are out there end"
    );
    let key = anyone.with_api_key("souk_key_demo-partner-key-for-local-use-only-0000000");
    assert_eq!(key.execute("{ __typename }", json!({})).await.codes(), ["UNAUTHENTICATED"]);

    assert_eq!(anyone.execute("{ paymentGateways }", json!({})).await.data()["paymentGateways"], json!([]));
    let page = anyone.http().get(anyone.url("/")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status().as_u16(), 404, "GraphiQL is for trying things out");
    let schema = anyone.execute("{ __schema { queryType { name } } }", json!({})).await;
    assert_eq!(schema.codes(), ["INTROSPECTION_DISABLED"]);
    nothing_is_had_for_nothing(&shop).await;
    given.is_kept_by_a_command(&shop).await;
}

/// What the demo's administrator, whose password everybody knows, gave while the demo was on.
struct Given {
    user: String,
    email: String,
    partner: String,
    key: String,
}

impl Given {
    async fn by(admin: &Client, anyone: &Client) -> Self {
        let email = format!("eve-{}@example.org", fresh_id());
        let made = anyone.register(&email, PASSWORD, "Eve").await;
        let user = made["user"]["id"].as_str().unwrap().to_owned();
        let grant = "mutation ($id: ID!) { grantRole(input: { userId: $id, role: ADMIN }) { changed } }";
        admin.execute(grant, json!({ "id": user })).await.data();
        let partner = "mutation { createPartner(input: { name: \"Acme\" }) { partner { id } } }";
        let partner =
            admin.execute(partner, json!({})).await.data()["createPartner"]["partner"]["id"].clone();
        let key = "mutation ($id: ID!) {
            createApiKey(input: { partnerId: $id, name: \"ERP\", scopes: [\"orders:read\"] }) { key } }";
        let key = admin.execute(key, json!({ "id": partner })).await.data()["createApiKey"]["key"].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { user, email, partner: text(&partner), key: text(&key) }
    }

    /// `doctor`: what that command printed.
    async fn is_not_in_force(&self, shop: &Installation, doctor: &str) {
        let process = &shop.processes["router"];
        for named in [&self.user, &self.partner] {
            assert!(process.has_said(named), "the start names {named}");
            assert!(doctor.contains(named), "{doctor}");
        }
        assert!(process.has_said("`souk demo-rights keep ID`"));
        assert!(doctor.contains("WARN   rights from the demo: demo accounts"), "{doctor}");
        assert_eq!(self.roles(shop).await, json!(["BUYER"]));
        let partner = shop.client().with_api_key(&self.key);
        assert_eq!(partner.execute("{ __typename }", json!({})).await.codes(), ["UNAUTHENTICATED"]);
    }

    async fn is_kept_by_a_command(&self, shop: &Installation) {
        let (listed, text) = shop.run(&["demo-rights"]).await;
        assert!(listed && text.contains(&self.user) && text.contains(&self.partner), "{text}");
        let (kept, text) = shop.run(&["demo-rights", "keep", &self.user]).await;
        assert!(kept, "{text}");
        assert_eq!(
            self.roles(shop).await,
            json!(["BUYER", "ADMIN"]),
            "at once, beside the process that serves"
        );
        let (ended, text) = shop.run(&["demo-rights", "end", &self.partner]).await;
        assert!(ended, "{text}");
        let (again, text) = shop.run(&["demo-rights", "keep", &self.user]).await;
        assert!(!again && text.contains("nothing that the demo gave has the id"), "{text}");
    }

    async fn roles(&self, shop: &Installation) -> Value {
        let user = shop.client().log_in(&self.email, PASSWORD).await;
        user.execute("{ me { roles } }", json!({})).await.data()["me"]["roles"].clone()
    }
}

const PASSWORD: &str = "correct horse battery";

async fn nothing_is_had_for_nothing(shop: &Installation) {
    let guest = shop.client().as_guest("a-guest-without-any-money-0001");
    let offers = guest.execute(OFFER, json!({})).await;
    let offers = offers.data()["products"]["nodes"].as_array().unwrap().clone();
    let mut offers = offers
        .iter()
        .flat_map(|product| product["variants"].as_array().unwrap())
        .flat_map(|variant| variant["offers"].as_array().unwrap());
    let offer = offers.find(|offer| offer["available"].as_i64() > Some(0)).unwrap();
    let input = json!({ "input": { "offerId": offer["id"], "quantity": 1 } });
    guest.execute(ADD, input).await.data();
    let address = json!({
        "recipient": "N. N.", "line1": "Torstr. 1", "city": "Berlin", "postalCode": "10119", "country": "DE",
    });
    let input = json!({ "input": {
        "idempotencyKey": "for-nothing-0001", "email": "nobody@example.com", "shippingAddress": address,
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    } });
    let placed = guest.execute(PLACE, input).await;
    let order = &placed.0["data"]["placeOrder"]["order"];
    assert!(!placed.0.to_string().contains("GRAPHQL_VALIDATION_FAILED"), "{:#}", placed.0);
    assert!(order["status"] != "PAID" && order["status"] != "CONFIRMED", "{:#}", placed.0);
}

/// An explicit setting keeps the sandbox without the demo, and each start says what that means.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_without_the_demo_is_warned_of_at_each_start() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.reconfigure("data_dir", "demo = false\nmail.url = \"folder\"\nsandbox_gateway = true\ndata_dir");
    shop.migrate().await;
    for _ in 0..2 {
        shop.start_all(None).await;
        let process = shop.processes.get_mut("router").unwrap();
        assert!(process.has_said("warning: sandbox_gateway is on"));
        process.kill().await;
    }
    let (healthy, text) = shop.run(&["doctor"]).await;
    assert!(healthy && text.contains("WARN   payments: sandbox_gateway is on"), "{text}");
}
