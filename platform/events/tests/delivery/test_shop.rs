//! The shop as these tests use it.

use std::sync::Arc;

use platform_core::Clock;
use platform_core::clock::ShiftedClock;
use sea_orm::{ConnectionTrait, Statement};

use crate::shop::{Placed, Shop};
use crate::support::TestDatabase;

/// A shop with databases of its own.
pub struct TestShop {
    shop: Shop,
    pub test: TestDatabase,
    pub clock: Arc<ShiftedClock>,
}

impl std::ops::Deref for TestShop {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.shop
    }
}

impl std::ops::DerefMut for TestShop {
    fn deref_mut(&mut self) -> &mut Shop {
        &mut self.shop
    }
}

impl TestShop {
    pub async fn open() -> Self {
        let test = TestDatabase::create().await;
        let clock = Arc::new(ShiftedClock::default());
        Self { shop: Shop::reopen(&test.url(), test.folder.path(), clock.clone()).await, test, clock }
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// Publishes events, each in a transaction of its own.
    pub async fn publish(&self, key: &str, numbers: impl IntoIterator<Item = i64>) {
        for number in numbers {
            let tx = self.orders_database.begin().await.unwrap();
            self.orders.publish(&tx, &Placed { key: key.to_owned(), number }).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// How many events the consumers of `stock` remember.
    pub async fn inbox(&self) -> i64 {
        let read = self.stock_database.read();
        let sql = "SELECT count(*) AS count FROM inbox";
        let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get("", "count").unwrap()
    }

    /// The numbers the consumer has seen of a key, in order.
    pub async fn numbers(&self, consumer: &str, key: &str) -> Vec<i64> {
        self.seen(consumer).await.into_iter().filter(|(k, _)| k == key).map(|(_, number)| number).collect()
    }
}
