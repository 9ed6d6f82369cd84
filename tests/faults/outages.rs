//! A database that is away for a while: what callers and operators learn of it, and that all is well afterwards.

use serde_json::{Value, json};

use super::race::{ADD, scarce_offer};
use crate::support::{Answer, Client, Installation, Shape, eventually};

/// Says that it is away and when to come again, and nothing of what is wrong inside.
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.codes(), ["UNAVAILABLE"], "{:#}", answer.0);
    let error = &answer.0["errors"][0];
    assert_eq!(error["message"], "the data cannot be reached at the moment; try again");
    assert_eq!(error["extensions"]["retryAfter"], 5, "{error:#}");
    assert!(error["extensions"]["traceId"].is_string(), "{error:#}");
}

/// What the gateway says of its subgraphs: the status of readiness, the names that fail, and who is said to be healthy.
async fn told(client: &Client) -> (u16, Vec<String>, Vec<bool>) {
    let ready = client.http().get(client.url("/health/ready")).send().await.unwrap();
    let code = ready.status().as_u16();
    let ready: Value = ready.json().await.unwrap();
    let failing = ready["failing"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let status = client.http().get(client.url("/api/status")).send().await.unwrap();
    let status: Value = status.json().await.unwrap();
    let services = status["services"].as_array().unwrap().iter();
    (code, failing.collect(), services.map(|service| service["healthy"].as_bool().unwrap()).collect())
}

/// Check 58: while a database is away, callers get UNAVAILABLE with the time to wait; afterwards they are served, and what
/// was answered before is still there.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_told_to_try_again_while_the_database_is_away() {
    let shop = Installation::start(Shape::Whole).await;
    let guest = shop.client().as_guest("guest-before-a-closed-door");
    let (offer, _) = scarce_offer(&guest, 2).await;
    let add = json!({ "input": { "offerId": offer, "quantity": 1 } });
    guest.execute(ADD, add.clone()).await.data();
    let withheld = shop.store.withhold("orders").await;
    assert_unavailable(&guest.execute(ADD, add.clone()).await);
    if shop.store.postgres.is_some() {
        assert_unavailable(&guest.execute("{ cart { totalQuantity } }", json!({})).await);
        let login =
            "mutation { login(input: { email: \"nobody@example.org\", password: \"wrong-password\" }) {
            __typename
        } }";
        assert_unavailable(&guest.execute(login, json!({})).await);
        let request = guest.http().post(guest.url("/graphql")).header("x-api-key", "a-key-that-nobody-knows");
        let answer = request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"5".parse().unwrap())
        );
        assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    }
    drop(withheld);
    let added = eventually("the cart is there again", || async {
        let answer = guest.execute(ADD, add.clone()).await;
        answer.codes().is_empty().then(|| answer.data()["addToCart"]["cart"]["totalQuantity"].clone())
    });
    assert_eq!(added.await, 2, "what was refused changed nothing");
}

/// Check 58: readiness and status say which subgraphs cannot serve: all whose database of PostgreSQL takes no connections,
/// and one whose file of SQLite is gone.
#[tokio::test(flavor = "multi_thread")]
async fn readiness_and_status_tell_of_a_database_that_is_away() {
    let shop = Installation::start(Shape::Whole).await;
    let client = shop.client();
    let all_is_well = || async {
        let (code, failing, healthy) = told(&client).await;
        (code == 200 && failing.is_empty() && healthy.iter().all(|healthy| *healthy)).then_some(())
    };
    eventually("all is well", all_is_well).await;
    if shop.store.postgres.is_some() {
        let withheld = shop.store.withhold("orders").await;
        eventually("nothing is ready", || async {
            let (code, failing, healthy) = told(&client).await;
            (code == 503 && failing.len() == healthy.len() && healthy.iter().all(|healthy| !healthy))
                .then_some(())
        })
        .await;
        drop(withheld);
    } else {
        let file = shop.store.data_dir().join("orders.db");
        let aside = shop.store.folder.path().join("orders.db.aside");
        std::fs::rename(&file, &aside).unwrap();
        eventually("orders is not ready", || async {
            let (_, failing, healthy) = told(&client).await;
            (failing == ["orders"] && healthy.iter().filter(|healthy| !**healthy).count() == 1).then_some(())
        })
        .await;
        std::fs::rename(&aside, &file).unwrap();
    }
    eventually("all is well again", all_is_well).await;
}

/// What may lag is read from the primary while the replica is away, and nobody is told that the shop is not ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_away_keeps_nobody_from_reading() {
    const LIST: &str = "{ products(first: 5) { nodes { id } } }";
    let mut shop = Installation::prepare(Shape::Whole, "");
    let Some(replica) = shop.store.replica() else { return };
    shop.seed().await;
    shop.reconfigure("[database]\n", &format!("[database]\nreplica_url = {:?}\n", replica.url));
    shop.start_all(None).await;
    let client = shop.client();
    client.execute(LIST, json!({})).await.data();
    replica.cut();
    for _ in 0..8 {
        client.execute(LIST, json!({})).await.data();
        assert_eq!(told(&client).await.0, 200);
    }
}
