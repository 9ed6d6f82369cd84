use platform_testkit::TestSubgraph;
use serde_json::json;
use users::UsersSubgraph;
use users::admin::{CreateAdminError, NewAdmin, create_admin};
use users::demo::{LOGINS, PARTNER_KEY, PASSWORD, all, seed};

use crate::support::{REFRESH, builder, login, start};

#[tokio::test]
async fn demo_users_of_every_role_log_in_and_seeding_again_changes_nothing() {
    let app = start().await;
    let platform = app.hosted().platform();
    let vendors = [app.ids().next(), app.ids().next()];
    let everybody = all().count();
    assert_eq!(seed(platform, &vendors, &|_, _| {}).await.unwrap(), everybody as u64);
    assert_eq!(seed(platform, &vendors, &|_, _| {}).await.unwrap(), 0);
    for demo in all() {
        let answer = login(&app, demo.email, PASSWORD).await;
        assert_eq!(answer.text("login.user.id"), demo.id.to_string());
        let me = app
            .as_user(demo.id)
            .execute("{ me { roles vendors { id } defaultShippingAddress { city } } }", json!({}))
            .await;
        assert!(me.at("me.roles").to_string().contains(&demo.role.to_uppercase()), "{}", me.body);
        assert_eq!(me.at("me.vendors").as_array().unwrap().len(), if demo.role == "seller" { 2 } else { 0 });
        assert_eq!(me.at("me.defaultShippingAddress.city"), "Soukhaven");
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

/// Check 51: once the demo is off, its users and its key are known for what they are.
#[tokio::test]
async fn demo_users_and_keys_do_not_work_where_the_demo_is_off() {
    let app = start().await;
    seed(app.hosted().platform(), &[], &|_, _| {}).await.unwrap();
    let before = login(&app, LOGINS[4].email, PASSWORD).await;
    let (session, token) = (before.text("login.tokens.sessionId"), before.text("login.tokens.refreshToken"));
    let app = app.restart_with(builder().configure(|config| config.demo = false)).await;
    for demo in all() {
        assert_eq!(login(&app, demo.email, PASSWORD).await.text("login.__typename"), "AccountBlocked");
    }
    let input = json!({ "input": { "refreshToken": token } });
    let refreshed = app.as_guest().execute(REFRESH, input).await;
    assert_eq!(refreshed.text("refreshToken.__typename"), "RefreshTokenInvalid", "{}", refreshed.body);
    let gateway = app.as_service("gateway");
    let query = "query ($key: String!, $user: ID!) {
        apiKey(key: $key) { scopes }
        standing(userId: $user) { roles }
        revocationsSince { revocations { id } }
    }";
    let variables = json!({ "key": PARTNER_KEY, "user": LOGINS[4].id });
    let answer = gateway.execute_internal(query, variables).await;
    assert!(answer.at("apiKey").is_null() && answer.at("standing").is_null(), "{}", answer.body);
    // Access tokens that are out there end as well.
    assert!(answer.at("revocationsSince.revocations").to_string().contains(&session), "{}", answer.body);
    let count = users::demo::count(app.database()).await.unwrap();
    assert_eq!(count, all().count() as u64);

    let app = app.restart_with(builder()).await;
    assert_eq!(login(&app, LOGINS[0].email, PASSWORD).await.text("login.__typename"), "LoginSuccess");
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
