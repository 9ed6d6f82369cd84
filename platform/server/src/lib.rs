//! platform-server
