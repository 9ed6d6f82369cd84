//! platform-config
