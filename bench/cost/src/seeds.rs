//! Operations to begin with: each dear in one way, and grown from there.

use crate::chance::Chance;
use crate::schema::Asked;
use crate::tree::{Soil, Tree};
use crate::values::Literal;

/// Of a path down the schema.
const STEPS: usize = 9;
/// Copies of a root field, more than are admitted.
const ROOTS: usize = 48;
/// Copies of a leaf.
const LEAVES: usize = 150;

type Seed = fn(&Soil<'_>, &mut Chance) -> Tree;

/// All ways to begin.
const SEEDS: [Seed; 6] = [wide, deep, many_roots, fat, many_arguments, deep];

/// One of them; `turn` says which.
pub(crate) fn seed(soil: &Soil<'_>, chance: &mut Chance, turn: usize) -> Tree {
    let make = SEEDS.get(turn % SEEDS.len()).copied().unwrap_or(wide);
    make(soil, chance)
}

/// A root field that is a page of something, if there is one.
fn page<'s>(soil: &Soil<'s>, chance: &mut Chance) -> Option<&'s Asked> {
    let root = soil.shop.fields.get(&soil.shop.root)?;
    let pages: Vec<&Asked> = root.iter().filter(|field| is_page(field)).collect();
    chance.pick(&pages).copied()
}

/// Asks at the root for a page of this length.
pub(crate) fn add_page(soil: &Soil<'_>, root: &mut Tree, chance: &mut Chance, first: i64) {
    let Some(asked) = page(soil, chance) else { return };
    let Some(page) = root.add(soil, asked, chance) else { return };
    page.nest(soil, chance);
    for given in page.arguments.iter_mut().filter(|given| given.name == "first") {
        given.value = Literal::Integer(first);
    }
}

fn is_page(field: &Asked) -> bool {
    field.returns.is_some() && (field.is_list || field.arguments.iter().any(|each| each.name == "first"))
}

/// A page, or what else there is, with its leaves and objects.
fn begun(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = Tree::root(soil.shop);
    match page(soil, chance) {
        Some(asked) => {
            if let Some(page) = root.add(soil, asked, chance) {
                page.take_all_leaves(soil, chance);
                page.take_all_objects(soil, chance);
            }
        }
        None => root.nest(soil, chance),
    }
    root
}

/// Everything of a page, two levels down.
fn wide(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = begun(soil, chance);
    for page in &mut root.below {
        for object in &mut page.below {
            object.take_all_objects(soil, chance);
        }
    }
    root
}

/// A long way down, along lists where there are any: through all the subgraphs that it meets.
fn deep(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = Tree::root(soil.shop);
    let mut place = &mut root;
    for _ in 0..STEPS {
        let objects: Vec<&Asked> =
            place.fields(soil.shop).iter().filter(|field| field.returns.is_some()).collect();
        let lists: Vec<&Asked> = objects.iter().filter(|field| is_page(field)).copied().collect();
        let among = if lists.is_empty() || chance.below(3) == 0 { &objects } else { &lists };
        let Some(asked) = chance.pick(among).copied() else { break };
        let Some(next) = place.add(soil, asked, chance) else { break };
        next.take_all_leaves(soil, chance);
        place = next;
    }
    root
}

/// One page under as many names as there may be.
fn many_roots(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = Tree::root(soil.shop);
    let Some(asked) = page(soil, chance) else { return root };
    for _ in 0..ROOTS {
        if let Some(page) = root.add(soil, asked, chance) {
            page.nest(soil, chance);
        }
    }
    root
}

/// A page with one text of each under as many names as there may be.
fn fat(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = begun(soil, chance);
    if let Some(page) = root.below.first_mut()
        && let Some(object) = page.below.iter_mut().find(|field| field.on.is_some())
    {
        let leaves: Vec<&Asked> =
            object.fields(soil.shop).iter().filter(|field| field.returns.is_none()).collect();
        if let Some(leaf) = chance.pick(&leaves).copied() {
            for _ in 0..LEAVES {
                object.add(soil, leaf, chance);
            }
        }
    }
    root
}

/// The field with the most arguments, again and again, with other values each time.
fn many_arguments(soil: &Soil<'_>, chance: &mut Chance) -> Tree {
    let mut root = Tree::root(soil.shop);
    let mut asked: Vec<&Asked> =
        root.fields(soil.shop).iter().filter(|field| field.returns.is_some()).collect();
    asked.sort_by_key(|field| std::cmp::Reverse(field.arguments.len()));
    asked.truncate(3);
    let Some(asked) = chance.pick(&asked).copied() else { return root };
    for _ in 0..ROOTS / 4 {
        if let Some(field) = root.add(soil, asked, chance) {
            field.take_all_leaves(soil, chance);
            field.take_all_objects(soil, chance);
        }
    }
    root
}
