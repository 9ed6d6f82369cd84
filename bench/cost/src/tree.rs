//! An operation as a tree, and the ways in which it grows.

use crate::chance::Chance;
use crate::schema::{Asked, Shop};
use crate::values::{Known, Literal, Maker};

/// How deep the places are that change.
const DEPTH: usize = 12;
/// Objects within one another that have no leaf, as a connection and its edges.
const STEPS_TO_LEAF: usize = 4;
/// Copies of a leaf that are added at once.
const COPIES: usize = 12;
/// Copies of an object with all that is below it.
const REPEATS: usize = 4;

/// A selected field with what is selected below it, or an inline fragment.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub name: String,
    /// The type that its selections are on; `None` for a leaf.
    pub on: Option<String>,
    pub is_fragment: bool,
    pub arguments: Vec<Given>,
    pub below: Vec<Tree>,
}

/// An argument and its value.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub name: String,
    /// As it is written for a variable.
    pub ty: String,
    pub value: Literal,
}

/// What is needed to grow.
pub(crate) struct Soil<'a> {
    pub shop: &'a Shop,
    pub known: &'a Known,
}

impl Tree {
    /// Everything that is asked of the root.
    pub(crate) fn root(shop: &Shop) -> Self {
        let on = Some(shop.root.clone());
        Self { name: String::new(), on, is_fragment: false, arguments: Vec::new(), below: Vec::new() }
    }

    /// The field and its arguments, by which it is known again.
    pub(crate) fn signature(&self) -> String {
        let mut text = self.name.clone();
        for given in &self.arguments {
            text.push(' ');
            text.push_str(&given.name);
            given.value.write(&mut text);
        }
        text
    }

    /// Selections that leave nothing open: an object without selections is not written.
    pub(crate) fn is_written(&self) -> bool {
        self.on.is_none() || self.below.iter().any(Self::is_written)
    }

    /// Asks at one place for something more, for something again, or for longer lists.
    pub(crate) fn grow(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        let depth = chance.below(DEPTH);
        self.at(chance, depth, |place, chance| match chance.below(10) {
            0..=2 => place.nest(soil, chance),
            3 | 4 => place.repeat(chance),
            5 => place.take_all_leaves(soil, chance),
            6 => place.fatten(soil, chance),
            7 => place.take_all_objects(soil, chance),
            _ => place.argue_anew(soil, chance),
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
            .filter(|(_, field)| depth > 0 && field.on.is_some())
            .map(|(index, _)| index)
            .collect();
        match chance.pick(&objects).and_then(|index| self.below.get_mut(*index)) {
            Some(field) => field.at(chance, depth - 1, change),
            None => change(self, chance),
        }
    }

    pub(crate) fn fields<'s>(&self, shop: &'s Shop) -> &'s [Asked] {
        self.on.as_ref().and_then(|name| shop.fields.get(name)).map_or(&[], Vec::as_slice)
    }

    fn members<'s>(&self, shop: &'s Shop) -> &'s [String] {
        self.on.as_ref().and_then(|name| shop.members.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Asks for a field, its arguments made up.
    pub(crate) fn add(&mut self, soil: &Soil<'_>, asked: &Asked, chance: &mut Chance) -> Option<&mut Self> {
        self.below.push(Self {
            name: asked.name.clone(),
            on: asked.returns.clone(),
            is_fragment: false,
            arguments: arguments(soil, asked, chance),
            below: Vec::new(),
        });
        self.below.last_mut()
    }

    /// Asks for what an interface or union is in particular.
    fn add_member(&mut self, soil: &Soil<'_>, chance: &mut Chance) -> Option<&mut Self> {
        let member = chance.pick(self.members(soil.shop))?.clone();
        self.below.push(Self {
            name: format!("... on {member}"),
            on: Some(member),
            is_fragment: true,
            arguments: Vec::new(),
            below: Vec::new(),
        });
        self.below.last_mut()
    }

    /// Asks for an object, and on until there is a leaf.
    pub(crate) fn nest(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        let mut place = self;
        for _ in 0..STEPS_TO_LEAF {
            let objects: Vec<&Asked> =
                place.fields(soil.shop).iter().filter(|field| field.returns.is_some()).collect();
            let next = match chance.pick(&objects).copied() {
                Some(asked) => place.add(soil, asked, chance),
                None => place.add_member(soil, chance),
            };
            let Some(next) = next else { return };
            place = next;
            place.take_all_leaves(soil, chance);
            if place.is_written() {
                return;
            }
        }
    }

    pub(crate) fn repeat(&mut self, chance: &mut Chance) {
        if let Some(field) = chance.pick(&self.below).cloned() {
            self.below.extend(std::iter::repeat_n(field, 1 + chance.below(REPEATS)));
        }
    }

    pub(crate) fn take_all_leaves(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        for asked in self.fields(soil.shop).iter().filter(|field| field.returns.is_none()) {
            if !self.below.iter().any(|field| field.name == asked.name) {
                self.add(soil, asked, chance);
            }
        }
    }

    /// Every object once, with its leaves.
    pub(crate) fn take_all_objects(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        for asked in self.fields(soil.shop).iter().filter(|field| field.returns.is_some()) {
            if !self.below.iter().any(|field| field.name == asked.name)
                && let Some(object) = self.add(soil, asked, chance)
            {
                object.take_all_leaves(soil, chance);
            }
        }
    }

    pub(crate) fn fatten(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        let leaves: Vec<&Asked> =
            self.fields(soil.shop).iter().filter(|field| field.returns.is_none()).collect();
        let Some(asked) = chance.pick(&leaves).copied() else { return };
        for _ in 0..COPIES {
            self.add(soil, asked, chance);
        }
    }

    /// Gives one field other arguments.
    fn argue_anew(&mut self, soil: &Soil<'_>, chance: &mut Chance) {
        let index = chance.below(self.below.len());
        let fields = self.fields(soil.shop);
        let Some(field) = self.below.get_mut(index) else { return };
        if let Some(asked) = fields.iter().find(|asked| asked.name == field.name) {
            field.arguments = arguments(soil, asked, chance);
        }
    }
}

/// What is required, how long a list is, and now and then more.
fn arguments(soil: &Soil<'_>, asked: &Asked, chance: &mut Chance) -> Vec<Given> {
    let maker = Maker { schema: soil.shop.supergraph.api().schema(), known: soil.known };
    let mut given = Vec::new();
    for argument in &asked.arguments {
        // A cursor would have to be one; an object that is named by one of several is named by all otherwise.
        let wanted = match argument.name.as_str() {
            "after" | "before" | "last" => false,
            "first" => chance.below(8) > 0,
            _ => chance.below(3) == 0,
        };
        if argument.is_required || wanted {
            given.push(Given {
                name: argument.name.clone(),
                ty: argument.ty.to_string(),
                value: maker.make(&argument.name, &argument.ty, chance, 0),
            });
        }
    }
    given
}
