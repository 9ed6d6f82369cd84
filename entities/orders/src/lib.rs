//! Tables of the orders subgraph; no behaviour.

pub mod cart;
pub mod cart_line;
pub mod order;
pub mod order_code;
pub mod order_code_guess;
pub mod order_event;
pub mod order_line;
pub mod order_refund;
pub mod order_refund_line;
pub mod parcel;
pub mod vendor_order;
