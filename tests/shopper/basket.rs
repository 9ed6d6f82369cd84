//! What an owner's cart must hold, by what was put into it and taken out.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// Shared by all tabs and sessions of an owner.
#[derive(Debug, Default)]
pub struct Basket(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By SKU: added and merged, less removed.
    put: BTreeMap<String, i64>,
    orders: BTreeMap<String, Fate>,
}

/// What an order's session did with it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Kept,
    /// The customer called it off, and the shop agreed.
    Cancelled,
    /// Staff gave all the money back.
    Refunded,
}

impl Basket {
    pub fn put(&self, sku: &str, quantity: i64) {
        *self.0.lock().unwrap().put.entry(sku.to_owned()).or_default() += quantity;
    }

    /// True if the order was not known.
    pub fn ordered(&self, order: &str) -> bool {
        let mut state = self.0.lock().unwrap();
        let known = state.orders.contains_key(order);
        state.orders.entry(order.to_owned()).or_insert(Fate::Kept);
        !known
    }

    /// Who calls an order off and gives its money back in two tabs has called it off, whichever answer comes first.
    pub fn end(&self, order: &str, fate: Fate) {
        let mut state = self.0.lock().unwrap();
        let was = state.orders.entry(order.to_owned()).or_insert(fate);
        if *was != Fate::Cancelled {
            *was = fate;
        }
    }

    pub fn orders(&self) -> Vec<(String, Fate)> {
        self.0.lock().unwrap().orders.iter().map(|(id, fate)| (id.clone(), *fate)).collect()
    }

    pub fn contents(&self) -> BTreeMap<String, i64> {
        self.0.lock().unwrap().put.clone()
    }
}
