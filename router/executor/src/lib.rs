//! router-executor
