//! Check 45: rules hold under every name that `@link` gives them.

use crate::support::remote::Remote;

const BODY: &str = "
    type Query { open: String secret: String @INACCESSIBLE me: User vault: String @SCOPES staff: String @POLICY }
    type User { name: String email: String @AUTHENTICATED card: Card }
    type Card @AUTHENTICATED { number: String }
";

/// What the subgraph would answer to anybody, were it asked.
const ANSWERS: &[(&str, &str)] = &[(
    "",
    r#"{"data":{"open":"open","secret":"secret","vault":"vault","staff":"staff","me":{"name":"name","email":"email","card":{"number":"1"}}}}"#,
)];

/// The schema with each directive under the name given for it.
fn named(head: &str, names: [&str; 4]) -> String {
    let [inaccessible, authenticated, scopes, policy] = names;
    let body = BODY
        .replace("@INACCESSIBLE", &format!("@{inaccessible}"))
        .replace("@AUTHENTICATED", &format!("@{authenticated}"))
        .replace("@SCOPES", &format!(r#"@{scopes}(scopes: [["vault"]])"#))
        .replace("@POLICY", &format!(r#"@{policy}(policies: [["staff"]])"#));
    format!("{head}\n{body}")
}

/// The rules hold for a caller who has nothing.
async fn check(remote: &Remote, case: &str) {
    let answer = remote.post(r#"{"query":"{ open me { name } }"}"#).await;
    assert_eq!(answer, r#"{"data":{"open":"open","me":{"name":"name"}}}"#, "{case}");
    let before = remote.requests();
    let hidden = remote.post(r#"{"query":"{ secret }"}"#).await;
    assert!(hidden.contains("GRAPHQL_VALIDATION_FAILED"), "{case}: {hidden}");
    for guarded in ["me { email }", "me { card { number } }", "vault", "staff"] {
        let answer = remote.post(&format!(r#"{{"query":"{{ {guarded} }}"}}"#)).await;
        assert!(
            answer.contains("UNAUTHENTICATED") || answer.contains("FORBIDDEN"),
            "{case}: {guarded}: {answer}"
        );
        for value in ["\"email\":\"", "number\":\"", "vault\":\"", "staff\":\""] {
            assert!(!answer.contains(value), "{case}: {guarded}: {answer}");
        }
    }
    // Of `me` the gate was asked at most for what is open.
    assert!(remote.requests() <= before + 2, "{case}");
}

const FEDERATION: &str = "https://specs.apollo.dev/federation/v2.9";

#[tokio::test]
async fn composed_under_names_of_imports_namespaces_and_specs_of_their_own() {
    let renamed = r#", import: [{name: "@inaccessible", as: "@hidden"}, {name: "@authenticated", as: "@loggedIn"}, {name: "@requiresScopes", as: "@may"}, {name: "@policy", as: "@rule"}]"#;
    let own = r#"extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
        @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden")
        @link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{name: "@authenticated", as: "@loggedIn"}])
        @link(url: "https://specs.apollo.dev/requiresScopes/v0.1")
        @link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule")"#;
    let link = |rest: &str| format!(r#"extend schema @link(url: "{FEDERATION}"{rest})"#);
    let namespaced = |prefix: &str| {
        ["inaccessible", "authenticated", "requiresScopes", "policy"].map(|name| format!("{prefix}__{name}"))
    };
    // A schema that brings its own definitions, and applies by a namespace what it also imports.
    let both = format!(
        "{}
        directive @federation__inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
        directive @federation__authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @federation__requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
        directive @federation__policy(policies: [[federation__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM",
        link(r#", import: ["@inaccessible", "@authenticated", "@requiresScopes", "@policy"]"#)
    );
    let twice = link(
        r#", import: ["@inaccessible", {name: "@inaccessible", as: "@hidden"}, "@authenticated", {name: "@authenticated", as: "@loggedIn"}, "@requiresScopes", {name: "@requiresScopes", as: "@may"}, "@policy", {name: "@policy", as: "@rule"}]"#,
    );
    let all = |names: [String; 4], head: &str| named(head, [&names[0], &names[1], &names[2], &names[3]]);
    for (case, sdl) in [
        ("renamed", named(&link(renamed), ["hidden", "loggedIn", "may", "rule"])),
        ("namespaced", all(namespaced("federation"), &link(""))),
        ("namespace renamed", all(namespaced("fed"), &link(r#", as: "fed""#))),
        ("specs of their own", named(own, ["hidden", "loggedIn", "requiresScopes", "rule"])),
        ("imported and namespaced", all(namespaced("federation"), &both)),
        ("imported twice", named(&twice, ["hidden", "loggedIn", "may", "rule"])),
        (
            "link renamed",
            named(
                &format!(
                    r#"extend schema @uses(url: "https://specs.apollo.dev/link/v1.0", as: "uses") @uses(url: "{FEDERATION}"{renamed})"#
                ),
                ["hidden", "loggedIn", "may", "rule"],
            ),
        ),
    ] {
        let remote = Remote::start(&[("users", sdl.as_str(), ANSWERS)]).await;
        check(&remote, case).await;
    }
}

/// A supergraph that another composer wrote, in which everything may be called something else.
fn foreign(links: &str, link: &str, join: &str, names: [&str; 4]) -> String {
    let [inaccessible, authenticated, scopes, policy] = names;
    let body = named("", names)
        .replace("type Query {", &format!("type Query @{join}__type(graph: USERS) {{"))
        .replace("type User {", &format!("type User @{join}__type(graph: USERS) {{"))
        .replace("type Card ", &format!("type Card @{join}__type(graph: USERS) "));
    format!(
        r#"schema {links} {{ query: Query }}
        directive @{link}(url: String, feature: String, as: String, for: {link}__Purpose, import: [{link}__Import]) repeatable on SCHEMA
        directive @{join}__graph(name: String!, url: String!) on ENUM_VALUE
        directive @{join}__type(graph: {join}__Graph!, key: String) repeatable on OBJECT
        directive @{join}__field(graph: {join}__Graph) repeatable on FIELD_DEFINITION
        directive @{inaccessible} on FIELD_DEFINITION
        directive @{authenticated} on FIELD_DEFINITION | OBJECT
        directive @{scopes}(scopes: [[String!]!]!) on FIELD_DEFINITION
        directive @{policy}(policies: [[String!]!]!) on FIELD_DEFINITION
        scalar {link}__Import
        enum {link}__Purpose {{ SECURITY EXECUTION }}
        enum {join}__Graph {{ USERS @{join}__graph(name: "users", url: "http://users.invalid") }}
        {body}"#
    )
}

#[tokio::test]
async fn foreign_supergraphs_under_whatever_names() {
    let spec = |link: &str, spec: &str, rest: &str| {
        format!(
            r#" @{link}({}: "https://specs.apollo.dev/{spec}"{rest})"#,
            if link == "core" { "feature" } else { "url" }
        )
    };
    let renamed = [
        spec("link", "link/v1.0", ""),
        spec("link", "join/v0.3", r#", for: EXECUTION"#),
        spec("link", "inaccessible/v0.2", r#", as: "hidden", for: SECURITY"#),
        spec("link", "authenticated/v0.1", r#", as: "loggedIn", for: SECURITY"#),
        spec(
            "link",
            "requiresScopes/v0.1",
            r#", for: SECURITY, import: [{name: "@requiresScopes", as: "@may"}]"#,
        ),
        spec("link", "policy/v0.1", r#", for: SECURITY, import: [{name: "@policy", as: "@rule"}]"#),
    ]
    .concat();
    let core = [
        spec("core", "core/v0.2", ""),
        spec("core", "join/v0.1", r#", as: "j", for: EXECUTION"#),
        spec("core", "inaccessible/v0.1", r#", as: "hidden", for: SECURITY"#),
        spec("core", "authenticated/v0.1", ""),
        spec("core", "requiresScopes/v0.1", r#", as: "may""#),
        spec("core", "policy/v0.1", r#", as: "rule""#),
    ]
    .concat();
    let unlinked = [spec("link", "link/v1.0", ""), spec("link", "join/v0.3", "")].concat();
    for (case, supergraph) in [
        ("renamed", foreign(&renamed, "link", "join", ["hidden", "loggedIn", "may", "rule"])),
        ("core", foreign(&core, "core", "j", ["hidden", "authenticated", "may", "rule"])),
        (
            "unlinked",
            foreign(&unlinked, "link", "join", ["inaccessible", "authenticated", "requiresScopes", "policy"]),
        ),
    ] {
        let remote = Remote::serve(&supergraph, [("users", ANSWERS)]).await;
        check(&remote, case).await;
    }
}
