//! Answers that may depend on each other in circles: the least ones that fit together.
//!
//! An answer is a set of nodes, and more of one answer never takes away from another. A question that
//! comes up while it is being answered gets what is known of its answer so far, at first the least
//! possible. If such a circle was met and any answer has grown, everything is asked again; when a
//! round brings nothing new, its answers are final. An answer grows at most as often as there are
//! nodes, so the rounds are few.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::model::Nodes;

pub(super) struct Fixpoint<Q> {
    settled: HashMap<Q, Nodes>,
    /// Answers of the round that is going on.
    round: HashMap<Q, Nodes>,
    /// The best answers of all rounds, for the next one to start from.
    best: HashMap<Q, Nodes>,
    open: HashSet<Q>,
    circular: bool,
    grown: bool,
}

impl<Q: Clone + Eq + Hash> Fixpoint<Q> {
    pub fn new() -> Self {
        Self {
            settled: HashMap::new(),
            round: HashMap::new(),
            best: HashMap::new(),
            open: HashSet::new(),
            circular: false,
            grown: false,
        }
    }

    /// The answer, or what is known of it in this round.
    pub fn known(&mut self, question: &Q) -> Option<Nodes> {
        if let Some(answer) = self.settled.get(question) {
            return Some(answer.clone());
        }
        self.circular |= self.open.contains(question);
        self.round.get(question).cloned()
    }

    /// Opens the question. Gives the answer to start from.
    pub fn begin(&mut self, question: &Q, least: &Nodes) -> Nodes {
        let so_far = self.best.get(question).unwrap_or(least).clone();
        self.open.insert(question.clone());
        self.round.insert(question.clone(), so_far.clone());
        so_far
    }

    /// Closes the question. False if it has to be asked again.
    pub fn end(&mut self, question: &Q, started_from: &Nodes, answer: &Nodes) -> bool {
        self.open.remove(question);
        self.round.insert(question.clone(), answer.clone());
        if answer.len() > started_from.len() {
            self.grown = true;
            self.best.insert(question.clone(), answer.clone());
        }
        if !self.open.is_empty() {
            return true;
        }
        let again = std::mem::take(&mut self.circular) & std::mem::take(&mut self.grown);
        let round = std::mem::take(&mut self.round);
        if !again {
            self.settled.extend(round);
            self.best.clear();
        }
        !again
    }
}
