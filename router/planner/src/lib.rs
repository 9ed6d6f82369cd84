//! router-planner
