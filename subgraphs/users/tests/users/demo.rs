use platform_testkit::TestSubgraph;
use serde_json::json;
use users::UsersSubgraph;
use users::admin::{CreateAdminError, NewAdmin, create_admin};
use users::demo::{BUYERS, LOGINS, PARTNER_KEY, PASSWORD, seed};

use crate::support::{login, start};

#[tokio::test]
async fn demo_users_of_every_role_log_in_and_seeding_again_changes_nothing() {
    let app = start().await;
    let platform = app.hosted().platform();
    let vendors = [app.ids().next(), app.ids().next()];
    let everybody = LOGINS.len() + BUYERS.len();
    assert_eq!(seed(platform, &vendors, &|_, _| {}).await.unwrap(), everybody as u64);
    assert_eq!(seed(platform, &vendors, &|_, _| {}).await.unwrap(), 0);
    for demo in LOGINS.iter().chain(&BUYERS) {
        let answer = login(&app, demo.email, PASSWORD).await;
        assert_eq!(answer.text("login.user.id"), demo.id.to_string());
        let me = app
            .as_user(demo.id)
            .execute("{ me { roles vendors { id } defaultShippingAddress { city } } }", json!({}))
            .await;
        assert!(me.at("me.roles").to_string().contains(&demo.role.to_uppercase()), "{}", me.body);
        assert_eq!(me.at("me.vendors").as_array().unwrap().len(), if demo.role == "seller" { 2 } else { 0 });
        assert_eq!(me.at("me.defaultShippingAddress.city"), "Berlin");
    }
    let grant = app
        .as_service("gateway")
        .execute_internal(
            "query ($key: String!) { apiKey(key: $key) { scopes } }",
            json!({ "key": PARTNER_KEY }),
        )
        .await;
    assert_eq!(grant.at("apiKey.scopes"), &json!(["catalog:read-all", "orders:read", "vendors:all"]));
}

#[tokio::test]
async fn the_first_administrator_is_made_from_the_command_line() {
    let app: TestSubgraph<UsersSubgraph> = start().await;
    let platform = app.hosted().platform();
    let new = |email: &str, password: &str| NewAdmin {
        email: email.to_owned(),
        name: "Root".to_owned(),
        password: password.to_owned(),
    };
    let id = create_admin(platform, new("Root@example.com", "correct horse battery")).await.unwrap();
    let answer = login(&app, "root@example.com", "correct horse battery").await;
    assert_eq!(answer.text("login.user.id"), id.to_string());
    let claims = crate::support::claims(&answer.text("login.tokens.accessToken"));
    assert!(claims["scope"].as_str().unwrap().contains("roles:grant"));
    let again = create_admin(platform, new("root@example.com", "correct horse battery")).await;
    assert!(matches!(again, Err(CreateAdminError::EmailTaken)));
    assert!(matches!(
        create_admin(platform, new("a@example.com", "short")).await,
        Err(CreateAdminError::Weak(_))
    ));
}
