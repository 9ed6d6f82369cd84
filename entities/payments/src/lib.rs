//! payments-entities
