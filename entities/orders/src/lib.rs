//! orders-entities
