//! What orders asks of users: whose address it is, and mail to an address that needs no account.

use platform_testkit::TestSubgraph;
use serde_json::{Value, json};
use users::UsersSubgraph;

use crate::support::{builder, register, start};

const OWNS: &str = "query ($user: ID!, $email: String!) { ownsEmail(userId: $user, email: $email) }";
const SEND: &str = "mutation ($input: SendMailInput!) { sendMail(input: $input) { sent } }";

/// The texts of the mails that were sent.
fn mails(app: &TestSubgraph<UsersSubgraph>) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(app.data_dir().join("users/mail")) else { return Vec::new() };
    let paths = folder.map(|entry| entry.unwrap().path());
    let whole = paths.filter(|path| path.extension().is_some_and(|ending| ending == "eml"));
    whole.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

async fn owns(app: &TestSubgraph<UsersSubgraph>, user: &str, email: &str) -> bool {
    let answer =
        app.as_service("orders").execute_internal(OWNS, json!({ "user": user, "email": email })).await;
    answer.get("ownsEmail")
}

#[tokio::test]
async fn owns_email_is_true_of_the_verified_address_alone() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let id = ann.client(&app).identity().user.unwrap().to_string();
    assert!(owns(&app, &id, " ANN@example.com ").await);
    for (user, email) in [
        (id.as_str(), "eve@example.com"),
        (id.as_str(), "no address"),
        ("no id", "ann@example.com"),
        (&app.ids().next_uuid().to_string(), "ann@example.com"),
    ] {
        assert!(!owns(&app, user, email).await, "{user} {email}");
    }
    let refused =
        ann.client(&app).execute_internal(OWNS, json!({ "user": id, "email": "ann@example.com" })).await;
    assert_eq!(refused.codes(), ["FORBIDDEN"]);
}

fn mail(key: &str, template: &str, language: &str) -> Value {
    json!({ "input": {
        "key": key, "template": template, "to": "Ann@example.com", "language": language,
        "data": { "orderNumber": "K7QF-2M9X", "code": "7Q2M-K9XD-04TR" },
    } })
}

#[tokio::test]
async fn send_mail_sends_once_for_each_key_in_the_readers_language() {
    let app = start().await;
    let orders = app.as_service("orders");
    for (template, language, words) in [
        ("ORDER_CLAIM", "en", "into an account"),
        ("ORDER_CLAIM", "de", "Kundenkonto"),
        ("ORDER_CLAIM", "ja", "アカウント"),
        ("ORDER_CANCELLATION", "fr", "you can cancel order"),
        ("ORDER_CANCELLATION", "de", "stornieren"),
        ("ORDER_CANCELLATION", "ja", "キャンセル"),
    ] {
        let before = mails(&app).len();
        let key = format!("orders.code:../{template}:{language}");
        for sent in [true, false] {
            let answer = orders.execute_internal(SEND, mail(&key, template, language)).await;
            assert_eq!(answer.at("sendMail.sent"), sent, "{}", answer.body);
        }
        let after = mails(&app);
        assert_eq!(after.len(), before + 1);
        let found = after.iter().find(|text| text.contains(words)).unwrap();
        assert!(found.contains("To: ann@example.com\r\n") && found.contains("7Q2M-K9XD-04TR"), "{found}");
    }
}

