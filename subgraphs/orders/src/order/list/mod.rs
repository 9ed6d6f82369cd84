//! Lists of orders: which, in what order, and where a page of them begins.
//!
//! Invariant: a place in a list is a moment and an id, which no order changes; so a cursor is good in each order and under
//! each filter, and pages meet while orders come. Deliberately absent: the orders that belong to a user, which
//! `User.orders` pages by their ids.

mod graphql;

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use orders_entities::order::{Model, Status};
use orders_entities::vendor_order;
use platform_core::id::{OrderId, UserId, VendorId};
use platform_text::Email;
use serde::{Deserialize, Serialize};

pub use graphql::{OrderConnection, OrderListQuery, UserOrderCounts, VendorOrderFilter, orders_of_user};

/// The order of a list of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[graphql(name = "OrderSort")]
pub enum Sort {
    /// The order that was placed last first.
    #[default]
    Newest,
    /// The order that was placed first first.
    Oldest,
}

/// A span of time: from `from` on, and not from `before` on; without end where it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    pub from: Option<DateTime<Utc>>,
    pub before: Option<DateTime<Utc>>,
}

/// Which orders; every field that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these, each once.
    pub statuses: Option<Vec<Status>>,
    pub placed: Period,
    pub user: Option<UserId>,
    /// Of a guest's order.
    pub email: Option<Email>,
    /// With a part of this vendor's.
    pub vendor: Option<VendorId>,
    /// The first characters of the number, as it is stored.
    pub number: Option<String>,
}

/// Which of a vendor's parts of orders; every field that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartsFilter {
    pub vendor: VendorId,
    /// Any of these.
    pub statuses: Option<Vec<vendor_order::Status>>,
    pub placed: Period,
}

/// Where an order stands in a list, which is what a cursor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(pub DateTime<Utc>, pub OrderId);

impl Place {
    pub const fn of(order: &Model) -> Self {
        Self(order.placed_at, order.id)
    }
}
