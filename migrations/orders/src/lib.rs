//! orders-migrations
