//! router-composition
