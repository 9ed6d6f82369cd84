//! Check 56: a text is the same text in any Unicode form, lengths are characters, and control characters are refused in
//! one sentence that names the field.

use platform_identity::Scope;
use platform_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::support::{PASSWORD, REGISTER, login, mails, register, staff, start};

const UPDATE: &str =
    "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { name } } }";
const ADD: &str =
    "mutation ($input: AddAddressInput!) { addAddress(input: $input) { address { id line1 country } } }";
const RESET: &str =
    "mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { message } }";
const FIND: &str = "query ($email: String!) { users(filter: { email: $email }) { edges { node { id } } } }";

/// Written by one keyboard as one letter, by another as two.
const COMPOSED: &str = "jos\u{e9}@example.com";
const DECOMPOSED: &str = "Jose\u{301}@Example.com";

fn assert_refused(answer: &Answer, field: &str, what: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{what}: {}", answer.body);
    assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{what}: {}", answer.body);
    let message = answer.errors()[0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("`{field}`")), "{what}: {message}");
}

/// Check 56: `josé` in two forms is one account.
#[tokio::test]
async fn an_address_in_two_unicode_forms_is_one_account() {
    let app = start().await;
    let jose = register(&app, COMPOSED).await;
    for written in [COMPOSED, DECOMPOSED, "ｊos\u{e9}@example.com"] {
        let answer = login(&app, written, PASSWORD).await;
        assert_eq!(answer.text("login.user.id"), jose.id.to_string(), "{written}");
        let found = staff(&app, [Scope::UsersRead]).await.execute(FIND, json!({ "email": written })).await;
        assert_eq!(found.at("users.edges"), &json!([{ "node": { "id": jose.id } }]), "{written}");
    }
    let input = json!({ "email": DECOMPOSED, "password": PASSWORD, "name": "Jose" });
    app.as_guest().execute(REGISTER, json!({ "input": input })).await.data();
    app.as_guest().execute(RESET, json!({ "email": DECOMPOSED })).await.data();
    platform_testkit::eventually(|| async { mails(&app, COMPOSED).len() == 3 }).await;
    let texts = mails(&app, COMPOSED).concat();
    assert!(texts.contains("account already") && texts.contains("souk_pr_"), "{texts}");
}

/// Check 56: what can be no address is refused wherever one is taken.
#[tokio::test]
async fn what_can_be_no_address_is_refused_everywhere() {
    let app = start().await;
    for email in
        ["x@y.z\r\nBcc: e@example.org", "a b@c.d", "a@.", "a@b", "a\0@b.example", "", "a..b@c.example"]
    {
        let input = json!({ "email": email, "password": PASSWORD, "name": "Ann" });
        let answer = app.as_guest().execute(REGISTER, json!({ "input": input })).await;
        assert_refused(&answer, "email", email);
        let reset = app.as_guest().execute(RESET, json!({ "email": email })).await;
        assert_refused(&reset, "email", email);
        let found = staff(&app, [Scope::UsersRead]).await.execute(FIND, json!({ "email": email })).await;
        assert_refused(&found, "email", email);
        let logged_in = login(&app, email, PASSWORD).await;
        if email.contains('\0') {
            assert_refused(&logged_in, "email", email);
        } else {
            assert_eq!(logged_in.text("login.__typename"), "InvalidCredentials", "{email:?}");
        }
    }
}

/// Check 56: 67 Japanese characters are 67 characters, and what is stored is in one form.
#[tokio::test]
async fn lengths_are_characters_and_texts_are_stored_in_one_form() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await.client(&app);
    let line = "東".repeat(67);
    let address = json!({ "recipient": line, "line1": "Cre\u{300}me 1", "city": line, "postalCode": "10115", "country": " de " });
    let added = ann.execute(ADD, json!({ "input": { "address": address } })).await;
    assert_eq!(added.at("addAddress.address.line1"), "Cr\u{e8}me 1");
    assert_eq!(added.at("addAddress.address.country"), "DE");
    let named = ann.execute(UPDATE, json!({ "input": { "name": "Jose\u{301}" } })).await;
    assert_eq!(named.at("updateProfile.user.name"), "Jos\u{e9}");
    let long = json!({ "input": { "name": "東".repeat(101) } });
    assert_refused(&ann.execute(UPDATE, long).await, "name", "101 characters");
    let nowhere = json!({ "recipient": "Ann", "line1": "x", "city": "x", "country": "ZZ" });
    let refused = ann.execute(ADD, json!({ "input": { "address": nowhere } })).await;
    assert_refused(&refused, "country", "ZZ");
}

