//! What a notification is about, and its text in the reader's language.

use platform_commerce::Money;
use platform_core::id::OrderId;
use serde::{Deserialize, Serialize};
use users_entities::notification::Kind;

/// What the text is made of, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Content {
    Order {
        order_id: OrderId,
        number: String,
    },
    Refund {
        order_id: OrderId,
        amount: Money,
        /// The order's; unknown of orders that the inbox was never told of.
        #[serde(default)]
        number: Option<String>,
        /// Given back with the money.
        #[serde(default)]
        points: i64,
    },
    Text {
        title: String,
        body: String,
    },
}

impl Content {
    pub const fn order(&self) -> Option<OrderId> {
        match self {
            Self::Order { order_id, .. } | Self::Refund { order_id, .. } => Some(*order_id),
            Self::Text { .. } => None,
        }
    }

    /// Title and body.
    pub fn render(&self, kind: Kind, language: &str) -> (String, String) {
        match self {
            Self::Text { title, body } => (title.clone(), body.clone()),
            Self::Order { number, .. } => order(kind, number, language),
            Self::Refund { amount, number, points, .. } if amount.is_zero() => {
                points_alone(number.as_deref(), *points, language)
            }
            Self::Refund { amount, number, points, .. } => {
                refund(&amount.to_string(), number.as_deref(), *points, language)
            }
        }
    }
}

fn order(kind: Kind, number: &str, language: &str) -> (String, String) {
    let (title, body) = match (kind, language) {
        (Kind::OrderPaid, "de") => ("Zahlung erhalten", format!("Ihre Bestellung {number} ist bezahlt.")),
        (Kind::OrderPaid, "ja") => ("お支払い完了", format!("ご注文 {number} のお支払いを確認しました。")),
        (Kind::OrderPaid, _) => ("Payment received", format!("Your order {number} is paid.")),
        (Kind::OrderShipped, "de") => {
            ("Bestellung unterwegs", format!("Ihre Bestellung {number} ist unterwegs zu Ihnen."))
        }
        (Kind::OrderShipped, "ja") => ("発送のお知らせ", format!("ご注文 {number} を発送いたしました。")),
        (Kind::OrderShipped, _) => ("Order shipped", format!("Your order {number} is on its way to you.")),
        (Kind::OrderDelivered, "de") => {
            ("Bestellung zugestellt", format!("Ihre Bestellung {number} ist angekommen."))
        }
        (Kind::OrderDelivered, "ja") => ("お届け完了", format!("ご注文 {number} をお届けしました。")),
        (Kind::OrderDelivered, _) => ("Order delivered", format!("Your order {number} has arrived.")),
        (Kind::OrderCancelled, "de") => {
            ("Bestellung storniert", format!("Ihre Bestellung {number} wurde storniert."))
        }
        (Kind::OrderCancelled, "ja") => {
            ("ご注文のキャンセル", format!("ご注文 {number} はキャンセルされました。"))
        }
        (Kind::OrderCancelled, _) => ("Order cancelled", format!("Your order {number} was cancelled.")),
        (Kind::OrderRefunded, "de") => {
            ("Bestellung erstattet", format!("Ihre Bestellung {number} wurde vollständig erstattet."))
        }
        (Kind::OrderRefunded, "ja") => {
            ("ご注文の全額返金", format!("ご注文 {number} は全額返金されました。"))
        }
        (Kind::OrderRefunded, _) => ("Order refunded", format!("Your order {number} was refunded in full.")),
        (_, "de") => {
            ("Bestellung eingegangen", format!("Danke! Ihre Bestellung {number} ist bei uns eingegangen."))
        }
        (_, "ja") => ("ご注文ありがとうございます", format!("ご注文 {number} を承りました。")),
        _ => ("Order placed", format!("Thank you! We have your order {number}.")),
    };
    (title.to_owned(), body)
}

