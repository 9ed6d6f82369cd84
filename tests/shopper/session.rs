//! One session: somebody comes, does some things in some tabs, and leaves.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::world::{Owner, World};

pub struct Session {
    pub world: Arc<World>,
    pub owner: Owner,
    pub dice: StdRng,
    /// Payment pages that wait for the customer, with the order's id.
    pub waiting: Vec<(String, String)>,
}

impl Session {
    pub fn new(world: Arc<World>, seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let account = world.accounts[dice.random_range(0..world.accounts.len())].clone();
        let owner = match (dice.random_bool(0.5), dice.random_bool(0.3)) {
            (true, false) => world.guest(),
            // Somebody with an account who did not sign in.
            (true, true) => Owner { email: account.email, ..world.guest() },
            (false, _) => account,
        };
        Self { world, owner, dice, waiting: Vec::new() }
    }

    pub async fn run(mut self) {
        self.fill().await;
        for _ in 0..self.dice.random_range(2..7) {
            match self.dice.random_range(0..17) {
                0 | 1 => self.fill().await,
                2 => self.add_what_is_none().await,
                3 => self.change_coupon().await,
                4..=6 => self.order().await,
                7 => self.order_in_tabs().await,
                8 => self.order_by_mistake().await,
                9 => self.cancel().await,
                10 => self.be_refunded().await,
                11 => self.be_refunded_by_pieces().await,
                12 => self.look_back().await,
                13 => self.flip_a_product().await,
                14 | 15 => self.be_shipped().await,
                _ => self.be_robbed().await,
            }
        }
        if self.dice.random_bool(0.2) {
            self.take_cart_along().await;
        }
        // Whoever leaves with a payment page open lets its deadline decide.
        if self.dice.random_bool(0.8) {
            self.pass_challenges().await;
        }
        self.claim().await;
        self.look_back().await;
    }
}
