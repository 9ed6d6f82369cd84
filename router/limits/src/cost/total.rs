//! Sums, and the part of them that waits for the size of a list.

use super::Cost;

impl Cost {
    /// Adds what something else may come to.
    pub fn add(&mut self, other: Self) {
        self.cost = self.cost.saturating_add(other.cost);
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.key_bytes = self.key_bytes.saturating_add(other.key_bytes);
    }

    pub(super) fn times(self, factor: u64) -> Self {
        Self {
            cost: self.cost.saturating_mul(factor),
            nodes: self.nodes.saturating_mul(factor),
            key_bytes: self.key_bytes.saturating_mul(factor),
        }
    }
}

/// A list whose size the field above it may say (`sizedFields`).
#[derive(Debug, Clone)]
struct SizedByParent<'m> {
    name: &'m str,
    /// One item.
    each: Cost,
    /// All items, should the parent say nothing.
    otherwise: Cost,
}

/// What the selections of one set come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Total<'m> {
    fixed: Cost,
    /// By name: no more than the names that the schema sizes.
    sized: Vec<SizedByParent<'m>>,
}

impl<'m> Total<'m> {
    pub fn add(&mut self, cost: Cost) {
        self.fixed.add(cost);
    }

    pub fn add_sized(&mut self, name: &'m str, each: Cost, otherwise: Cost) {
        match self.sized.iter_mut().find(|known| known.name == name) {
            Some(known) => {
                known.each.add(each);
                known.otherwise.add(otherwise);
            }
            None => self.sized.push(SizedByParent { name, each, otherwise }),
        }
    }

    pub fn add_all(&mut self, other: &Self) {
        self.fixed.add(other.fixed);
        for SizedByParent { name, each, otherwise } in &other.sized {
            self.add_sized(name, *each, *otherwise);
        }
    }

    /// The sum below a field that gives these lists this size.
    pub fn below(&self, sized_fields: &[Box<str>], size: u64) -> Cost {
        let mut sum = self.fixed;
        for SizedByParent { name, each, otherwise } in &self.sized {
            let is_sized = sized_fields.iter().any(|field| **field == **name);
            sum.add(if is_sized { each.times(size) } else { *otherwise });
        }
        sum
    }
}
