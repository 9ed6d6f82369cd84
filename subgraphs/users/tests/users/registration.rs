use std::time::Duration;

use contracts::users::UserRegistered;
use futures::future::join_all;
use platform_testkit::{eventually, eventually_some};
use serde_json::{Value, json};

use crate::support::{PASSWORD, REGISTER, code, confirm, login, mails, register, register_and_wait, start};

const EMAIL: &str = "ann@example.com";

fn ann() -> Value {
    json!({ "email": EMAIL, "password": PASSWORD, "name": "Ann" })
}

/// Whether an address has an account is its owner's to know: the answer is made without looking.
#[tokio::test]
async fn a_known_address_and_an_unknown_one_are_answered_alike() {
    let app = start().await;
    register(&app, EMAIL).await;
    let ask = async |email: &str| {
        let input = json!({ "email": email, "password": "another long phrase", "name": "Eve" });
        app.as_guest().execute(REGISTER, json!({ "input": input })).await
    };
    let (known, unknown) = (ask(EMAIL).await, ask("nobody@example.com").await);
    for answer in [&known, &unknown] {
        assert_eq!(answer.text("register.__typename"), "RegistrationPending");
        assert!(answer.text("register.registration").starts_with("souk_rg_"));
    }
    assert_eq!(known.text("register.message"), unknown.text("register.message"));
    let told = eventually_some(|| async { mails(&app, EMAIL).into_iter().nth(1) }).await;
    assert!(told.contains("account already") && code(&told).is_none(), "{told}");
    assert!(!told.contains("Eve"), "a stranger writes nothing into the owner's mail: {told}");
    let guess = json!({ "registration": known.text("register.registration"), "code": "00000000" });
    let answer = confirm(&app.as_guest(), &guess).await;
    assert_eq!(answer.text("confirmRegistration.__typename"), "InvalidRegistrationCode");
    assert_eq!(login(&app, EMAIL, PASSWORD).await.text("login.__typename"), "LoginSuccess");
}

/// Who begins a registration with a stranger's address does not get the account that the stranger confirms, nor the
/// stranger one with a password that somebody else knows.
#[tokio::test]
async fn a_code_counts_with_what_register_gave_and_for_nothing_else() {
    let app = start().await;
    let first = register_and_wait(&app.as_guest(), &app, ann(), 0).await;
    let second = register_and_wait(&app.as_guest(), &app, ann(), 1).await;
    assert_ne!(first["code"], second["code"]);
    let try_code = async |registration: &Value, code: &Value| {
        let input = json!({ "registration": registration, "code": code });
        confirm(&app.as_guest(), &input).await.text("confirmRegistration.__typename")
    };
    let invalid = "InvalidRegistrationCode";
    assert_eq!(try_code(&first["registration"], &second["code"]).await, invalid);
    assert_eq!(try_code(&json!("souk_rg_nonsense"), &first["code"]).await, invalid);
    assert!(app.published_of::<UserRegistered>().await.is_empty());
    // Written as people write codes.
    let code = json!(first["code"].as_str().unwrap().replace(' ', "-"));
    assert_eq!(try_code(&first["registration"], &code).await, "RegisterSuccess");
    assert_eq!(try_code(&first["registration"], &code).await, invalid, "it works once");
    assert_eq!(try_code(&second["registration"], &second["code"]).await, "EmailTaken");
    assert_eq!(app.published_of::<UserRegistered>().await.len(), 1);
}

#[tokio::test]
async fn a_registration_ends_with_five_wrong_codes_and_after_an_hour() {
    let app = start().await;
    let right = register_and_wait(&app.as_guest(), &app, ann(), 0).await;
    let wrong = json!({ "registration": right["registration"], "code": "0" });
    for _ in 0..5 {
        confirm(&app.as_guest(), &wrong).await.data();
    }
    let late = confirm(&app.as_guest(), &right).await;
    assert_eq!(late.text("confirmRegistration.__typename"), "InvalidRegistrationCode");
    let right = register_and_wait(&app.as_guest(), &app, ann(), 1).await;
    app.clock().advance(Duration::from_secs(3_601));
    let late = confirm(&app.as_guest(), &right).await;
    assert_eq!(late.text("confirmRegistration.__typename"), "InvalidRegistrationCode");
}

#[tokio::test]
async fn one_address_has_one_account_however_many_confirm_at_once() {
    let app = start().await;
    let mut waiting = Vec::new();
    for nth in 0..3 {
        waiting.push(register_and_wait(&app.as_guest(), &app, ann(), nth).await);
    }
    let guest = app.as_guest();
    let answers = join_all(waiting.iter().map(|input| confirm(&guest, input))).await;
    let mut outcomes: Vec<String> =
        answers.iter().map(|answer| answer.text("confirmRegistration.__typename")).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["EmailTaken", "EmailTaken", "RegisterSuccess"]);
    assert_eq!(app.published_of::<UserRegistered>().await.len(), 1);
}

#[tokio::test]
async fn a_strangers_mailbox_is_not_filled() {
    let app = start().await;
    for _ in 0..6 {
        app.as_guest().execute(REGISTER, json!({ "input": ann() })).await.data();
    }
    // A later one, to another address, has arrived: those before it are done.
    register(&app, "ben@example.com").await;
    eventually(|| async { mails(&app, EMAIL).len() >= 3 }).await;
    assert_eq!(mails(&app, EMAIL).len(), 3);
    app.clock().advance(Duration::from_secs(601));
    register_and_wait(&app.as_guest(), &app, ann(), 3).await;
}
