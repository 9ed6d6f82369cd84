//! What a notification is about, and its text in the reader's language.

use platform_commerce::Money;
use platform_core::id::OrderId;
use serde::{Deserialize, Serialize};
use users_entities::notification::Kind;

/// What the text is made of, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Content {
    Order { order_id: OrderId, number: String },
    Refund { order_id: OrderId, amount: Money },
    Text { title: String, body: String },
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
            Self::Refund { amount, .. } => refund(&amount.to_string(), language),
        }
    }
}

fn order(kind: Kind, number: &str, language: &str) -> (String, String) {
    let (title, body) = match (kind, language) {
        (Kind::OrderPaid, "de") => ("Zahlung erhalten", format!("Ihre Bestellung {number} ist bezahlt.")),
        (Kind::OrderPaid, "ja") => ("お支払い完了", format!("ご注文 {number} のお支払いを確認しました。")),
        (Kind::OrderPaid, _) => ("Payment received", format!("Your order {number} is paid.")),
        (Kind::OrderCancelled, "de") => {
            ("Bestellung storniert", format!("Ihre Bestellung {number} wurde storniert."))
        }
        (Kind::OrderCancelled, "ja") => {
            ("ご注文のキャンセル", format!("ご注文 {number} はキャンセルされました。"))
        }
        (Kind::OrderCancelled, _) => ("Order cancelled", format!("Your order {number} was cancelled.")),
        (_, "de") => {
            ("Bestellung eingegangen", format!("Danke! Ihre Bestellung {number} ist bei uns eingegangen."))
        }
        (_, "ja") => ("ご注文ありがとうございます", format!("ご注文 {number} を承りました。")),
        _ => ("Order placed", format!("Thank you! We have your order {number}.")),
    };
    (title.to_owned(), body)
}

fn refund(amount: &str, language: &str) -> (String, String) {
    let (title, body) = match language {
        "de" => ("Erstattung", format!("{amount} sind auf dem Weg zu Ihnen zurück.")),
        "ja" => ("返金のお知らせ", format!("{amount} を返金いたしました。")),
        _ => ("Refund", format!("{amount} is on its way back to you.")),
    };
    (title.to_owned(), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_follow_the_reader_and_what_happened() {
        let order = Content::Order { order_id: OrderId(uuid::Uuid::nil()), number: "A-7".to_owned() };
        let kinds = [Kind::OrderPlaced, Kind::OrderPaid, Kind::OrderCancelled];
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
        assert_eq!(titles.len(), 9);
        assert_eq!(order.render(Kind::OrderPaid, "fr"), order.render(Kind::OrderPaid, "en"));
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let order = Content::Order { order_id: OrderId(uuid::Uuid::nil()), number: "A-7".to_owned() };
        let stored = serde_json::to_value(&order).unwrap();
        assert_eq!(stored["about"], "order");
        assert_eq!(serde_json::from_value::<Content>(stored).unwrap(), order);
    }
}