/// What points alone paid comes back as points alone.
fn points_alone(number: Option<&str>, points: i64, language: &str) -> (String, String) {
    let (title, body) = match (language, number) {
        ("de", Some(number)) => (
            "Erstattung",
            format!("{points} Punkte für Ihre Bestellung {number} sind wieder auf Ihrem Konto."),
        ),
        ("de", None) => ("Erstattung", format!("{points} Punkte sind wieder auf Ihrem Konto.")),
        ("ja", Some(number)) => {
            ("返金のお知らせ", format!("ご注文 {number} について {points} ポイントをお戻ししました。"))
        }
        ("ja", None) => ("返金のお知らせ", format!("{points} ポイントをお戻ししました。")),
        (_, Some(number)) => {
            ("Refund", format!("{points} points for your order {number} are back in your account."))
        }
        (_, None) => ("Refund", format!("{points} points are back in your account.")),
    };
    (title.to_owned(), body)
}

fn refund(amount: &str, number: Option<&str>, points: i64, language: &str) -> (String, String) {
    let (title, mut body) = match (language, number) {
        ("de", Some(number)) => {
            ("Erstattung", format!("{amount} für Ihre Bestellung {number} sind auf dem Weg zu Ihnen zurück."))
        }
        ("de", None) => ("Erstattung", format!("{amount} sind auf dem Weg zu Ihnen zurück.")),
        ("ja", Some(number)) => {
            ("返金のお知らせ", format!("ご注文 {number} について {amount} を返金いたしました。"))
        }
        ("ja", None) => ("返金のお知らせ", format!("{amount} を返金いたしました。")),
        (_, Some(number)) => {
            ("Refund", format!("{amount} for your order {number} is on its way back to you."))
        }
        (_, None) => ("Refund", format!("{amount} is on its way back to you.")),
    };
    if points > 0 {
        body.push_str(&match language {
            "de" => format!(" {points} Punkte sind wieder auf Ihrem Konto."),
            "ja" => format!("{points} ポイントもお戻ししました。"),
            _ => format!(" {points} points are back in your account."),
        });
    }
    (title.to_owned(), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_follow_the_reader_and_what_happened() {
        let order = Content::Order { order_id: OrderId(uuid::Uuid::nil()), number: "A-7".to_owned() };
        let kinds = [
            Kind::OrderPlaced,
            Kind::OrderPaid,
            Kind::OrderShipped,
            Kind::OrderDelivered,
            Kind::OrderCancelled,
            Kind::OrderRefunded,
        ];
        let mut titles = Vec::new();
        for kind in kinds {
            for language in ["en", "de", "ja"] {
                let (title, body) = order.render(kind, language);
                assert!(body.contains("A-7"), "{body}");
                titles.push(title);
            }
        }
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), 18);
        assert_eq!(order.render(Kind::OrderPaid, "fr"), order.render(Kind::OrderPaid, "en"));
    }

    #[test]
    fn a_refund_says_what_came_back_and_for_which_order() {
        let refund = |number: Option<&str>, points| {
            let amount = Money::from_minor(1_250, platform_commerce::CurrencyCode::EUR);
            let order_id = OrderId(uuid::Uuid::nil());
            let number = number.map(str::to_owned);
            let content = Content::Refund { order_id, amount, number, points };
            ["en", "de", "ja"].map(|language| content.render(Kind::PaymentRefunded, language).1)
        };
        for body in refund(Some("A-7"), 166) {
            assert!(["12.50 EUR", "A-7", "166"].iter().all(|part| body.contains(part)), "{body}");
        }
        assert_eq!(refund(None, 0)[0], "12.50 EUR is on its way back to you.");
        let alone = Content::Refund {
            order_id: OrderId(uuid::Uuid::nil()),
            amount: Money::zero(platform_commerce::CurrencyCode::EUR),
            number: Some("A-7".to_owned()),
            points: 166,
        };
        for language in ["en", "de", "ja"] {
            let body = alone.render(Kind::PaymentRefunded, language).1;
            assert!(body.contains("A-7") && body.contains("166") && !body.contains("EUR"), "{body}");
        }
        // As older releases stored it.
        let stored = serde_json::json!({ "about": "refund", "orderId": uuid::Uuid::nil(),
            "amount": Money::from_minor(1, platform_commerce::CurrencyCode::EUR) });
        assert!(serde_json::from_value::<Content>(stored).is_ok());
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let order = Content::Order { order_id: OrderId(uuid::Uuid::nil()), number: "A-7".to_owned() };
        let stored = serde_json::to_value(&order).unwrap();
        assert_eq!(stored["about"], "order");
        assert_eq!(serde_json::from_value::<Content>(stored).unwrap(), order);
    }
}
