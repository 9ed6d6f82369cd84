//! Tables of the users database: sea-orm models only, no behaviour.

pub mod account_token;
pub mod address;
pub mod api_key;
pub mod audit_entry;
pub mod known_network;
pub mod login_throttle;
pub mod mail_limit;
pub mod notification;
pub mod partner;
pub mod refresh_token;
pub mod registration;
pub mod revocation;
pub mod revocation_counter;
pub mod sent_mail;
pub mod session;
pub mod signing_key;
pub mod user;
pub mod user_role;
pub mod vat_id;
pub mod vendor_membership;
