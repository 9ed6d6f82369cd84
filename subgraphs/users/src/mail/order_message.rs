//! What the mails about an order say, in the reader's language.
//!
//! The names of what was bought were written by sellers: they stand in the text alone, by [`plain`].

use platform_commerce::Money;

use super::message::Message;
use super::plain;

/// Lines of an order that a mail lists; of more it says how many.
const MAX_LINES: usize = 50;

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderNews {
    Confirmed,
    Shipped,
    OutForDelivery,
    DeliveryAttempted,
    Delivered,
    Cancelled,
    Refunded,
    PartlyRefunded,
}

impl OrderNews {
    /// Whether it is about parcels, and not about money.
    const fn is_of_parcels(self) -> bool {
        match self {
            Self::Shipped | Self::OutForDelivery | Self::DeliveryAttempted | Self::Delivered => true,
            Self::Confirmed | Self::Cancelled | Self::Refunded | Self::PartlyRefunded => false,
        }
    }
}

/// By what a parcel is followed.
pub struct FollowedParcel {
    pub number: String,
    pub token: String,
}

/// How parcels are followed.
pub struct Following<'a> {
    pub parcels: &'a [FollowedParcel],
    /// What the link begins with by which one is followed; empty where mails have none.
    pub tracking_url: &'a str,
}

/// A line of an order.
pub struct OrderedLine {
    pub quantity: i32,
    /// As a seller wrote it.
    pub name: String,
    /// Before discounts, with or without tax as the order shows prices.
    pub total: Money,
}

/// An order as a mail tells it.
pub struct OrderSummary {
    pub lines: Vec<OrderedLine>,
    pub charges: Charges,
    pub total: Money,
    /// Points that paid a part of the total, each worth a minor unit.
    pub points: i64,
    pub refunded: Money,
    pub points_returned: i64,
    /// Found by its number and address alone.
    pub is_guests: bool,
    /// What came back this time, where it was refunded piece by piece.
    pub refund: Option<PiecesRefunded>,
}

/// What a refund of some pieces gave back, with tax and after discounts.
pub struct PiecesRefunded {
    pub lines: Vec<OrderedLine>,
    pub shipping: Option<Money>,
}

/// What makes the total of the lines: lines − discount + shipping + tax. What an older release did not tell is absent.
pub struct Charges {
    pub discount: Option<Money>,
    pub shipping: Option<Money>,
    /// Where prices are shown without it.
    pub tax: Option<Money>,
}

/// Tells the buyer of an order what became of it.
pub fn order_news(
    language: &str,
    news: OrderNews,
    number: &str,
    order: &OrderSummary,
    following: &Following<'_>,
) -> Message {
    let words = words(language);
    let (subject, opening) = match news {
        OrderNews::Confirmed => words.confirmed,
        OrderNews::Shipped => words.shipped,
        OrderNews::OutForDelivery => words.out_for_delivery,
        OrderNews::DeliveryAttempted => words.attempted,
        OrderNews::Delivered => words.delivered,
        OrderNews::Cancelled => words.cancelled,
        OrderNews::Refunded => words.refunded,
        OrderNews::PartlyRefunded => words.partly_refunded,
    };
    let with_number = |text: &str| text.replace("{number}", number);
    let mut text = format!("{}\n\n{}\n\n", words.greeting, with_number(opening));
    let refund = order.refund.as_ref().filter(|_| news == OrderNews::PartlyRefunded);
    let lines = refund.map_or(&order.lines, |refund| &refund.lines);
    for line in lines.iter().take(MAX_LINES) {
        text.push_str(&format!("{} × {}: {}\n", line.quantity, plain(&line.name), line.total));
    }
    if let Some(more) = lines.len().checked_sub(MAX_LINES).filter(|more| *more > 0) {
        text.push_str(&format!("{}\n", words.more.replace("{count}", &more.to_string())));
    }
    let sums = match refund {
        _ if news.is_of_parcels() => Vec::new(),
        // What makes the order's total does not make what came back.
        Some(refund) => {
            let shipping = refund.shipping.map(|shipping| (words.shipping, shipping.to_string()));
            shipping.into_iter().chain(given_back(words, order)).collect()
        }
        None => sums(words, news, order),
    };
    if !sums.is_empty() {
        text.push('\n');
    }
    for (label, amount) in sums {
        text.push_str(&format!("{label}: {amount}\n"));
    }
    text.push_str(&followed(words, following));
    let find = if order.is_guests { words.find_as_guest } else { words.find_in_account };
    text.push_str(&format!("\n{}", with_number(find)));
    Message { subject: with_number(subject), text }
}

