//! The payloads of the events, all that subgraphs share: a module per topic, a JSON Schema each under `schemas/`.
//!
//! Invariants: payloads carry ids, amounts and states, never personal data. A field is added as `Option` or with a
//! default, so that old events and old consumers stay readable; any other change is a new version, which consumers
//! learn to read one release before it is published. Deliberately absent: behaviour.

pub mod catalog;
pub mod logistics;
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
    /// The field of the payload whose events keep their order.
    pub key: &'static str,
    /// Its description says when the event is published.
    pub schema: Schema,
}

impl Contract {
    fn of<E: Event + JsonSchema>(key: &'static str) -> Self {
        Self { topic: E::TOPIC, kind: E::TYPE, version: E::VERSION, key, schema: schemars::schema_for!(E) }
    }

    /// When it is published: the first paragraph of the payload's documentation, on one line.
    pub fn description(&self) -> String {
        let text = self.schema.get("description").and_then(|text| text.as_str()).unwrap_or_default();
        text.split("\n\n").next().unwrap_or_default().replace('\n', " ")
    }

    /// The name of its schema's file under `schemas/`.
    pub fn file_name(&self) -> String {
        format!("{}.{}.v{}.json", self.topic, self.kind, self.version)
    }
}

/// Every event there is, by topic.
pub fn contracts() -> Vec<Contract> {
    let topics = [
        users::contracts(),
        catalog::contracts(),
        orders::contracts(),
        payments::contracts(),
        logistics::contracts(),
    ];
    topics.into_iter().flatten().collect()
}

/// Declares the payloads of a topic, whose module it stands in, to be the events of their own names.
macro_rules! events {
    (topic: $topic:literal, $($payload:ident { version: $version:literal, key: $key:ident }),+ $(,)?) => {
        $(
            impl platform_events::Event for $payload {
                const TYPE: &'static str = stringify!($payload);
                const VERSION: u16 = $version;
                const TOPIC: &'static str = $topic;

                fn key(&self) -> String {
                    self.$key.to_string()
                }
            }
        )+

        pub(crate) fn contracts() -> Vec<crate::Contract> {
            vec![$(crate::Contract::of::<$payload>(stringify!($key))),+]
        }
    };
}

use events;