/// Check 56: nothing that is mailed can carry another line into the mail.
#[tokio::test]
async fn send_mail_refuses_what_is_no_line() {
    let app = start().await;
    for path in ["/input/key", "/input/to", "/input/data/orderNumber", "/input/data/code"] {
        let mut input = mail("key", "ORDER_CLAIM", "en");
        *input.pointer_mut(path).unwrap() = json!("x@y.z\r\nBcc: e@example.org");
        let refused = app.as_service("orders").execute_internal(SEND, input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{path}");
    }
    assert!(mails(&app).is_empty());
}

fn news(key: &str, template: &str, language: &str, name: &str) -> Value {
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    json!({ "input": {
        "key": key, "template": template, "to": "ann@example.com", "language": language,
        "data": { "orderNumber": "K7QF-2M9X", "order": {
            "lines": [{ "quantity": 2, "name": name, "total": euro("20.00") }],
            "total": euro("24.99"), "refunded": euro("24.99"), "isGuests": true,
        } },
    } })
}

#[tokio::test]
async fn send_mail_tells_what_became_of_an_order() {
    let app = start().await;
    let orders = app.as_service("orders");
    for (template, language, words) in [
        ("ORDER_CONFIRMED", "en", "thank you for your order K7QF-2M9X"),
        ("ORDER_CONFIRMED", "de", "vielen Dank"),
        ("ORDER_CANCELLED", "ja", "キャンセルされました"),
        ("ORDER_REFUNDED", "fr", "Given back to you: 24.99 EUR"),
        ("ORDER_PARTLY_REFUNDED", "en", "a part of what you paid for your order K7QF-2M9X was given back"),
        ("ORDER_PARTLY_REFUNDED", "de", "Ihrer Zahlung für die Bestellung K7QF-2M9X wurde erstattet"),
        ("ORDER_PARTLY_REFUNDED", "ja", "お支払いの一部が返金されました"),
    ] {
        let key = format!("orders.order:{template}:{language}");
        for sent in [true, false] {
            let answer = orders.execute_internal(SEND, news(&key, template, language, "Lamp, red")).await;
            assert_eq!(answer.at("sendMail.sent"), sent, "{}", answer.body);
        }
        let found = mails(&app).into_iter().find(|text| text.contains(words)).unwrap();
        assert!(found.contains("2 × Lamp, red: 20.00 EUR") && found.contains("24.99 EUR"), "{found}");
    }
    for (template, language, words) in [
        ("ORDER_SHIPPED", "en", "your order K7QF-2M9X has left its sellers"),
        ("ORDER_SHIPPED", "ja", "発送いたしました"),
        ("ORDER_DELIVERED", "de", "Ihre Bestellung K7QF-2M9X wurde zugestellt"),
    ] {
        let key = format!("orders.order:{template}:{language}");
        orders.execute_internal(SEND, news(&key, template, language, "Lamp, red")).await.data();
        let found = mails(&app).into_iter().find(|text| text.contains(words)).unwrap();
        assert!(found.contains("2 × Lamp, red: 20.00 EUR") && !found.contains("24.99"), "no sums: {found}");
    }
    let bare = json!({ "input": { "key": "k", "template": "ORDER_CONFIRMED", "to": "a@b.example", "language": "en",
        "data": { "orderNumber": "K7QF-2M9X" } } });
    let refused = orders.execute_internal(SEND, bare).await;
    assert_eq!(refused.errors()[0]["extensions"]["field"], "order", "{}", refused.body);
}

/// Who waits for a parcel finds it by the mail; the link is there where the shop says what it begins with.
#[tokio::test]
async fn send_mail_says_how_parcels_are_followed() {
    let parcel = json!({ "number": "SK1234567890", "token": "a-token" });
    for (tracking_url, template, language, words, line) in [
        ("", "ORDER_SHIPPED", "en", "has left its sellers", "Tracking number: SK1234567890\n"),
        (
            "https://shop.example/track/",
            "ORDER_OUT_FOR_DELIVERY",
            "en",
            "a courier is on the way to you",
            "Tracking number: SK1234567890 https://shop.example/track/a-token\n",
        ),
        (
            "https://shop.example/track/",
            "ORDER_OUT_FOR_DELIVERY",
            "de",
            "unterwegs zu Ihnen",
            "Sendungsnummer: SK1234567890 https://shop.example/track/a-token\n",
        ),
        (
            "https://shop.example/track/",
            "ORDER_DELIVERY_ATTEMPTED",
            "ja",
            "お渡しできませんでした",
            "追跡番号: SK1234567890 ",
        ),
    ] {
        let app = builder()
            .configure(|config| tracking_url.clone_into(&mut config.fulfilment.tracking_url))
            .start()
            .await;
        let mut input = news("orders.order:parcel", template, language, "Lamp");
        input["input"]["data"]["parcels"] = json!([parcel]);
        app.as_service("orders").execute_internal(SEND, input).await.data();
        let text = mails(&app).pop().unwrap();
        assert!(text.contains(words) && text.contains(line), "{text}");
        assert!(!text.contains("24.99"), "no sums: {text}");
    }
}

/// A mail of a refund of some pieces names them, and not what else was bought.
#[tokio::test]
async fn send_mail_names_the_pieces_of_a_refund() {
    let app = start().await;
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let mut input = news("orders.order:pieces", "ORDER_PARTLY_REFUNDED", "en", "Table");
    let order = input.pointer_mut("/input/data/order").unwrap();
    order["refund"] = json!({ "lines": [{ "quantity": 1, "name": "Lamp", "total": euro("6.67") }],
        "shipping": euro("4.99") });
    order["refunded"] = euro("9.00");
    order["pointsReturned"] = json!(266);
    app.as_service("orders").execute_internal(SEND, input).await.data();
    let text = mails(&app).pop().unwrap();
    for words in [
        "1 × Lamp: 6.67 EUR",
        "Shipping: 4.99 EUR",
        "Given back to you: 9.00 EUR",
        "Points given back to you: 266",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Table") && !text.contains("Total"), "{text}");
}

/// What stands in a mail adds up, and a refund says what came back in money and in points.
#[tokio::test]
async fn send_mail_lists_what_makes_the_total() {
    let app = start().await;
    let orders = app.as_service("orders");
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    for (language, sums) in [
        (
            "en",
            [
                "Discount: −2.00 EUR",
                "Shipping: 4.99 EUR",
                "Tax: 2.00 EUR",
                "Paid with points: −333",
                "Paid in money: 21.66 EUR",
                "Given back to you: 21.66 EUR",
                "Points given back to you: 333",
            ],
        ),
        (
            "de",
            [
                "Rabatt: −2.00 EUR",
                "Versand: 4.99 EUR",
                "Steuer: 2.00 EUR",
                "Mit Punkten bezahlt: −333",
                "In Geld bezahlt: 21.66 EUR",
                "An Sie erstattet: 21.66 EUR",
                "Ihnen zurückgegebene Punkte: 333",
            ],
        ),
        (
            "ja",
            [
                "割引: −2.00 EUR",
                "送料: 4.99 EUR",
                "税: 2.00 EUR",
                "ポイント利用: −333",
                "お支払い金額: 21.66 EUR",
                "返金額: 21.66 EUR",
                "返還ポイント: 333",
            ],
        ),
    ] {
        let mut input = news(language, "ORDER_REFUNDED", language, "Lamp");
        let order = &mut input["input"]["data"]["order"];
        order["discount"] = euro("2.00");
        order["shipping"] = euro("4.99");
        order["tax"] = euro("2.00");
        order["points"] = json!(333);
        order["refunded"] = euro("21.66");
        order["pointsReturned"] = json!(333);
        let answer = orders.execute_internal(SEND, input).await;
        assert_eq!(answer.at("sendMail.sent"), true, "{}", answer.body);
        let sent = mails(&app);
        assert!(sent.iter().any(|mail| sums.iter().all(|sum| mail.contains(sum))), "{language}: {sent:?}");
    }
}

/// Check 56: a seller's words make neither a link nor a line in a buyer's mail.
#[tokio::test]
async fn send_mail_makes_no_link_of_a_product() {
    let app = start().await;
    let name = "Win: https://evil.example/x\r\nBcc: e@example.org";
    let input = news("key", "ORDER_CONFIRMED", "en", name);
    app.as_service("orders").execute_internal(SEND, input).await.data();
    let mail = mails(&app).remove(0);
    assert!(mail.contains("2 × Win https evil. example x Bcc e example. org: 20.00 EUR"), "{mail}");
}
