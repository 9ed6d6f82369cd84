//! A store with the demo's data, made once for all tests that run beside each other.

use std::sync::{Arc, Weak};

use tokio::sync::Mutex;

use super::{Installation, Shape, Store};

/// The store from which others are copied; it is dropped with the last test that has copied it.
pub async fn seeded() -> Arc<Store> {
    static TEMPLATE: Mutex<Weak<Store>> = Mutex::const_new(Weak::new());
    let mut template = TEMPLATE.lock().await;
    if let Some(store) = template.upgrade() {
        return store;
    }
    let installation = Installation::prepare(Shape::Whole, "");
    installation.migrate().await;
    let (succeeded, text) = installation.run(&["seed"]).await;
    assert!(succeeded, "souk seed: {text}");
    let store = Arc::new(installation.store);
    *template = Arc::downgrade(&store);
    store
}
