//! Check 32: processes that are killed in the middle of a checkout, of its undoing and of a cancellation.
//!
//! Every part of the shop is a process of its own, and one is armed at a time: it dies at the fail point that it is
//! given, and its successor is armed with the next. What a dead process leaves behind is taken over when its lease ends,
//! beside the next deaths or after them. At the end everything has to be decided, and to add up.

mod invariants;
mod purchases;
mod stuck;

use crate::support::{Installation, Shape};
use invariants::Books;
use purchases::{Course, Purchases};

/// Long enough that a saga's next owner is rarely the next process to die, short enough not to be waited for.
const CONFIGURATION: &str = "[jobs]\nlease_ms = 8000\npoll_interval_ms = 200\n";
/// More commits than any part makes for one purchase.
const MANY: u32 = 40;

/// The parts that take part in a checkout.
const PARTS: [&str; 4] = ["orders", "payments", "catalog", "logistics"];

async fn open() -> Installation {
    let mut shop = Installation::prepare(Shape::Apart, CONFIGURATION);
    shop.seed().await;
    shop.start_all(None).await;
    shop
}

/// Orders are killed at each fail point that `souk saga fail-points` lists: before and after every step and every undo.
/// One that is listed and not passed fails the test.
#[tokio::test(flavor = "multi_thread")]
async fn every_fail_point_of_the_sagas_is_survived() {
    let mut shop = open().await;
    let books = Books::open(&shop).await;
    let (succeeded, text) = shop.run(&["saga", "fail-points"]).await;
    assert!(succeeded, "{text}");
    let points: Vec<&str> = text.lines().filter(|line| line.starts_with("saga.")).collect();
    assert!(points.len() > 20, "{text}");
    let mut purchases = Purchases::prepare(&shop, &books, points.len()).await;
    for point in points {
        let was_hit = dies(&mut shop, &mut purchases, "orders", point, course(point)).await;
        assert!(was_hit, "no purchase passes {point}");
    }
    all_is_well(&mut shop, &purchases, &books).await;
}

/// What has to happen for a checkout or cancellation to come to a fail point.
fn course(point: &str) -> Course {
    match (point.starts_with("saga.cancellation."), point.contains(".undo.")) {
        (true, _) => Course::PaidAndCancelled,
        (false, false) => Course::Paid,
        (false, true) if point.contains(".commit_holds.") => Course::HoldFellFree,
        (false, true) => Course::Declined,
    }
}

/// Each part that takes part in a checkout is killed on both sides of commits that it makes: of every third, and with
/// `SOUK_KILLS=all` of every one.
#[tokio::test(flavor = "multi_thread")]
async fn a_death_at_any_commit_of_a_checkout_is_survived() {
    at_commits(Course::Paid).await;
}

/// The same for a checkout that is undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_death_at_any_commit_of_an_undone_checkout_is_survived() {
    at_commits(Course::Declined).await;
}

async fn at_commits(course: Course) {
    let mut shop = open().await;
    let books = Books::open(&shop).await;
    // From one commit to the next at which somebody dies.
    let (pace, customers) = match std::env::var("SOUK_KILLS").is_ok_and(|kills| kills == "all") {
        true => (1, 120),
        false => (3, 60),
    };
    let mut purchases = Purchases::prepare(&shop, &books, customers).await;
    for part in PARTS {
        for side in ["before", "after"] {
            let (mut number, mut deaths) = (1, 0);
            while dies(&mut shop, &mut purchases, part, &format!("database.commit.{side}:{number}"), course)
                .await
            {
                number += pace;
                deaths += 1;
                assert!(number < MANY, "{part} commits and commits");
            }
            eprintln!("{part} was killed {side} {deaths} of its commits");
            assert!(deaths > 0, "{part} commits for a purchase");
            disarm(&mut shop, part).await;
        }
    }
    all_is_well(&mut shop, &purchases, &books).await;
}

/// Replaces the process of `part` by one that dies at `point`, and lets a customer go through `course`. False when it
/// outlives that.
async fn dies(
    shop: &mut Installation,
    purchases: &mut Purchases,
    part: &str,
    point: &str,
    course: Course,
) -> bool {
    shop.processes.get_mut(part).unwrap().kill().await;
    shop.start_process(part, &["serve", part], Some(point)).await;
    let purchase = purchases.begin(shop, course);
    let process = shop.processes.get_mut(part).unwrap();
    let outlives = tokio::select! {
        () = process.wait() => false,
        is_complete = purchase => is_complete,
    };
    if !outlives {
        process.wait().await;
    }
    !outlives
}

/// Replaces the process of `part` by one that lives.
async fn disarm(shop: &mut Installation, part: &str) {
    shop.processes.get_mut(part).unwrap().kill().await;
    shop.start_process(part, &["serve", part], None).await;
}

/// Nothing is armed any more: within a minute everything is decided, and adds up.
async fn all_is_well(shop: &mut Installation, purchases: &Purchases, books: &Books) {
    for part in PARTS {
        disarm(shop, part).await;
    }
    books.settle(shop).await;
    let sold = purchases.assert_decided().await;
    books.assert_they_add_up(sold).await;
}
