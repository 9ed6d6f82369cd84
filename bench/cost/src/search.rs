//! The search: what was dearest so far, or one of the seeds, loses something and grows until the limits allow no more, for what
//! is dear lies near them. What takes most time and what takes most memory are sought by turns.

use std::collections::BTreeSet;

use router_limits::cost::Cost;
use serde_json::Value;

use crate::chance::Chance;
use crate::schema::Shop;
use crate::seeds::{add_page, seed};
use crate::text::{Sent, response_keys};
use crate::tree::{Soil, Tree};
use crate::values::Known;

/// The largest body that is tried.
const MAX_BODY: usize = 10_000;
/// Changes in a row that were not admitted, after which nothing more is.
const REFUSED: usize = 16;
/// Changes that are tried on the way to one operation.
const CHANGES: usize = 64;
/// What is taken from a seed that is too dear, before it is given up.
const LOSSES: usize = 400;
/// Operations that are made up until one is admitted and valid; after that it is one that asks for nothing.
const ATTEMPTS: usize = 1_000;
/// How long the pages are that are added at the end, and how many of each.
const LENGTHS: [i64; 5] = [100, 30, 10, 3, 1];
const COPIES: usize = 8;
/// Of so many operations one is a seed.
const ANEW: usize = 3;
/// Of the dearest, how many are gone on from.
const KEPT: usize = 6;

/// An operation that the limits admit.
#[derive(Debug, Clone)]
pub struct Tried {
    pub sent: Sent,
    pub cost: Cost,
    tree: Tree,
}

/// What an operation took, in whatever its user measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    pub time: u64,
    pub memory: u64,
}

/// The dearest in one respect, dearest first.
type Dearest = Vec<(u64, Tree)>;

pub struct Search<'s> {
    shop: &'s Shop,
    chance: Chance,
    known: Known,
    turn: usize,
    slowest: Dearest,
    largest: Dearest,
    /// Root fields that left nothing of an answer, with the arguments that they had.
    fruitless: BTreeSet<String>,
}

impl<'s> Search<'s> {
    pub fn new(shop: &'s Shop, seed: u64) -> Self {
        Self {
            shop,
            chance: Chance::new(seed),
            known: Known::default(),
            turn: 0,
            slowest: Vec::new(),
            largest: Vec::new(),
            fruitless: BTreeSet::new(),
        }
    }

    /// Remembers what exists, for arguments that name it.
    pub fn learn(&mut self, answer: &Value) {
        self.known.learn(answer);
    }

    /// The next operation to measure.
    pub fn propose(&mut self) -> Tried {
        for _ in 0..ATTEMPTS {
            self.turn += 1;
            let mut tree = self.begin();
            tree.below.retain(|field| !self.fruitless.contains(&field.signature()));
            if self.fit(&mut tree).is_some()
                && let Some(tried) = self.fill(tree)
                && self.shop.validate(&tried.sent.text).is_ok()
            {
                return tried;
            }
        }
        let tree = Tree::root(self.shop);
        Tried { sent: Sent::of(&tree), cost: Cost::default(), tree }
    }

    fn begin(&mut self) -> Tree {
        let pool = if self.turn.is_multiple_of(2) { &self.slowest } else { &self.largest };
        if self.turn.is_multiple_of(ANEW) || pool.is_empty() {
            let soil = Soil { shop: self.shop, known: &self.known };
            return seed(&soil, &mut self.chance, self.turn / ANEW);
        }
        let parent = self.chance.pick(pool).map(|(_, tree)| tree.clone());
        let mut tree = parent.unwrap_or_else(|| Tree::root(self.shop));
        for _ in 0..1 + self.chance.below(6) {
            tree.shrink(&mut self.chance);
        }
        tree
    }

    /// Takes away until the limits allow it.
    fn fit(&mut self, tree: &mut Tree) -> Option<()> {
        for _ in 0..LOSSES {
            if self.admit(tree).is_some() {
                return Some(());
            }
            tree.shrink(&mut self.chance);
        }
        None
    }

    /// Adds until the limits allow no more.
    fn fill(&mut self, mut tree: Tree) -> Option<Tried> {
        let mut admitted = self.admit(&tree)?;
        let mut refused = 0;
        for _ in 0..CHANGES {
            let mut larger = tree.clone();
            larger.grow(&Soil { shop: self.shop, known: &self.known }, &mut self.chance);
            match self.admit(&larger) {
                Some(better) => {
                    (tree, admitted, refused) = (larger, better, 0);
                }
                None => refused += 1,
            }
            if refused > REFUSED {
                break;
            }
        }
        self.top_up(&mut tree, &mut admitted);
        let (sent, cost) = admitted;
        Some(Tried { sent, cost, tree })
    }

    /// Adds shorter and shorter pages at the root, up to the edge.
    fn top_up(&mut self, tree: &mut Tree, admitted: &mut (Sent, Cost)) {
        for first in LENGTHS {
            for _ in 0..COPIES {
                let mut larger = tree.clone();
                add_page(&Soil { shop: self.shop, known: &self.known }, &mut larger, &mut self.chance, first);
                let Some(better) = self.admit(&larger) else { break };
                (*tree, *admitted) = (larger, better);
            }
        }
    }

    fn admit(&self, tree: &Tree) -> Option<(Sent, Cost)> {
        if tree.below.iter().any(|field| self.fruitless.contains(&field.signature())) {
            return None;
        }
        let sent = Sent::of(tree);
        if sent.text.len() > MAX_BODY {
            return None;
        }
        let cost = self.shop.admit(&sent.text, &sent.variables).ok()?;
        (sent.body().to_string().len() <= MAX_BODY).then_some((sent, cost))
    }

    /// Of an answer without data, asks no more for the root fields that are at fault: what is refused is cheap.
    pub fn answered(&mut self, tried: &Tried, answer: &Value) {
        if answer.get("data").is_some_and(|data| !data.is_null()) {
            return;
        }
        let errors = answer.get("errors").and_then(Value::as_array);
        let keys = errors.into_iter().flatten().filter_map(|error| error.pointer("/path/0")?.as_str());
        let keys: BTreeSet<&str> = keys.collect();
        for (key, field) in response_keys(&tried.tree) {
            if keys.contains(key.as_str()) {
                self.fruitless.insert(field.signature());
            }
        }
    }

    /// Says how dear it was. True if nothing slower, or nothing larger, was met so far.
    pub fn measured(&mut self, tried: &Tried, taken: Taken) -> bool {
        let slower = keep(&mut self.slowest, taken.time, &tried.tree);
        let larger = keep(&mut self.largest, taken.memory, &tried.tree);
        slower || larger
    }
}

/// True if it is the dearest.
fn keep(dearest: &mut Dearest, worth: u64, tree: &Tree) -> bool {
    let place = dearest.partition_point(|(known, _)| *known >= worth);
    dearest.insert(place, (worth, tree.clone()));
    dearest.truncate(KEPT);
    place == 0
}
