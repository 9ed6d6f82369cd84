//! A flash sale: far more buyers than goods, all at once.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::future::try_join_all;

use crate::connection::{Caller, Connection};
use crate::load::Measured;
use crate::operations::{Placed, add, place};
use crate::processes::Processes;
use crate::world::World;

const BUYERS: usize = 500;
const CONNECTIONS: usize = 50;

pub struct Sale {
    pub buyers: usize,
    pub sold: usize,
    pub refused: usize,
    /// Of the orders, not of filling the carts.
    pub measured: Measured,
}

pub async fn run(world: &World, processes: &Processes) -> Result<Sale> {
    let queues = try_join_all((0..CONNECTIONS).map(|queue| queue_up(world, queue))).await?;
    processes.settle().await?;
    let before = processes.cpu()?;
    let begin = Instant::now();
    let bought = try_join_all(queues.into_iter().map(|(connection, buyers)| buy(connection, buyers))).await?;
    let elapsed = begin.elapsed();
    processes.settle().await?;
    let cpu = processes.cpu()?.since(before);
    let all: Vec<(Placed, Duration)> = bought.into_iter().flatten().collect();
    let count = |wanted: &Placed| all.iter().filter(|(placed, _)| placed == wanted).count();
    let (sold, refused) = (count(&Placed::Paid), count(&Placed::Refused));
    let other = all.iter().find(|(placed, _)| matches!(placed, Placed::Other(_)));
    ensure!(other.is_none(), "an order that was neither paid nor refused: {other:?}");
    let latencies = all.iter().map(|(_, latency)| *latency).collect();
    Ok(Sale { buyers: all.len(), sold, refused, measured: Measured::new(latencies, elapsed, cpu) })
}

/// Buyers who wait with the piece in their carts.
async fn queue_up(world: &World, queue: usize) -> Result<(Connection, Vec<Caller>)> {
    let mut connection = Connection::open(&world.address).await?;
    let mut buyers = Vec::new();
    for _ in 0..BUYERS / CONNECTIONS {
        let buyer = world.guest(queue);
        add(&mut connection, &buyer, &world.scarce).await?;
        buyers.push(buyer);
    }
    Ok((connection, buyers))
}

async fn buy(mut connection: Connection, buyers: Vec<Caller>) -> Result<Vec<(Placed, Duration)>> {
    let mut bought = Vec::new();
    for buyer in buyers {
        let begin = Instant::now();
        let placed = place(&mut connection, &buyer).await?;
        bought.push((placed, begin.elapsed()));
    }
    Ok(bought)
}
