//! platform-database