/// A paragraph that says how the parcels are followed; nothing where there are none.
fn followed(words: &Words, following: &Following<'_>) -> String {
    let Following { parcels, tracking_url } = following;
    let line = |parcel: &FollowedParcel| {
        let link =
            if tracking_url.is_empty() { String::new() } else { format!(" {tracking_url}{}", parcel.token) };
        format!("{}: {}{link}\n", words.tracking_number, parcel.number)
    };
    let lines: String = parcels.iter().take(MAX_LINES).map(line).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

/// The lines below those of the goods, each with its label: they add up.
fn sums(words: &Words, news: OrderNews, order: &OrderSummary) -> Vec<(&'static str, String)> {
    let Charges { discount, shipping, tax } = &order.charges;
    let mut sums = Vec::new();
    if let Some(discount) = discount.filter(|discount| !discount.is_zero()) {
        sums.push((words.discount, format!("−{discount}")));
    }
    if let Some(shipping) = shipping {
        sums.push((words.shipping, shipping.to_string()));
    }
    if let Some(tax) = tax {
        sums.push((words.tax, tax.to_string()));
    }
    sums.push((words.total, order.total.to_string()));
    if order.points > 0 {
        let in_money = order.total.minor().saturating_sub(order.points);
        sums.push((words.points, format!("−{}", order.points)));
        sums.push((words.in_money, Money::from_minor(in_money, order.total.currency()).to_string()));
    }
    if news != OrderNews::Confirmed {
        sums.extend(given_back(words, order));
    }
    sums
}

/// What came back, in money and in points.
fn given_back(words: &Words, order: &OrderSummary) -> impl Iterator<Item = (&'static str, String)> {
    let money = (!order.refunded.is_zero()).then(|| (words.given_back, order.refunded.to_string()));
    let points = order.points_returned;
    let points = (points > 0).then(|| (words.points_returned, points.to_string()));
    money.into_iter().chain(points)
}

/// The sentences of one language; `{number}` stands for the order's number.
struct Words {
    greeting: &'static str,
    /// Subject and first sentence.
    confirmed: (&'static str, &'static str),
    shipped: (&'static str, &'static str),
    out_for_delivery: (&'static str, &'static str),
    attempted: (&'static str, &'static str),
    delivered: (&'static str, &'static str),
    tracking_number: &'static str,
    cancelled: (&'static str, &'static str),
    refunded: (&'static str, &'static str),
    partly_refunded: (&'static str, &'static str),
    more: &'static str,
    discount: &'static str,
    shipping: &'static str,
    tax: &'static str,
    total: &'static str,
    points: &'static str,
    /// What of the total was paid in money.
    in_money: &'static str,
    given_back: &'static str,
    points_returned: &'static str,
    find_as_guest: &'static str,
    find_in_account: &'static str,
}

fn words(language: &str) -> &'static Words {
    match language {
        "de" => &GERMAN,
        "ja" => &JAPANESE,
        _ => &ENGLISH,
    }
}

const ENGLISH: Words = Words {
    greeting: "Hello,",
    confirmed: ("Your order {number}", "thank you for your order {number}. It is paid."),
    shipped: (
        "Your order {number} is on its way",
        "your order {number} has left its sellers and is on its way to you.",
    ),
    out_for_delivery: (
        "Your order {number} comes today",
        "a courier is on the way to you with a parcel of your order {number}.",
    ),
    attempted: (
        "Nobody took your order {number}",
        "a courier came to you with a parcel of your order {number}, and could not leave it.",
    ),
    tracking_number: "Tracking number",
    delivered: ("Your order {number} has arrived", "your order {number} was delivered."),
    cancelled: ("Your order {number} was cancelled", "your order {number} was cancelled."),
    refunded: ("Your order {number} was refunded", "your order {number} was refunded."),
    partly_refunded: (
        "A part of your order {number} was refunded",
        "a part of what you paid for your order {number} was given back to you.",
    ),
    more: "and {count} more",
    discount: "Discount",
    shipping: "Shipping",
    tax: "Tax",
    total: "Total, with tax and shipping",
    points: "Paid with points",
    in_money: "Paid in money",
    given_back: "Given back to you",
    points_returned: "Points given back to you",
    find_as_guest: "Keep this mail: with the number {number} and the address that it was sent to you find the order again.",
    find_in_account: "You find the order in your account.",
};

