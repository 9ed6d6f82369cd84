//! The figures, as Markdown, printed as they come.
#![expect(clippy::print_stdout, reason = "the report is what this program is for")]

use std::time::Duration;

use clap::ValueEnum;

use crate::Database;
use crate::flash_sale::Sale;
use crate::flood::Flood;
use crate::load::Measured;
use crate::operations::Operation;
use crate::world::World;

pub struct Report;

impl Report {
    pub fn new(database: Database) -> Self {
        let name = database.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        println!("\n## {name}\n");
        Self
    }

    pub fn start(&self, seeding: Duration, first_answer: Duration, idle: u64) {
        println!("- first start, with demo data: {:.2} s", seeding.as_secs_f64());
        println!("- start to first answer: {:.2} s (aim: 2)", first_answer.as_secs_f64());
        println!("- memory when idle: {} MB (aim: 120)", megabytes(idle));
        println!();
        println!(
            "| operation | connections | req/s | p50 ms | p99 ms | Souk CPU ms | aim | PostgreSQL CPU ms |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    }

    pub fn operation(&self, operation: Operation, connections: usize, measured: &Measured) {
        let (souk, postgres) = measured.cpu_each();
        println!(
            "| {} | {connections} | {:.0} | {:.1} | {:.1} | {souk:.2} | {} | {postgres:.2} |",
            operation.title(),
            measured.rate(),
            measured.percentile(50),
            measured.percentile(99),
            operation.aim(),
        );
    }

    pub fn flash_sale(&self, sale: &Sale) {
        let (souk, postgres) = sale.measured.cpu_each();
        println!(
            "\nFlash sale: {} of {} pieces sold to {} buyers, {} refused, in {:.2} s; p50 {:.1} ms, p99 {:.1} ms; \
             CPU for each buyer: Souk {souk:.2} ms, PostgreSQL {postgres:.2} ms",
            sale.sold,
            World::SCARCE,
            sale.buyers,
            sale.refused,
            sale.measured.elapsed().as_secs_f64(),
            sale.measured.percentile(50),
            sale.measured.percentile(99),
        );
    }

    pub fn flood(&self, flood: &Flood) {
        let rests: Vec<String> = flood
            .after
            .iter()
            .map(|(seconds, bytes)| format!("{} MB after {seconds} s", megabytes(*bytes)))
            .collect();
        println!(
            "\nFlood of logins and dear queries: {} MB before, {} MB at most, then {}",
            megabytes(flood.before),
            megabytes(flood.peak),
            rests.join(", ")
        );
    }

    pub fn memory(&self, peak: u64) {
        println!("\nMost memory in use: {} MB", megabytes(peak));
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes / 1_000_000
}
