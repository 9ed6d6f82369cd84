//! router-limits
