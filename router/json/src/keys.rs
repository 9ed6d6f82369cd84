//! Names of fields, one copy of each.

use std::collections::HashMap;
use std::sync::Arc;

/// Names beyond these are not kept: custom scalars may bring any number of them.
const MAX_KEYS: usize = 512;

/// Shares equal names. The objects of a list tend to repeat theirs in one order, so the name after the one given last
/// is tried first.
#[derive(Debug, Default)]
pub struct Keys {
    known: Vec<Arc<str>>,
    positions: HashMap<Arc<str>, usize>,
    next: usize,
}

impl Keys {
    pub fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(key) = self.known.get(self.next)
            && **key == *name
        {
            self.next += 1;
            return Arc::clone(key);
        }
        if let Some((key, &position)) = self.positions.get_key_value(name) {
            self.next = position + 1;
            return Arc::clone(key);
        }
        let key: Arc<str> = name.into();
        if self.known.len() < MAX_KEYS {
            self.positions.insert(Arc::clone(&key), self.known.len());
            self.known.push(Arc::clone(&key));
            self.next = self.known.len();
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one() {
        let mut keys = Keys::default();
        let first: Vec<_> = ["a", "b", "c"].iter().map(|name| keys.intern(name)).collect();
        for round in [["a", "b", "c"], ["c", "b", "a"], ["b", "b", "b"]] {
            for name in round {
                let key = keys.intern(name);
                assert_eq!(&*key, name);
                assert!(first.iter().any(|known| Arc::ptr_eq(known, &key)));
            }
        }
    }

    #[test]
    fn the_number_of_names_kept_is_bounded() {
        let mut keys = Keys::default();
        for index in 0..10 * MAX_KEYS {
            assert_eq!(*keys.intern(&index.to_string()), *index.to_string());
        }
        assert_eq!(keys.known.len(), MAX_KEYS);
    }
}
