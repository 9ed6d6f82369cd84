//! Benchmarks of Souk against its aims and its peers.
fn main() {}
