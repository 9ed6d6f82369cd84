//! The matrix of callers and root fields, generated from the rules that stand in the SDL.

mod operation;
mod read;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use http::HeaderMap;
use platform_identity::{AccessRule, Caller, Identity, Role};
use platform_server::SubgraphDefinition;
use router_transport::{Request, Response, Transport};

use crate::app::TestSubgraph;
use operation::Operations;
use read::RootField;

pub use read::declared_rules;

/// A root field as a client asks for it, and the rules that stand at it.
pub struct RootOperation {
    /// `query`, `mutation` or `subscription`.
    pub kind: &'static str,
    pub name: String,
    /// The field with the arguments that it must have and the smallest selection: `order(id: "…") { __typename }`.
    pub selection: String,
    /// Whether an argument, at any depth, is an id.
    pub takes_id: bool,
    pub rules: Vec<AccessRule>,
}

impl RootOperation {
    pub fn document(&self) -> String {
        format!("{} {{ {} }}", self.kind, self.selection)
    }

    /// The same behind an alias in a fragment of a fragment.
    pub fn hidden_document(&self) -> String {
        let Self { kind, selection, .. } = self;
        let on =
            [kind.get(..1).unwrap_or_default().to_uppercase().as_str(), kind.get(1..).unwrap_or_default()]
                .concat();
        format!("{kind} {{ ...Outer }} fragment Outer on {on} {{ ... on {on} {{ hidden: {selection} }} }}")
    }
}

/// Every root field of an SDL; fails when one has no rule.
pub fn root_operations(sdl: &str) -> Vec<RootOperation> {
    let operations = Operations::new(sdl);
    let fields = read::root_fields(sdl);
    let each = fields.into_iter().map(|field| RootOperation {
        kind: field.operation,
        name: field.definition.name.to_string(),
        selection: operations.selection(&field),
        takes_id: operations.takes_id(&field),
        rules: field.rules,
    });
    each.collect()
}

/// Check 17: sends every root field of the SDL as every kind of caller (guest, user, each role, each scope that the
/// SDL names, partner, service), under an alias too, and fails when one is let in that the rules keep out, or kept
/// out that they let in. Whether the operation then succeeds is not looked at.
pub async fn assert_rules_hold<D: SubgraphDefinition>(app: &TestSubgraph<D>) {
    let fields = read::root_fields(app.hosted().sdl());
    let operations = Operations::new(app.hosted().sdl());
    let transport = app.in_process();
    let mut wrong = Vec::new();
    for (name, identity) in callers(app, &fields) {
        let caller = Caller::new(identity);
        for field in &fields {
            let may = field.rules.iter().all(|rule| rule.check(&caller).is_ok());
            for alias in ["", "hidden: "] {
                let query = operations.smallest(field, alias);
                let was_refused = send(&*transport, &query, field.is_subscription(), &caller).await;
                if was_refused == may {
                    let verdict = if may { "was kept out of" } else { "was let into" };
                    wrong.push(format!("{name} {verdict} `{query}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "the rules do not hold:\n{}", wrong.join("\n"));
}

/// Whether a rule refused the operation.
async fn send(transport: &dyn Transport, query: &str, is_subscription: bool, caller: &Caller) -> bool {
    let request = Request {
        query: query.into(),
        operation_name: None,
        variables: router_transport::tree::Object::default(),
        caller: Some(caller.clone()),
        headers: Arc::new(HeaderMap::new()),
        deadline: None,
        idempotent: false,
    };
    let response = if is_subscription {
        let mut events = transport.subscribe(request).await.expect("the subgraph answers");
        // A refusal is there at once; an admitted subscription may have nothing to say for long.
        events.next().now_or_never().flatten().unwrap_or_default()
    } else {
        transport.execute(request).await.expect("the subgraph answers")
    };
    is_refusal(&response)
}

/// The server's refusals have messages of their own, so those of a subgraph's checks of objects are told apart.
fn is_refusal(response: &Response) -> bool {
    response.errors.iter().any(|error| {
        let code = error.extensions.get("code").and_then(|code| code.as_str()).unwrap_or_default();
        assert_ne!(
            code, "GRAPHQL_VALIDATION_FAILED",
            "the generated operation is not valid: {}",
            error.message
        );
        (code == "UNAUTHENTICATED" && error.message.starts_with("log in to use `"))
            || (code == "FORBIDDEN" && error.message.starts_with("you may not use `"))
    })
}

fn callers<D: SubgraphDefinition>(app: &TestSubgraph<D>, fields: &[RootField]) -> Vec<(String, Identity)> {
    let guest = Identity::guest();
    let user = Identity { user: Some(app.ids().next()), ..guest.clone() };
    let partner = Identity { partner: Some(app.ids().next()), ..guest.clone() };
    let mut callers = vec![
        ("a guest".to_owned(), guest),
        ("a user".to_owned(), user.clone()),
        ("a partner".to_owned(), partner),
        ("a service".to_owned(), Identity::service("test")),
    ];
    for role in [Role::Buyer, Role::Seller, Role::Courier, Role::Support, Role::Admin] {
        callers.push((format!("a user as {role:?}"), Identity { roles: [role].into(), ..user.clone() }));
    }
    let scopes: BTreeSet<&String> = fields
        .iter()
        .flat_map(|field| &field.rules)
        .filter_map(|rule| if let AccessRule::Scopes(groups) = rule { Some(groups) } else { None })
        .flatten()
        .flatten()
        .collect();
    for scope in &scopes {
        let scopes = BTreeSet::from([(*scope).clone()]);
        callers.push((format!("a user with {scope}"), Identity { scopes, ..user.clone() }));
    }
    for scope in &scopes {
        let others = scopes.iter().filter(|other| other != &scope).map(|other| (*other).clone()).collect();
        callers.push((format!("a user with all but {scope}"), Identity { scopes: others, ..user.clone() }));
    }
    callers
}
