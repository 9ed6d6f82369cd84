//! What becomes of the demo orders: every way that an order can go, so that each status and each kind of refund can
//! be seen.

use platform_commerce::{CurrencyCode, Market};

/// What happens once an order is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Stays,
    CancelledByBuyer,
    CancelledByStaff,
    RefundedInPart,
    RefundedInFull,
}

/// The way of one order.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// How many goods are bought; each comes from another shelf.
    pub lines: u32,
    pub coupon: Option<&'static str>,
    /// Points to pay with; the customer gets as many first.
    pub points: i64,
    /// What the sandbox gateway is given; it decides how the payment goes. `None`: points pay for everything.
    pub token: Option<&'static str>,
    pub country: Country,
    pub then: Then,
}

/// Where the customer lives and pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    Germany,
    Japan,
}

impl Country {
    pub fn market(self) -> Market {
        match self {
            Self::Germany => Market::default(),
            Self::Japan => Market {
                country: "JP".into(),
                currency: CurrencyCode::JPY,
                language: "ja".into(),
                ..Market::default()
            },
        }
    }

    /// City, postal code and street.
    pub const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Germany => ("Berlin", "10119", "Torstraße"),
            Self::Japan => ("京都市", "604-8005", "三条通"),
        }
    }
}

/// A plain purchase, from which the others differ.
const PLAIN: Story = Story {
    lines: 2,
    coupon: None,
    points: 0,
    token: Some("tok_approve"),
    country: Country::Germany,
    then: Then::Stays,
};

pub const STORIES: [Story; 14] = [
    PLAIN,
    // Waits for the customer, who has half an hour.
    Story { token: Some("tok_challenge"), lines: 1, ..PLAIN },
    Story { then: Then::RefundedInPart, lines: 3, ..PLAIN },
    Story { token: Some("tok_decline"), lines: 1, ..PLAIN },
    // Paid some seconds later, when the gateway's webhook comes.
    Story { token: Some("tok_delayed"), ..PLAIN },
    Story { then: Then::CancelledByBuyer, ..PLAIN },
    Story { coupon: Some("WELCOME10"), lines: 3, ..PLAIN },
    Story { token: Some("tok_challenge"), then: Then::CancelledByBuyer, ..PLAIN },
    Story { then: Then::RefundedInFull, lines: 1, ..PLAIN },
    Story { points: 500, ..PLAIN },
    Story { country: Country::Japan, ..PLAIN },
    Story { then: Then::CancelledByStaff, ..PLAIN },
    Story { points: 50_000, token: None, lines: 1, ..PLAIN },
    Story { token: Some("tok_insufficient_funds"), ..PLAIN },
];
