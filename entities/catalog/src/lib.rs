//! catalog-entities
