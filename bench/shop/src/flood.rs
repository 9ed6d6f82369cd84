//! A flood of logins and of dear queries, and the memory that a process gives back when it is over.

use std::time::Duration;

use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::connection::{Caller, Connection};
use crate::processes::Processes;
use crate::world::World;

const CONNECTIONS: usize = 64;
/// Of each connection, turn and turn about.
const ROUNDS: usize = 12;
/// After how many seconds of rest the memory is read.
const RESTS: [u64; 4] = [0, 5, 15, 30];

/// A page of products with everything that a page could show of each, near the cost that is admitted at most.
const DEAR: &str = "{
    products(first: 40) {
        nodes {
            id slug name description
            category { slug name path { slug name } }
            media { url alt width height }
            attributes { code name display }
            variants { id sku name options { name value } offers { id available price { amount { amount } } } }
        }
    }
}";

const LOGIN: &str = "mutation LogIn($input: LoginInput!) { login(input: $input) { __typename } }";

/// Memory before, at most, and after some rest: bytes.
pub struct Flood {
    pub before: u64,
    pub peak: u64,
    /// Seconds of rest, and the memory in use then.
    pub after: Vec<(u64, u64)>,
}

pub async fn run(world: &World, processes: &Processes) -> Result<Flood> {
    processes.settle().await?;
    let before = processes.souk.resident()?;
    try_join_all((0..CONNECTIONS).map(|number| pour(world, number))).await?;
    let peak = processes.souk.peak()?;
    let mut after = Vec::new();
    let mut rested = 0;
    for rest in RESTS {
        tokio::time::sleep(Duration::from_secs(rest - rested)).await;
        rested = rest;
        after.push((rest, processes.souk.resident()?));
    }
    Ok(Flood { before, peak, after })
}

async fn pour(world: &World, number: usize) -> Result<()> {
    let mut connection = Connection::open(&world.address).await?;
    for round in 0..ROUNDS {
        if (number + round).is_multiple_of(2) {
            connection.send(&Caller::Anonymous, DEAR, &Value::Null).await?;
        } else {
            // A guess at an account of its own each, so that no account's pause ends the flood.
            let email = format!("flood-{number}-{round}@example.org");
            let input = json!({ "input": { "email": email, "password": "not the password" } });
            connection.send(&Caller::Anonymous, LOGIN, &input).await.context("a login that fails")?;
        }
    }
    Ok(())
}