const GERMAN: Words = Words {
    greeting: "Guten Tag,",
    confirmed: ("Ihre Bestellung {number}", "vielen Dank für Ihre Bestellung {number}. Sie ist bezahlt."),
    shipped: (
        "Ihre Bestellung {number} ist unterwegs",
        "Ihre Bestellung {number} hat die Verkäufer verlassen und ist unterwegs zu Ihnen.",
    ),
    out_for_delivery: (
        "Ihre Bestellung {number} kommt heute",
        "ein Kurier ist mit einem Paket Ihrer Bestellung {number} unterwegs zu Ihnen.",
    ),
    attempted: (
        "Ihre Bestellung {number} wurde nicht angenommen",
        "ein Kurier kam mit einem Paket Ihrer Bestellung {number} zu Ihnen und konnte es nicht abgeben.",
    ),
    tracking_number: "Sendungsnummer",
    delivered: ("Ihre Bestellung {number} ist angekommen", "Ihre Bestellung {number} wurde zugestellt."),
    cancelled: ("Ihre Bestellung {number} ist storniert", "Ihre Bestellung {number} wurde storniert."),
    refunded: ("Ihre Bestellung {number} ist erstattet", "Ihre Bestellung {number} wurde erstattet."),
    partly_refunded: (
        "Ihre Bestellung {number} ist teilweise erstattet",
        "ein Teil Ihrer Zahlung für die Bestellung {number} wurde erstattet.",
    ),
    more: "und {count} weitere",
    discount: "Rabatt",
    shipping: "Versand",
    tax: "Steuer",
    total: "Summe mit Steuer und Versand",
    points: "Mit Punkten bezahlt",
    in_money: "In Geld bezahlt",
    given_back: "An Sie erstattet",
    points_returned: "Ihnen zurückgegebene Punkte",
    find_as_guest: "Bewahren Sie diese Nachricht auf: Mit der Nummer {number} und der Adresse, an die sie ging, finden Sie die Bestellung wieder.",
    find_in_account: "Sie finden die Bestellung in Ihrem Kundenkonto.",
};

const JAPANESE: Words = Words {
    greeting: "お客様",
    confirmed: ("ご注文 {number}", "ご注文 {number} をありがとうございます。お支払いが完了しました。"),
    shipped: ("ご注文 {number} の発送", "ご注文 {number} を発送いたしました。"),
    out_for_delivery: ("ご注文 {number} の配達", "配達員がご注文 {number} の荷物をお届けに向かっています。"),
    attempted: (
        "ご注文 {number} のご不在",
        "配達員がご注文 {number} の荷物をお届けに伺いましたが、お渡しできませんでした。",
    ),
    tracking_number: "追跡番号",
    delivered: ("ご注文 {number} のお届け", "ご注文 {number} をお届けしました。"),
    cancelled: ("ご注文 {number} のキャンセル", "ご注文 {number} はキャンセルされました。"),
    refunded: ("ご注文 {number} の返金", "ご注文 {number} は返金されました。"),
    partly_refunded: ("ご注文 {number} の一部返金", "ご注文 {number} のお支払いの一部が返金されました。"),
    more: "ほか {count} 点",
    discount: "割引",
    shipping: "送料",
    tax: "税",
    total: "合計（税・送料込み）",
    points: "ポイント利用",
    in_money: "お支払い金額",
    given_back: "返金額",
    points_returned: "返還ポイント",
    find_as_guest: "このメールを保管してください。番号 {number} とこのメールの宛先アドレスで、ご注文をもう一度確認できます。",
    find_in_account: "ご注文はアカウントで確認できます。",
};
