//! Values that a subgraph takes from objects above (`@context`, `@fromContext`).
//!
//! Invariant: what takes from a context is an entity of its own, which stands below objects that set the context and
//! nowhere else; so every way to it has a value.

use super::build::Build;
use super::model::{Context, Field, Holder, Kind, Sel, Value, edge, named};

/// How fields that take from a context name the argument.
pub const ARGUMENT: &str = "from";

/// Entities whose names begin so stand below a context.
pub const BELOW: char = 'C';

pub fn contexts(build: &mut Build) {
    if !build.dice.chance(85) {
        return;
    }
    let edge = edge(&build.model);
    let able: Vec<usize> = (0..edge).filter(|each| !build.model.old.contains(each)).collect();
    let subgraph = *build.dice.pick(&able);
    let mut setters: Vec<usize> = (0..build.model.objects.len())
        .filter(|at| {
            let object = &build.model.objects[*at];
            object.name.starts_with('E') && object.holders.get(&subgraph).is_some_and(|each| !each.is_stub)
        })
        .collect();
    while setters.len() > 2 {
        let out = build.dice.below(setters.len());
        setters.remove(out);
    }
    if setters.is_empty() {
        return;
    }
    let is_by_type = setters.len() > 1 && build.dice.chance(40);
    let is_strict = !is_by_type && build.dice.chance(30);
    let mut context = Context { subgraph, is_by_type, is_strict, setters: Vec::new() };
    for (index, setter) in setters.iter().enumerate() {
        let name = if is_by_type { format!("set{index}") } else { "set".to_owned() };
        let holders = &build.model.objects[*setter].holders;
        let owners: Vec<usize> = holders
            .iter()
            .filter(|(owner, holder)| **owner != edge && !holder.is_stub)
            .map(|(owner, _)| *owner)
            .collect();
        let owner = *build.dice.pick(&owners);
        let mut value = Field::new(name.clone(), named("String", is_strict), owner);
        value.is_input = true;
        if owner != subgraph {
            value.externals.insert(subgraph);
        }
        let object = &mut build.model.objects[*setter];
        object.fields.push(value);
        context.setters.push((object.name.clone(), name));
    }
    below(build, &context, &setters);
    build.model.contexts.push(context);
}

/// The entity that takes from the context, and the ways to it.
fn below(build: &mut Build, context: &Context, setters: &[usize]) {
    let subgraph = context.subgraph;
    let name = format!("{BELOW}0");
    let index = build.object_index(&name, Kind::Entity);
    build.model.objects[index].keys = vec![vec![Sel::leaf("id")]];
    build.model.objects[index].fields.push(Field::key("id", "ID"));
    let holder = Holder { keys: vec![0], ..Holder::default() };
    build.model.objects[index].holders.insert(subgraph, holder.clone());
    for other in 0..edge(&build.model) {
        if other != subgraph && build.dice.chance(50) {
            build.model.objects[index].holders.insert(other, holder.clone());
        }
    }
    for _ in 0..1 + build.dice.below(2) {
        let ty = named("String", build.dice.chance(10));
        let mut field = Field::new(build.name(index), ty, subgraph);
        field.value = Value::FromContext(build.model.contexts.len());
        if build.dice.chance(40) {
            field.arguments = build.arguments();
        }
        build.model.objects[index].fields.push(field);
    }
    if build.dice.chance(40) {
        let next = Field::new(build.name(index), named(&name, false), subgraph);
        build.model.objects[index].fields.push(next);
    }
    if build.dice.chance(50) {
        let setter = build.model.objects[*build.dice.pick(setters)].name.clone();
        let back = Field::new(build.name(index), named(&setter, false), subgraph);
        build.model.objects[index].fields.push(back);
    }
    for setter in setters {
        for _ in 0..1 + build.dice.below(2) {
            let way = build.wrapped(&name);
            let field = Field::new(build.name(*setter), way, subgraph);
            build.model.objects[*setter].fields.push(field);
        }
    }
    build.own_fields(index);
}
