//! platform-testkit
