//! users-migrations