/// Check 56: U+0000 and other control characters, in every text that users takes.
#[tokio::test]
async fn control_characters_are_refused_in_every_field() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let client = ann.client(&app);
    let manager = staff(&app, [Scope::PartnersManage, Scope::NotificationsSend, Scope::AuditRead]).await;
    let create = "mutation ($name: String!) { createPartner(input: { name: $name }) { partner { id } } }";
    let partner = manager.execute(create, json!({ "name": "Acme" })).await.text("createPartner.partner.id");
    let key = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key } }";
    let send = "mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { sent } }";
    let internal = "mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { sent } }";
    let trail = "query ($filter: AuditFilterInput!) { auditTrail(filter: $filter) { edges { cursor } } }";
    let sign_in = "mutation ($input: LoginInput!) { login(input: $input) { __typename } }";
    for bad in ["a\0b", "a\u{7}b", "a\u{85}b", "a\u{202e}b"] {
        let fields =
            ["recipient", "company", "line1", "line2", "city", "region", "postalCode", "country", "phone"];
        for field in fields {
            let mut address = json!({ "recipient": "Ann", "line1": "x", "city": "x", "postalCode": "10115", "country": "DE" });
            address[field] = json!(bad);
            let answer = client.execute(ADD, json!({ "input": { "address": address } })).await;
            assert_refused(&answer, field, bad);
        }
        for field in ["name", "language", "phone", "pictureUrl"] {
            let text =
                if field == "pictureUrl" { format!("https://x.example/{bad}") } else { bad.to_owned() };
            let answer = client.execute(UPDATE, json!({ "input": { field: text } })).await;
            assert_refused(&answer, field, bad);
        }
        let cases: [(&TestClient, &str, Value, &str); 6] = [
            (
                &app.as_guest(),
                REGISTER,
                json!({ "email": "b@example.com", "password": PASSWORD, "name": bad }),
                "name",
            ),
            (
                &app.as_guest(),
                sign_in,
                json!({ "email": "ann@example.com", "password": PASSWORD, "device": bad }),
                "device",
            ),
            (&manager, key, json!({ "partnerId": partner, "name": bad, "scopes": [] }), "name"),
            (&manager, send, json!({ "userIds": [ann.id], "title": bad, "body": "x" }), "title"),
            (&manager, send, json!({ "userIds": [ann.id], "title": "x", "body": bad }), "body"),
            (
                &manager,
                "mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { partner { id } } }",
                json!({ "name": bad }),
                "name",
            ),
        ];
        for (client, document, input, field) in cases {
            let answer = client.execute(document, json!({ "input": input })).await;
            assert_refused(&answer, field, bad);
        }
        for field in ["action", "subjectType"] {
            let answer = manager.execute(trail, json!({ "filter": { field: bad } })).await;
            assert_refused(&answer, field, bad);
        }
        let message = json!({ "userIds": [ann.id], "title": "x", "body": "x", "idempotencyKey": bad });
        let answer = app.as_service("orders").execute_internal(internal, json!({ "input": message })).await;
        assert_refused(&answer, "idempotencyKey", bad);
    }
    // U+0000 can stand in no text, and so in no password.
    let odd = json!({ "email": "ann@example.com", "password": "a\0b" });
    let answer = app.as_guest().execute(sign_in, json!({ "input": odd })).await;
    assert_refused(&answer, "password", "a\0b");
}

/// A name stands in mails and on pages, so it is no place for a link.
#[tokio::test]
async fn a_name_is_no_link() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await.client(&app);
    for name in ["http://evil.example", "www.evil.example", "Win: evil.example/now", "ｗｗｗ.evil.example"]
    {
        let input = json!({ "email": "b@example.com", "password": PASSWORD, "name": name });
        assert_refused(&app.as_guest().execute(REGISTER, json!({ "input": input })).await, "name", name);
        assert_refused(&ann.execute(UPDATE, json!({ "input": { "name": name } })).await, "name", name);
    }
    ann.execute(UPDATE, json!({ "input": { "name": "J.R.R. Ann-Sophie O'Neil Jr." } })).await.data();
}

/// An address of a picture is fetched by whoever looks at the page: it brings no credentials along, and shows what it is.
#[tokio::test]
async fn a_picture_has_a_plain_https_address() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await.client(&app);
    let long = format!("https://cdn.example/{}", "x".repeat(500));
    for url in [
        "https://user:pw@host.example/a.png",
        "https://user@host.example/a.png",
        "https://host.example:pw@other.example/a.png",
        "https://@host.example/a.png",
        "http://host.example/a.png",
        "HTTPS//host.example/a.png",
        "//host.example/a.png",
        "https://",
        "https:///a.png",
        "https://host.example/a b.png",
        "https://host.example\\@other.example/a.png",
        "https://host.example/<a>",
        "https://host.example/\u{202e}gnp.a",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        &long,
        "",
    ] {
        assert_refused(
            &ann.execute(UPDATE, json!({ "input": { "pictureUrl": url } })).await,
            "pictureUrl",
            url,
        );
    }
    for url in [
        "https://cdn.example/a.png?size=1#top",
        "https://[2001:db8::1]:8443/a@2x.png",
        "https://b\u{fc}cher.example/\u{e4}.png",
    ] {
        ann.execute(UPDATE, json!({ "input": { "pictureUrl": url } })).await.data();
    }
}
