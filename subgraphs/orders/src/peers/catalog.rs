//! Prices, stock and coupons, asked of catalog.

mod coupon;
mod prices;
mod stock;

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("catalog");
}

use std::net::IpAddr;

pub use coupon::{
    CouponHold, CouponRejectionReason, commit_coupon, extend_coupon, release_coupon, reserve_coupon,
};
pub use prices::{
    CheckedLine, CouponFunding, LineProblem, LineProblemCode, PricedLine, PricedLines, QuoteRequest,
    WantedLine, check_lines, quote_lines,
};
pub use stock::{
    Reserved, ReservedLine, ShortLine, commit_reservation, extend_reservation, give_back_stock,
    reserve_stock, return_pieces,
};

/// For whom something is held, and where the request came from.
#[derive(Debug, Clone, Default)]
pub struct Holder {
    pub name: Option<String>,
    pub network: Option<IpAddr>,
}

impl Holder {
    /// As it is written with what is held.
    pub fn network(&self) -> Option<String> {
        self.network.map(|network| network.to_string())
    }
}

/// What became of a hold that was to last longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extended {
    Held,
    LimitReached,
    Closed,
}
