//! A random shopper: sessions of guests and users, in several tabs, with coupons, points, challenges, declines, cancels,
//! refunds and claims, while products come and go and sellers send what was ordered. Whatever they did, the books add up afterwards.
//!
//! 300 sessions by default. The long run, with accounts used again and again:
//! `SOUK_SHOPPER_SESSIONS=100000 cargo test --release -p souk --test integration random_shoppers -- --nocapture`.
//! `SOUK_SHOPPER_SEED` repeats a run's choices; their order in time is the scheduler's.

mod actions;
mod api;
mod basket;
mod books;
mod findings;
mod parcels;
mod returns;
mod session;
mod sums;
mod world;

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;

use crate::support::{Installation, Shape};
use findings::Findings;
use session::Session;
use world::World;

/// Sessions at one time.
const AT_ONCE: usize = 24;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Checks 24, 28, 46, 47, 48 and 49, under sessions that nobody wrote down.
#[tokio::test(flavor = "multi_thread")]
async fn random_shoppers_leave_books_that_add_up() {
    let sessions = setting("SOUK_SHOPPER_SESSIONS", 300);
    let seed = setting("SOUK_SHOPPER_SEED", 2_026);
    // A long run takes hours, and its shoppers stay signed in.
    let mut shop = Installation::prepare(Shape::Whole, "[gateway.jwt]\nmax_lifetime = 90000000\n");
    shop.reconfigure("[auth]\n", "[auth]\naccess_ttl_s = 86400\n");
    shop.seed().await;
    shop.start_all(None).await;
    let findings = Findings::default();
    let world = Arc::new(World::open(&shop, (sessions / 4).clamp(4, 500), findings.clone()).await);
    stream::iter(0..sessions)
        .for_each_concurrent(AT_ONCE, |number| {
            let session = Session::new(world.clone(), seed.wrapping_add(number));
            async move { session.run().await }
        })
        .await;
    books::settle(&shop, &world).await;
    books::check(&world).await;
    findings.assert_none();
}
