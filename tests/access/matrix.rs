//! Check 17: every role × every root field, as real requests through the router, expected from the rules in the SDL.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use platform_core::{Ids, SystemClock};
use platform_identity::{Identity, Role};
use platform_testkit::{RootOperation, root_operations};
use serde_json::json;

use super::rules::schemas;
use crate::support::{Answer, Client, Installation, Shape};

/// How long a subscription that is let in may have nothing to say.
const SILENCE: Duration = Duration::from_secs(1);

/// What a login of each role may do, as it was decided; written down here, so that a role that comes to mean more
/// fails. A seller has `vendor:…` besides, which no rule of a field names.
const ROLES: [(&str, Role, &[&str]); 5] = [
    ("buyer", Role::Buyer, &[]),
    ("seller", Role::Seller, &["catalog:write", "shipments:pack", "stock:read", "stock:write"]),
    ("courier", Role::Courier, &[]),
    (
        "support",
        Role::Support,
        &[
            "catalog:read-all",
            "customers:read",
            "notifications:send",
            "orders:manage",
            "orders:read",
            "payments:read",
            "shipments:manage",
            "shipments:read",
            "stock:read",
            "users:read",
        ],
    ),
    (
        "admin",
        Role::Admin,
        &[
            "audit:read",
            "catalog:read-all",
            "catalog:write",
            "coupons:write",
            "customers:read",
            "ledger:read",
            "notifications:send",
            "orders:manage",
            "orders:read",
            "partners:manage",
            "payments:manage",
            "payments:read",
            "roles:grant",
            "shipments:manage",
            "shipments:pack",
            "shipments:read",
            "stock:read",
            "stock:write",
            "users:manage",
            "users:read",
            "vendors:all",
        ],
    ),
];

/// A guest or the login of a role.
struct Caller {
    name: &'static str,
    identity: Identity,
}

impl Caller {
    /// In a session of its own: mutations end sessions.
    async fn client(&self, anyone: &Client) -> Client {
        match self.identity.user {
            Some(_) => anyone.log_in(&format!("{}@demo.souk.example", self.name), "souk-demo-2026").await,
            None => anyone.as_guest("guest-of-the-access-matrix"),
        }
    }
}

fn callers() -> Vec<Caller> {
    let guest = Identity::guest();
    let ids = Ids::new(std::sync::Arc::new(SystemClock));
    let logins = ROLES.map(|(name, role, scopes)| Caller {
        name,
        identity: Identity {
            user: Some(ids.next()),
            roles: BTreeSet::from([Role::Buyer, role]),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            ..guest.clone()
        },
    });
    [Caller { name: "guest", identity: guest.clone() }].into_iter().chain(logins).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_gets_at_every_root_field_what_the_rules_say() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let callers = callers();
    let operations: Vec<RootOperation> = schemas().iter().flat_map(|(_, sdl)| root_operations(sdl)).collect();
    let mut counts = (0, 0);
    let mut wrong = Vec::new();
    for operation in &operations {
        let each = join_all(callers.iter().map(|caller| attempt(&anyone, caller, operation))).await;
        for (is_allowed, faults) in each {
            if is_allowed {
                counts.0 += 1
            } else {
                counts.1 += 1
            }
            wrong.extend(faults);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.0 > 100 && counts.1 > 100, "(let in, kept out) = {counts:?}");
}

/// Sends the operation plainly, and behind a fragment and another name. Says whether the rules let the caller in, and
/// what went otherwise.
async fn attempt(anyone: &Client, caller: &Caller, operation: &RootOperation) -> (bool, Vec<String>) {
    let is_allowed = operation.rules.iter().all(|rule| rule.check(&caller.identity).is_ok());
    let refusal = if caller.identity.user.is_some() { "FORBIDDEN" } else { "UNAUTHENTICATED" };
    let mut wrong = Vec::new();
    for document in [operation.document(), operation.hidden_document()] {
        let client = caller.client(anyone).await;
        let answer = send(&client, operation, &document).await;
        let as_expected = match &answer {
            None => is_allowed,
            Some(answer) if is_allowed => !is_refused_by_rule(answer),
            Some(answer) => {
                is_refused_by_rule(answer) && answer.codes().contains(&refusal) && has_no_data(answer)
            }
        };
        if !as_expected {
            let verdict = if is_allowed { "is let in by the rules" } else { "is kept out by the rules" };
            wrong.push(format!("{} {verdict}: {document}: {answer:?}", caller.name));
        }
    }
    (is_allowed, wrong)
}

/// The answer, or the first event; `None` for a subscription that stays open and silent.
async fn send(client: &Client, operation: &RootOperation, document: &str) -> Option<Answer> {
    if operation.kind != "subscription" {
        return Some(client.execute(document, json!({})).await);
    }
    let mut events = client.subscribe(document, json!({})).await;
    match tokio::time::timeout(SILENCE, events.next()).await {
        Ok(event) => Some(event.expect("a subscription says why it ends")),
        Err(_) => None,
    }
}

/// Refusals by a rule have messages of their own; a subgraph's check of an object has others.
fn is_refused_by_rule(answer: &Answer) -> bool {
    let errors = answer.0["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().any(|error| {
        let (code, message) = (&error["extensions"]["code"], error["message"].as_str().unwrap_or_default());
        assert_ne!(code, "GRAPHQL_VALIDATION_FAILED", "the generated operation is not valid: {error}");
        ["sign in to see `", "sign in to use `", "you may not see `", "you may not use `", "log in to use `"]
            .iter()
            .any(|of_a_rule| message.starts_with(of_a_rule))
    })
}

fn has_no_data(answer: &Answer) -> bool {
    let fields = answer.0["data"].as_object();
    fields.is_none_or(|fields| fields.values().all(serde_json::Value::is_null))
}
