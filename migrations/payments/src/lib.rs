//! payments-migrations
