//! The search: from what was the dearest so far something is taken away and more added until the limits allow no more, for
//! what is dear lies near them; now and then it begins anew.

use router_limits::cost::Cost;

use crate::chance::Chance;
use crate::schema::Shop;
use crate::tree::Tree;

/// The longest text that is tried.
const MAX_TEXT: usize = 10_000;
/// Changes that are tried on the way to one operation.
const CHANGES: usize = 24;
/// Of so many operations one begins with nothing.
const ANEW: usize = 6;
/// Steps without gain after which the search begins anew.
const PATIENCE: usize = 100;

/// An operation that the limits admit.
#[derive(Debug, Clone)]
pub struct Tried {
    pub text: String,
    pub cost: Cost,
    tree: Tree,
}

pub struct Search<'s> {
    shop: &'s Shop,
    chance: Chance,
    best: Option<(u64, Tree)>,
    without_gain: usize,
}

impl<'s> Search<'s> {
    pub fn new(shop: &'s Shop, seed: u64) -> Self {
        Self { shop, chance: Chance::new(seed), best: None, without_gain: 0 }
    }

    /// The next operation to measure.
    pub fn propose(&mut self) -> Tried {
        let known = self.best.as_ref().filter(|_| self.chance.below(ANEW) > 0);
        let mut tree = known.map_or_else(|| Tree::root(self.shop), |(_, tree)| tree.clone());
        for _ in 0..self.chance.below(4) {
            tree.shrink(&mut self.chance);
        }
        let mut cost = Cost::default();
        for _ in 0..CHANGES {
            let mut larger = tree.clone();
            larger.grow(self.shop, &mut self.chance);
            if let Some(admitted) = self.admit(&larger) {
                (tree, cost) = (larger, admitted);
            }
        }
        Tried { text: tree.text(), cost, tree }
    }

    fn admit(&self, tree: &Tree) -> Option<Cost> {
        let text = tree.text();
        if text.len() <= MAX_TEXT { self.shop.admit(&text).ok() } else { None }
    }

    /// Says how dear it was. True if nothing dearer was met since the search last began.
    pub fn measured(&mut self, tried: &Tried, worth: u64) -> bool {
        let is_gain = self.best.as_ref().is_none_or(|(best, _)| worth >= *best);
        self.without_gain += 1;
        if is_gain {
            if self.best.as_ref().is_none_or(|(best, _)| worth > *best) {
                self.without_gain = 0;
            }
            self.best = Some((worth, tried.tree.clone()));
        } else if self.without_gain > PATIENCE {
            self.best = None;
            self.without_gain = 0;
        }
        is_gain
    }
}
