//! Tables of the payments subgraph; no behaviour.

pub mod ledger_account;
pub mod ledger_posting;
pub mod ledger_transaction;
pub mod payment;
pub mod payment_method;
pub mod points_account;
pub mod points_earning;
pub mod points_entry;
pub mod points_hold;
pub mod refund;
pub mod sandbox_charge;
pub mod sandbox_refund;
pub mod webhook;
