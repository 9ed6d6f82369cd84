//! platform-events
