//! The payloads of the events, all that subgraphs share: a module per topic, a JSON Schema each under `schemas/`.
//!
//! Invariants: payloads carry ids, amounts and states, never personal data. A field is added as `Option` or with a
//! default, so that old events and old consumers stay readable; any other change is a new version, which consumers
//! learn to read one release before it is published. Deliberately absent: behaviour.

pub mod catalog;
pub mod orders;
pub mod payments;
pub mod users;

mod shape;

use platform_events::Event;
use schemars::{JsonSchema, Schema};

/// One kind of event: what it is called and what its payload looks like.
pub struct Contract {
    pub topic: &'static str,
    pub kind: &'static str,
    pub version: u16,
    pub schema: Schema,
}

impl Contract {
    fn of<E: Event + JsonSchema>() -> Self {
        Self { topic: E::TOPIC, kind: E::TYPE, version: E::VERSION, schema: schemars::schema_for!(E) }
    }

    /// The name of its schema's file under `schemas/`.
    pub fn file_name(&self) -> String {
        format!("{}.{}.v{}.json", self.topic, self.kind, self.version)
    }
}

/// Every event there is.
pub fn contracts() -> Vec<Contract> {
    vec![
        Contract::of::<catalog::ProductUpdated>(),
        Contract::of::<catalog::StockChanged>(),
        Contract::of::<catalog::ReservationExpired>(),
        Contract::of::<orders::OrderPlaced>(),
        Contract::of::<orders::OrderPaid>(),
        Contract::of::<orders::OrderCancelled>(),
        Contract::of::<orders::OrderCompleted>(),
        Contract::of::<orders::OrderClaimed>(),
        Contract::of::<payments::PaymentAuthorized>(),
        Contract::of::<payments::PaymentSucceeded>(),
        Contract::of::<payments::PaymentFailed>(),
        Contract::of::<payments::PaymentRefunded>(),
        Contract::of::<users::UserRegistered>(),
    ]
}

/// Declares a payload to be the event of its own name.
macro_rules! event {
    ($payload:ident, topic: $topic:literal, version: $version:literal, key: $key:ident) => {
        impl platform_events::Event for $payload {
            const TYPE: &'static str = stringify!($payload);
            const VERSION: u16 = $version;
            const TOPIC: &'static str = $topic;

            fn key(&self) -> String {
                self.$key.to_string()
            }
        }
    };
}

use event;
