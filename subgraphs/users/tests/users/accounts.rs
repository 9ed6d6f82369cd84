use contracts::users::UserRegistered;
use platform_commerce::Market;
use platform_identity::Scope;
use serde_json::{Value, json};

use crate::support::{PASSWORD, REGISTER, confirm, register, register_and_wait, staff, start};

const ME: &str =
    "{ me { id email name roles emailVerified status language pictureUrl phone profile { name } } }";
const UPDATE: &str = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { name pictureUrl phone language } } }";

#[tokio::test]
async fn somebody_registers_and_sees_the_account() {
    let app = start().await;
    let input = json!({ "email": "  Ann@Example.com", "password": PASSWORD, "name": " Ann " });
    let guest = app.as_guest().in_market(Market { language: "ja".into(), ..Market::default() });
    let answer = confirm(&guest, &register_and_wait(&guest, &app, input, 0).await).await;
    assert_eq!(answer.text("confirmRegistration.user.email"), "ann@example.com");
    assert_eq!(answer.at("confirmRegistration.user.roles"), &json!(["BUYER"]));
    let id = answer.text("confirmRegistration.user.id").parse().unwrap();

    let me = app.as_user(id).execute(ME, json!({})).await;
    assert_eq!(me.text("me.name"), "Ann");
    assert_eq!(me.text("me.language"), "ja");
    assert_eq!(me.text("me.status"), "ACTIVE");
    assert_eq!(me.at("me.emailVerified"), true, "the code came by mail");

    let events = app.published_of::<UserRegistered>().await;
    assert_eq!(events, [UserRegistered { user_id: id }]);
    for event in app.published().await {
        assert!(
            !event.data.get().contains("example.com") && !event.data.get().contains("Ann"),
            "{}",
            event.data
        );
    }
}

#[tokio::test]
async fn nobody_in_particular_is_nobody() {
    let app = start().await;
    assert!(app.as_guest().execute(ME, json!({})).await.data()["me"].is_null());
    assert!(app.as_service("orders").execute(ME, json!({})).await.data()["me"].is_null());
}

#[tokio::test]
async fn weak_passwords_and_malformed_input_are_refused() {
    let app = start().await;
    let attempt = async |email: &str, password: &str, name: &str, language: Option<&str>| {
        let input = json!({ "email": email, "password": password, "name": name, "language": language });
        app.as_guest().execute(REGISTER, json!({ "input": input })).await
    };
    assert_eq!(attempt("a@example.com", "short", "Ann", None).await.text("register.reason"), "TOO_SHORT");
    assert_eq!(
        attempt("a@example.com", "password123", "Ann", None).await.text("register.reason"),
        "TOO_COMMON"
    );
    let weak = attempt("annette@example.com", "Annette rocks", "Ann", None).await;
    assert_eq!(weak.text("register.reason"), "CONTAINS_EMAIL");
    for (email, name, language, field) in [
        ("nonsense", "Ann", None, "email"),
        ("a@example.com", " ", None, "name"),
        ("a@example.com", "Ann\nSmith", None, "name"),
        ("a@example.com", "Ann", Some("klingon!"), "language"),
    ] {
        let refused = attempt(email, PASSWORD, name, language).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.errors()[0]["extensions"]["field"], field);
    }
    assert!(app.published().await.is_empty());
}

#[tokio::test]
async fn a_profile_changes_only_where_it_is_told_to() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let update = async |input: Value| ann.client(&app).execute(UPDATE, json!({ "input": input })).await;

    let changed = update(
        json!({ "name": "Ann S.", "phone": "+49 (30) 9018-20", "pictureUrl": "https://pics.example/a.png" }),
    )
    .await;
    let expected = json!({
        "name": "Ann S.", "pictureUrl": "https://pics.example/a.png", "phone": "+4930901820", "language": "en",
    });
    assert_eq!(changed.at("updateProfile.user"), &expected);
    let changed = update(json!({ "phone": null, "language": "de-AT" })).await;
    assert_eq!(changed.at("updateProfile.user.phone"), &Value::Null);
    assert_eq!(changed.at("updateProfile.user.pictureUrl"), "https://pics.example/a.png");
    assert_eq!(changed.at("updateProfile.user.language"), "de");

    for (input, field) in [
        (json!({ "pictureUrl": "javascript:alert(1)" }), "pictureUrl"),
        (json!({ "pictureUrl": "http://pics.example/a.png" }), "pictureUrl"),
        (json!({ "pictureUrl": "https://pics.example/\"onload" }), "pictureUrl"),
        (json!({ "phone": "call me" }), "phone"),
        (json!({ "name": "" }), "name"),
    ] {
        let refused = update(input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.errors()[0]["extensions"]["field"], field);
    }
}

#[tokio::test]
async fn staff_finds_users_by_role_status_and_address() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let ben = register(&app, "ben@example.com").await;
    let staff = staff(&app, [Scope::UsersRead, Scope::UsersManage, Scope::RolesGrant]).await;
    let grant = "mutation ($input: GrantRoleInput!) { grantRole(input: $input) { changed } }";
    staff.execute(grant, json!({ "input": { "userId": ben.id, "role": "SUPPORT" } })).await.data();

    let list = "query ($filter: UserFilterInput, $first: Int, $after: String) {
        users(filter: $filter, first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }";
    let users = async |filter: Value| -> Vec<String> {
        let answer = staff.execute(list, json!({ "filter": filter })).await;
        let edges: Vec<Value> = answer.get("users.edges");
        edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let own = staff.identity().user.unwrap();
    assert_eq!(users(json!({})).await, [own, ben.id, ann.id].map(|id| id.to_string()));
    assert_eq!(users(json!({ "roles": ["SUPPORT"] })).await, [ben.id.to_string()]);
    assert_eq!(users(json!({ "roles": ["SUPPORT", "ADMIN"] })).await, [own, ben.id].map(|id| id.to_string()));
    assert_eq!(users(json!({ "email": "ANN@example.com" })).await, [ann.id.to_string()]);
    assert_eq!(users(json!({ "status": "BLOCKED" })).await, [""; 0]);
    let shown = staff.execute("{ staff { edges { node { id } } } }", json!({})).await;
    assert_eq!(shown.at("staff.edges.1.node.id"), &json!(ben.id));

    let page = staff.execute(list, json!({ "first": 2 })).await;
    assert_eq!(page.at("users.pageInfo.hasNextPage"), true);
    let rest =
        staff.execute(list, json!({ "first": 1, "after": page.text("users.pageInfo.endCursor") })).await;
    assert_eq!(rest.at("users.edges.0.node.id"), &json!(ann.id));
    assert_eq!(rest.at("users.pageInfo.hasNextPage"), false);
    assert_eq!(staff.execute(list, json!({ "after": "nonsense" })).await.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(staff.execute(list, json!({ "first": 1_000 })).await.codes(), ["BAD_USER_INPUT"]);
}
