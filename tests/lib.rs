//! Nothing: this package exists for its one test binary, `main.rs`.
