//! router-schema
