//! router-gateway
