//! platform-sagas
