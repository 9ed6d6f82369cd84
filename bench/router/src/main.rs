//! Benchmarks of the router.

mod corpus;
mod gateway;
mod peers;
mod planning;

use clap::{Parser, Subcommand};

/// That of the binary `souk`, so that what is measured here is what is served there.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How long planning takes: the pathological corpus, growth by size, and the peers' benchmark operation.
    Planning(planning::Own),
    /// Routers under load: requests per second, CPU for each request, memory.
    Gateway(gateway::Own),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().what {
        What::Planning(own) => planning::run(&own),
        What::Gateway(own) => gateway::run(own),
    }
}
