//! An operation as a tree, and the ways in which it grows.

use crate::chance::Chance;
use crate::schema::{Asked, Shop};

/// How long the lists are that an operation asks for.
const LENGTHS: [u32; 4] = [100, 50, 10, 1];
/// How deep the places are that change.
const DEPTH: usize = 12;
/// Objects within one another that have no leaf, as a connection and its edges.
const STEPS_TO_LEAF: usize = 4;
/// Copies of a leaf that are added at once.
const COPIES: usize = 12;

/// A selected field with what is selected below it.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    name: String,
    /// The object type it returns; `None` for a leaf.
    object: Option<String>,
    first: Option<u32>,
    below: Vec<Tree>,
}

impl Tree {
    /// Everything that is asked of the root.
    pub(crate) fn root(shop: &Shop) -> Self {
        Self { name: String::new(), object: Some(shop.root.clone()), first: None, below: Vec::new() }
    }

    /// The operation's text. A field that stands beside another of its name gets an alias.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut aliases = 0;
        self.write_below(&mut text, &mut aliases);
        text
    }

    fn write_below(&self, text: &mut String, aliases: &mut usize) {
        text.push('{');
        let fields = self.below.iter().filter(|field| field.object.is_none() || !field.below.is_empty());
        let mut names: Vec<&str> = Vec::new();
        for field in fields {
            if names.contains(&field.name.as_str()) {
                *aliases += 1;
                text.push_str(&format!("a{aliases}:"));
            }
            names.push(&field.name);
            text.push_str(&field.name);
            if let Some(first) = field.first {
                text.push_str(&format!("(first:{first})"));
            }
            if field.object.is_some() {
                field.write_below(text, aliases);
            }
            text.push(' ');
        }
        if names.is_empty() {
            text.push_str("__typename");
        }
        text.push('}');
    }

    /// Asks at one place for something more, for something again, or for longer lists.
    pub(crate) fn grow(&mut self, shop: &Shop, chance: &mut Chance) {
        let depth = chance.below(DEPTH);
        self.at(chance, depth, |place, chance| match chance.below(8) {
            0..=2 => place.nest(shop, chance),
            3 => place.repeat(chance),
            4 => place.take_all_leaves(shop),
            5 | 6 => place.fatten(shop, chance),
            _ => place.slice(chance),
        });
    }

    /// Takes something away at one place.
    pub(crate) fn shrink(&mut self, chance: &mut Chance) {
        let depth = chance.below(DEPTH);
        self.at(chance, depth, |place, chance| {
            let index = chance.below(place.below.len());
            if index < place.below.len() {
                place.below.remove(index);
            }
        });
    }

    /// Changes an object below here, at most so deep.
    fn at(&mut self, chance: &mut Chance, depth: usize, change: impl FnOnce(&mut Self, &mut Chance)) {
        let objects: Vec<usize> = self
            .below
            .iter()
            .enumerate()
            .filter(|(_, field)| depth > 0 && field.object.is_some())
            .map(|(index, _)| index)
            .collect();
        match chance.pick(&objects).and_then(|index| self.below.get_mut(*index)) {
            Some(field) => field.at(chance, depth - 1, change),
            None => change(self, chance),
        }
    }

    fn fields<'s>(&self, shop: &'s Shop) -> &'s [Asked] {
        self.object.as_ref().and_then(|name| shop.fields.get(name)).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, asked: &Asked, first: Option<u32>) {
        self.below.push(Self {
            name: asked.name.clone(),
            object: asked.object.clone(),
            first: first.filter(|_| asked.has_first),
            below: Vec::new(),
        });
    }

    /// Asks for an object, and on until there is a leaf.
    fn nest(&mut self, shop: &Shop, chance: &mut Chance) {
        let mut place = self;
        for _ in 0..STEPS_TO_LEAF {
            let objects: Vec<&Asked> =
                place.fields(shop).iter().filter(|field| field.object.is_some()).collect();
            let Some(asked) = chance.pick(&objects).copied() else { return };
            let first = chance.pick(&LENGTHS).copied();
            place.add(asked, first);
            let Some(added) = place.below.last_mut() else { return };
            added.take_all_leaves(shop);
            added.below.truncate(1);
            if !added.below.is_empty() {
                return;
            }
            place = added;
        }
    }

    fn repeat(&mut self, chance: &mut Chance) {
        if let Some(field) = chance.pick(&self.below).cloned() {
            self.below.push(field);
        }
    }

    fn take_all_leaves(&mut self, shop: &Shop) {
        for asked in self.fields(shop).iter().filter(|field| field.object.is_none()) {
            if !self.below.iter().any(|field| field.name == asked.name) {
                self.add(asked, None);
            }
        }
    }

    fn fatten(&mut self, shop: &Shop, chance: &mut Chance) {
        let leaves: Vec<&Asked> = self.fields(shop).iter().filter(|field| field.object.is_none()).collect();
        let Some(asked) = chance.pick(&leaves).copied() else { return };
        for _ in 0..COPIES {
            self.add(asked, None);
        }
    }

    fn slice(&mut self, chance: &mut Chance) {
        let length = chance.pick(&LENGTHS).copied();
        for field in &mut self.below {
            if field.first.is_some() {
                field.first = length;
            }
        }
    }
}
