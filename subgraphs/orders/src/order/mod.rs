//! Orders: what was placed, and where it stands.
//!
//! Invariant: every change of an order's status goes through [`change()`], which counts its version, writes its
//! history and tells subscribers, all in one transaction.

mod change;
mod claim;
mod create;
mod error;
mod graphql;
mod line;
mod list;
mod mail;
mod number;
mod parcel_mail;
mod parcels;
mod refunded;
mod status;
mod store;
mod subscription;
mod topics;

pub use change::{Change, change, change_locked};
pub use claim::claim;
pub use create::{NewOrder, create};
pub use error::OrderError;
pub use graphql::{Order, OrderLine, OrderQuery, vendor_lines};
pub use list::{OrderConnection, OrderListQuery, UserOrderCounts, VendorOrderFilter, orders_of_user};
pub use mail::{OrderMail, RefundMail, RefundNews, RefundedPieces};
pub use number::{
    character as number_character, digit as number_digit, from_uuid as number_from_uuid,
    parse as parse_number,
};
pub use parcel_mail::{ParcelMail, ParcelTold};
pub use parcels::{CompleteOrder, ParcelNews, add_parcel, note_parcel};
pub use refunded::{Refunded, close_empty_parts, has_nothing_left, note_free_pieces, set_refunded};
pub use status::{Event, PAID, has_left, is_paid};
pub use store::{
    PartsOfVendor, VendorsPart, find as find_order, find_by_key, find_by_number, has_bought, is_empty, lines,
    lock as lock_order, lock_by_number, refunded_and_not_settled,
};
pub use subscription::OrderSubscription;
