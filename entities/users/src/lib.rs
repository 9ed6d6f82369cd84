//! users-entities
