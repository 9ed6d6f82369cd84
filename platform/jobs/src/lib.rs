//! platform-jobs
