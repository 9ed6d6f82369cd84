//! The sandbox's carrier: an outside carrier in miniature, with books of its own, that speaks the API of docs/carriers.md. It
//! brings nothing.
//!
//! Invariants: what happens to a parcel follows from when its label was bought and from the clock; its webhooks are signed
//! and come in where any carrier's do. Deliberately absent: the shop's shipments, of which it knows what the API tells.

mod books;
mod routes;
mod store;
mod webhooks;
mod wire;

pub use routes::routes;
pub use webhooks::SandboxWebhook;

/// A way in which it brings parcels: how it is ordered, what it is called, what it costs in cents, and how many seconds lie
/// between two steps.
struct Service {
    code: &'static str,
    name: &'static str,
    cents: u32,
    seconds: i64,
}

const SERVICES: [Service; 2] = [
    Service { code: "standard", name: "Standard parcel", cents: 590, seconds: 60 },
    Service { code: "express", name: "Express parcel", cents: 1_490, seconds: 15 },
];

/// Something that happens to each parcel: its code, what it is called, and where.
struct Step(&'static str, &'static str, Option<&'static str>);

/// In this order. Not every code means something to the shop, as with any carrier.
const STEPS: [Step; 5] = [
    Step("ACCEPTED", "The parcel is announced", None),
    Step("IN_TRANSIT", "On its way to the sorting centre", Some("Sorting centre")),
    Step("WEIGHED", "Weighed anew", Some("Sorting centre")),
    Step("OUT_FOR_DELIVERY", "In the van", Some("Depot")),
    Step("DELIVERED", "Handed to the recipient", None),
];
