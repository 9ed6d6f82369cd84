//! platform-telemetry
