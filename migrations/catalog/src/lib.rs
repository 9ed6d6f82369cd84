//! catalog-migrations
