//! The vans on the road, and that there are always some.

use std::sync::Arc;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use platform_core::Clock;
use platform_core::id::UserId;
use serde_json::json;

use super::Crew;
use super::parcels::{hand_over, order};
use super::van::Van;
use crate::commands::demo::calls::send;

/// So many vans are on the road at least.
const ON_THE_ROAD: usize = 3;
/// How many shipments a van sets out with.
const SHIPMENTS: usize = 2;
/// How long something that was ordered to the city lies at its seller.
const PACKING: TimeDelta = TimeDelta::seconds(15);
/// How often it is looked what is to be handed over.
const LOOK: TimeDelta = TimeDelta::seconds(3);
/// The most orders that a process makes for the vans: after them they are still there for what others order.
const MAX_ORDERS: u64 = 500;
/// Steps through the houses of the city so that neighbours in time are none in space.
const STRIDE: u64 = 15_485_863;

/// The vans on the road.
pub struct Road {
    crew: Crew,
    vans: Vec<Van>,
    clock: Arc<dyn Clock>,
    /// Counts the orders that were made, from one that differs with each start.
    turn: u64,
    made: u64,
    looked_at: DateTime<Utc>,
}

impl Road {
    pub fn new(crew: Crew, couriers: Vec<UserId>, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let turn = u64::try_from(now.timestamp()).unwrap_or_default();
        Self { crew, vans: couriers.into_iter().map(Van::of).collect(), clock, turn, made: 0, looked_at: now }
    }

    /// Sends vans on the road until there are enough. At the start each has driven a part of its way already.
    pub async fn fill(&mut self, is_start: bool) -> Result<()> {
        let now = self.clock.now();
        for van in &mut self.vans {
            if !van.is_on_the_road() {
                van.look(&self.crew, now, 0.0).await?;
            }
        }
        let mut missing = ON_THE_ROAD.saturating_sub(self.on_the_road());
        while missing > 0 && self.made < MAX_ORDERS {
            for _ in 0..SHIPMENTS {
                self.turn += 1;
                self.made += 1;
                order(&self.crew, self.turn, self.turn.wrapping_mul(STRIDE)).await?;
            }
            self.send_out(is_start).await?;
            missing -= 1;
        }
        Ok(())
    }

    /// Hands over what was ordered for a van, has it planned, and lets the van set out.
    async fn send_out(&mut self, is_start: bool) -> Result<()> {
        let mut handed = 0;
        // Its shipments are made by an event, in a moment.
        for _ in 0..20 {
            handed += hand_over(&self.crew, self.clock.now(), TimeDelta::zero()).await?;
            if handed >= SHIPMENTS {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let plan = "mutation Plan { planRoutes(input: {}) { routes { id } } }";
        send(&self.crew.shop.logistics, &self.crew.staff, plan, json!({})).await?;
        let now = self.clock.now();
        for van in self.vans.iter_mut().filter(|van| !van.is_on_the_road()) {
            van.look(&self.crew, now, if is_start { 0.4 } else { 0.0 }).await?;
        }
        Ok(())
    }

    /// The token by which the next stop of a van is followed.
    pub fn shown(&self) -> Option<String> {
        self.vans.iter().find_map(Van::token).map(ToOwned::to_owned)
    }

    /// Lets a moment pass.
    pub async fn tick(&mut self) -> Result<()> {
        let now = self.clock.now();
        let mut told = Ok(());
        for van in &mut self.vans {
            let driven = van.drive(&self.crew, now).await;
            if driven.is_err() {
                // Staff may have called its route off: it looks again where it has to go.
                van.forget();
                told = driven;
            }
        }
        told?;
        if now - self.looked_at >= LOOK {
            self.looked_at = now;
            hand_over(&self.crew, now, PACKING).await?;
            self.fill(false).await?;
        }
        Ok(())
    }

    fn on_the_road(&self) -> usize {
        self.vans.iter().filter(|van| van.is_on_the_road()).count()
    }
}
