//! Values that a subgraph takes from objects above (`@context`, `@fromContext`).
//!
//! Invariant: what takes from a context is an entity of its own, which stands below objects that set the context and
//! nowhere else; so every way to it has a value.

use super::build::Build;
use super::model::{Context, Field, Holder, Kind, Sel, Value, edge, named};
use super::weave::foreign;

/// How fields that take from a context name the argument.
pub const ARGUMENT: &str = "from";

/// Entities whose names begin so stand below a context.
pub const BELOW: char = 'C';

pub fn contexts(build: &mut Build) {
    for _ in 0..2 {
        if build.dice.chance(70) {
            context(build);
        }
    }
}

fn context(build: &mut Build) {
    let able: Vec<usize> = (0..edge(&build.model)).filter(|each| !build.model.old.contains(each)).collect();
    let subgraph = *build.dice.pick(&able);
    let set = match of_interface(build, subgraph) {
        Some(context) if build.dice.chance(60) => Some(context),
        _ => of_objects(build, subgraph),
    };
    if let Some(context) = set {
        below(build, &context);
        build.model.contexts.push(context);
    }
}

/// All that an interface stands for set their keys.
fn of_interface(build: &Build, subgraph: usize) -> Option<Context> {
    let interface = build.model.interface("I0")?;
    let members = interface.members_in.get(&subgraph)?;
    let is_all = interface.members_in.values().all(|others| others.is_subset(members));
    is_all.then(|| Context {
        subgraph,
        on: Some("I0"),
        ty: "ID",
        is_by_type: false,
        is_strict: true,
        setters: members.iter().map(|member| (member.clone(), "id".to_owned())).collect(),
    })
}

fn of_objects(build: &mut Build, subgraph: usize) -> Option<Context> {
    let edge = edge(&build.model);
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
        return None;
    }
    let is_by_type = setters.len() > 1 && build.dice.chance(40);
    let is_strict = !is_by_type && build.dice.chance(30);
    let number = build.model.contexts.len();
    let mut context =
        Context { subgraph, on: None, ty: "String", is_by_type, is_strict, setters: Vec::new() };
    for (index, setter) in setters.into_iter().enumerate() {
        let name = if is_by_type { format!("set{number}of{index}") } else { format!("set{number}") };
        let holders = build.model.objects[setter].holders.iter();
        let owners: Vec<usize> = holders
            .filter(|(owner, holder)| **owner != edge && !holder.is_stub)
            .map(|(owner, _)| *owner)
            .collect();
        let owner = *build.dice.pick(&owners);
        let mut value = Field::new(name.clone(), named("String", is_strict), owner);
        value.is_input = true;
        if owner != subgraph {
            value.externals.insert(subgraph);
        }
        let object = &mut build.model.objects[setter];
        object.fields.push(value);
        context.setters.push((object.name.clone(), name));
    }
    Some(context)
}

/// The entity that takes from the context, and the ways to it.
fn below(build: &mut Build, context: &Context) {
    let subgraph = context.subgraph;
    let number = build.model.contexts.len();
    let name = format!("{BELOW}{number}");
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
    if build.dice.chance(40) {
        let next = Field::new(build.name(index), named(&name, false), subgraph);
        build.model.objects[index].fields.push(next);
    }
    if build.dice.chance(50) {
        let (setter, _) = build.dice.pick(&context.setters).clone();
        let back = Field::new(build.name(index), named(&setter, false), subgraph);
        build.model.objects[index].fields.push(back);
    }
    build.own_fields(index);
    for _ in 0..1 + build.dice.below(2) {
        let ty = named("String", build.dice.chance(10));
        let mut field = Field::new(build.name(index), ty, subgraph);
        field.value = Value::FromContext(number);
        if build.dice.chance(40) {
            field.arguments = build.arguments();
        }
        if build.dice.chance(40) {
            field.requires = beside(build, index, subgraph);
        }
        build.model.objects[index].fields.push(field);
    }
    ways(build, context, &name);
}

/// A leaf of another subgraph that a field requires beside what it takes from above.
fn beside(build: &mut Build, index: usize, subgraph: usize) -> Vec<Sel> {
    let found = foreign(build, index, subgraph).into_iter().find(|at| {
        let field = &build.model.objects[index].fields[*at];
        !build.model.is_composite(field.ty.inner_named_type()) && field.arguments.is_empty()
    });
    let Some(at) = found else { return Vec::new() };
    let field = &mut build.model.objects[index].fields[at];
    field.externals.insert(subgraph);
    field.is_input = true;
    vec![Sel::leaf(&field.name)]
}

/// From each object that sets the context, directly or through an object without a key.
fn ways(build: &mut Build, context: &Context, name: &str) {
    let between = format!("W{name}");
    if build.dice.chance(40) {
        let way = build.wrapped(name);
        let object = build.object_index(&between, Kind::Value);
        build.model.objects[object].holders.insert(context.subgraph, Holder::default());
        build.model.objects[object].fields = vec![
            Field::new("w", named("Int", false), context.subgraph),
            Field::new("on", way, context.subgraph),
        ];
    }
    let has_between = build.model.object(&between).is_some();
    for (setter, _) in &context.setters {
        let at = build.model.objects.iter().position(|each| each.name == *setter).unwrap();
        for _ in 0..1 + build.dice.below(2) {
            let is_direct = !has_between || build.dice.chance(50);
            let way = build.wrapped(if is_direct { name } else { &between });
            let field = Field::new(build.name(at), way, context.subgraph);
            build.model.objects[at].fields.push(field);
        }
    }
}
