//! Every root field is asked for by every kind of caller; what its rule forbids must be refused.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Argument, Type, Value as Literal};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use platform_identity::{AccessRule, Identity, Role};
use platform_testkit::{Answer, TestClient, TestSubgraph};
use serde_json::json;
use users::Users;

use crate::support::{register, start};

fn schema() -> Schema {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    Schema::parse(text, path).unwrap_or_else(|partial| partial.partial)
}

/// The rule that stands at a field in the SDL.
fn rule(field: &FieldDefinition) -> Option<AccessRule> {
    let groups = |value: &Literal| -> Vec<Vec<String>> {
        let words = |group: &Literal| -> Vec<String> {
            group.as_list().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        value.as_list().unwrap().iter().map(|group| words(group)).collect()
    };
    field.directives.iter().find_map(|directive| {
        let argument = |arguments: &[apollo_compiler::Node<Argument>]| groups(&arguments[0].value);
        match directive.name.as_str() {
            "public" => Some(AccessRule::Public),
            "authenticated" => Some(AccessRule::Authenticated),
            "requiresScopes" => Some(AccessRule::Scopes(argument(&directive.arguments))),
            "policy" => Some(AccessRule::Policies(argument(&directive.arguments))),
            _ => None,
        }
    })
}

/// A value that fits a type, as GraphQL text.
fn literal(schema: &Schema, of: &Type) -> String {
    if of.is_list() {
        return "[]".to_owned();
    }
    match schema.types.get(of.inner_named_type()) {
        Some(ExtendedType::Enum(kind)) => kind.values.keys().next().unwrap().to_string(),
        Some(ExtendedType::InputObject(input)) => {
            let required = input.fields.iter().filter(|(_, field)| field.is_required());
            let fields: Vec<String> =
                required.map(|(name, field)| format!("{name}: {}", literal(schema, &field.ty))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        _ => match of.inner_named_type().as_str() {
            "ID" => "\"01900000-0000-7000-8000-000000000000\"".to_owned(),
            "Int" => "1".to_owned(),
            "Boolean" => "true".to_owned(),
            _ => "\"text\"".to_owned(),
        },
    }
}

/// The smallest operation that asks for a root field, under another name if asked to.
fn operation(schema: &Schema, kind: &str, field: &FieldDefinition, alias: &str) -> String {
    let required = field.arguments.iter().filter(|argument| argument.is_required());
    let arguments: Vec<String> =
        required.map(|argument| format!("{}: {}", argument.name, literal(schema, &argument.ty))).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let composite = matches!(
        schema.types.get(field.ty.inner_named_type()),
        Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_))
    );
    let selection = if composite { " { __typename }" } else { "" };
    format!("{kind} {{ {alias}{}{arguments}{selection} }}", field.name)
}

fn is_refused(answer: &Answer) -> bool {
    answer.codes().iter().any(|code| ["UNAUTHENTICATED", "FORBIDDEN"].contains(code))
}

async fn callers(app: &TestSubgraph<Users>) -> Vec<(&'static str, TestClient)> {
    let user = register(app, "ann@example.com").await;
    let client = user.client(app);
    let scopes = [
        "catalog:read-all",
        "notifications:send",
        "orders:manage",
        "orders:read",
        "payments:read",
        "users:read",
    ];
    vec![
        ("guest", app.as_guest()),
        ("buyer", client.clone()),
        (
            "seller",
            client.clone().with_roles([Role::Seller]).with_scopes([
                "catalog:write",
                "stock:write",
                "vendor:x",
            ]),
        ),
        ("courier", client.clone().with_roles([Role::Courier])),
        ("support", client.clone().with_roles([Role::Support]).with_scopes(scopes)),
        ("admin by name alone", client.clone().with_roles([Role::Admin])),
        ("users:manage", client.clone().with_scopes(["users:manage"])),
        ("roles:grant", client.clone().with_scopes(["roles:grant"])),
        ("partners:manage", client.clone().with_scopes(["partners:manage"])),
        ("audit:read", client.with_scopes(["audit:read"])),
        ("partner", app.as_partner(app.ids().next()).with_scopes(["catalog:write", "orders:read"])),
        ("service", app.as_service("orders")),
    ]
}

/// Checks 17 and 18: role × root field, generated from the rules in the SDL, with real requests, plainly and by alias
/// and fragment.
#[tokio::test]
async fn a_rule_lets_nobody_pass_whom_it_does_not_name() {
    let app = start().await;
    let schema = schema();
    let mut asked = 0;
    for (who, client) in callers(&app).await {
        for (kind, root) in [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")] {
            let ExtendedType::Object(object) = &schema.types[root] else { panic!("{root} is an object") };
            for (name, field) in object.fields.iter().filter(|(name, _)| !name.starts_with('_')) {
                let rule = rule(field).unwrap_or_else(|| panic!("{root}.{name} has a rule"));
                let allowed = rule.check(client.identity()).is_ok();
                // What a mutation would do must not change who the next request comes from.
                if kind == "mutation" && allowed {
                    continue;
                }
                let plain = operation(&schema, kind, field, "");
                let aliased = operation(&schema, kind, field, "me: ");
                let body = aliased.split_once('{').unwrap().1;
                let fragment =
                    format!("{kind} {{ ...F }} fragment F on {root} {{ ... on {root} {{ {body} }}");
                let mut documents = vec![plain, aliased];
                // async-graphql answers nothing at all to a fragment at the root of a subscription.
                if kind != "subscription" || !allowed {
                    documents.push(fragment);
                }
                for document in documents {
                    let answer = match kind {
                        "subscription" => client.subscribe(&document, json!({})).await.next().await,
                        _ => client.execute(&document, json!({})).await,
                    };
                    assert_eq!(is_refused(&answer), !allowed, "{who}: {document}: {}", answer.body);
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 300, "{asked}");
}

/// The rules themselves, spelled out once more: a change of one has to be made here too.
#[test]
fn the_rules_are_those_that_were_decided() {
    let schema = schema();
    let admin_only =
        Identity { scopes: ["everything".to_owned()].into(), ..Identity::guest(Default::default()) };
    let mut public = Vec::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let ExtendedType::Object(object) = &schema.types[root] else { panic!("{root} is an object") };
        for (name, field) in object.fields.iter().filter(|(name, _)| !name.starts_with('_')) {
            if rule(field).unwrap().check(&admin_only).is_ok() {
                public.push(name.to_string());
            }
        }
    }
    public.sort_unstable();
    let expected = [
        "login",
        "me",
        "publicProfile",
        "refreshToken",
        "register",
        "requestPasswordReset",
        "resetPassword",
        "verifyEmail",
    ];
    assert_eq!(public, expected);
}
