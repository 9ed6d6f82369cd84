//! How many files are received at once: of all, and of one owner, so that who sends slowly keeps nobody else from sending.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of all owners together.
const MOST: usize = 64;
/// Of one owner.
const MOST_OF_ONE: usize = 8;

/// The places of those who send. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Receiving(Arc<Mutex<HashMap<String, usize>>>);

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    receiving: Receiving,
    owner: String,
}

impl Receiving {
    /// A place for a file of `owner`; `None` where there is none.
    pub fn place(&self, owner: &str) -> Option<Place> {
        let mut taken = self.taken();
        if taken.values().sum::<usize>() >= MOST {
            return None;
        }
        let own = taken.entry(owner.to_owned()).or_insert(0);
        if *own >= MOST_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Place { receiving: self.clone(), owner: owner.to_owned() })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Entry::Occupied(mut own) = self.receiving.taken().entry(std::mem::take(&mut self.owner)) {
            let left = own.get().saturating_sub(1);
            match left {
                0 => drop(own.remove()),
                _ => *own.get_mut() = left,
            }
        }
    }
}
