//! What leads through interfaces and unions: requirements of objects of which only these are known, and fields that an
//! interface has because all its members do.

use std::collections::BTreeSet;

use super::build::{Build, LEAVES};
use super::model::{Field, Holder, Interface, Kind, Sel, Value, edge, named};
use super::weave::holdings;

/// An interface that another one implements, wherever that is known.
pub fn wider(build: &mut Build) {
    if !build.dice.chance(50) {
        return;
    }
    let narrow = build.model.interface("I0").unwrap();
    let (mut members, mut members_in) = (narrow.members.clone(), narrow.members_in.clone());
    for subgraph in members_in.keys().copied().collect::<Vec<_>>() {
        for name in build.entities() {
            if build.has_id(&name, subgraph) && build.dice.chance(30) {
                members_in.get_mut(&subgraph).unwrap().insert(name.clone());
                if !members.contains(&name) {
                    members.push(name);
                }
            }
        }
    }
    for (subgraph, known) in &members_in {
        for object in build.model.objects.iter_mut().filter(|each| known.contains(&each.name)) {
            object.holders.get_mut(subgraph).unwrap().implements.insert("I1".to_owned());
        }
    }
    let (as_object, fields) = (BTreeSet::new(), Vec::new());
    build.model.interfaces.push(Interface { name: "I1".into(), members, members_in, as_object, fields });
}

/// Objects without a key of which several subgraphs know a part each, below entities that all of these know.
pub fn divided(build: &mut Build) {
    let edge = edge(&build.model);
    let candidates: Vec<(usize, Vec<usize>)> = (0..build.model.objects.len())
        .map(|at| {
            let holders = build.model.objects[at].holders.iter();
            (
                at,
                holders
                    .filter(|(each, holder)| **each != edge && !holder.is_stub)
                    .map(|(each, _)| *each)
                    .collect(),
            )
        })
        .filter(|(at, holders): &(usize, Vec<usize>)| {
            build.model.objects[*at].name.starts_with('E') && holders.len() > 1
        })
        .collect();
    if candidates.is_empty() || !build.dice.chance(60) {
        return;
    }
    let (at, holders) = build.dice.pick(&candidates).clone();
    let index = build.object_index("D0", Kind::Value);
    for subgraph in &holders {
        build.model.objects[index].holders.insert(*subgraph, Holder::default());
        let ty = build.leaf();
        build.model.objects[index].fields.push(Field::new(format!("only{subgraph}"), ty, *subgraph));
    }
    let mut all = Field::new("all", named("String", false), holders[0]);
    all.owners = holders.iter().copied().collect();
    build.model.objects[index].fields.push(all);
    let mut way = Field::new("parts", build.wrapped("D0"), holders[0]);
    way.owners = holders.iter().copied().collect();
    build.model.objects[at].fields.push(way);
}

/// A field with an argument that all members of the interface have, wherever each is resolved.
pub fn common(build: &mut Build) {
    let interface = build.model.interface("I0").unwrap();
    let members = interface.members.clone();
    let members_in = interface.members_in.clone();
    let edge = edge(&build.model);
    let Some((home, known)) = members_in.into_iter().find(|(subgraph, _)| *subgraph != edge) else { return };
    if !build.dice.chance(70) {
        return;
    }
    let name = build.dice.pick(&["V0", "E0", "E1", "String"]).to_string();
    let ty = build.wrapped(&name);
    for member in members {
        let at = build.model.objects.iter().position(|each| each.name == member).unwrap();
        let holders = &build.model.objects[at].holders;
        let elsewhere = holders.iter().find(|(_, holder)| !holder.is_stub).map(|(subgraph, _)| *subgraph);
        let owner = if known.contains(&member) { home } else { elsewhere.unwrap() };
        build.declare(&name, owner);
        let mut field = Field::new("kin", ty.clone(), owner);
        field.arguments = vec![("x", "Int")];
        build.model.objects[at].fields.push(field);
    }
}

/// Fields that require something of an object of which only an interface or union is known.
pub fn required(build: &mut Build) {
    // Where inputs are nested, fewer faults can be told apart: `Model::may_fail`.
    if !build.model.seed.is_multiple_of(3) {
        return;
    }
    for (object, subgraph) in holdings(build) {
        for ty in ["I0", "U0"] {
            if subgraph != edge(&build.model) && build.dice.chance(90) {
                require(build, object, subgraph, ty);
            }
        }
    }
}

fn require(build: &mut Build, object: usize, subgraph: usize, ty: &str) {
    let edge = edge(&build.model);
    let known = members(build, ty, subgraph);
    let owners: Vec<usize> = build.model.objects[object]
        .holders
        .iter()
        .filter(|(owner, holder)| **owner != edge && **owner != subgraph && !holder.is_stub)
        .map(|(owner, _)| *owner)
        .filter(|owner| {
            let leads_to = members(build, ty, *owner);
            !leads_to.is_empty() && leads_to.is_subset(&known)
        })
        .collect();
    if owners.is_empty() {
        return;
    }
    let owner = *build.dice.pick(&owners);
    let mut below = match ty {
        "I0" if build.dice.chance(70) => vec![Sel::leaf("id")],
        _ => vec![Sel::leaf("__typename")],
    };
    for member in members(build, ty, owner) {
        if build.dice.chance(60)
            && let Some(sel) = of_member(build, &member, subgraph, &below)
        {
            below.push(sel);
        }
    }
    let mut via = Field::new(build.name(object), build.wrapped(ty), owner);
    via.externals.insert(subgraph);
    via.is_input = true;
    let requires = vec![Sel::nest(&via.name, below)];
    build.model.objects[object].fields.push(via);
    let mut field = Field::new(build.name(object), named("String", false), subgraph);
    field.value = Value::Computed;
    field.requires = requires;
    build.model.objects[object].fields.push(field);
}

/// The types that a value of an interface or union has in a subgraph.
pub fn members(build: &Build, ty: &str, subgraph: usize) -> BTreeSet<String> {
    build.model.members(ty, subgraph).into_iter().collect()
}

/// A leaf that one member has, whoever resolves it, under a name that is not taken.
fn of_member(build: &mut Build, member: &str, subgraph: usize, taken: &[Sel]) -> Option<Sel> {
    if member == "V0" {
        return Some(Sel { on: Some(member.to_owned()), ..Sel::leaf("a") });
    }
    let edge = edge(&build.model);
    let at = build.model.objects.iter().position(|each| each.name == member)?;
    let usable = |field: &&mut Field| {
        let is_leaf = LEAVES.contains(&field.ty.inner_named_type().as_str());
        let is_single = field.owners.len() == 1 && !field.owners.contains(&edge);
        let is_free = taken.iter().all(|sel| sel.name != field.name);
        is_leaf && is_single && is_free && field.value == Value::Plain && field.arguments.is_empty()
    };
    let mut fields: Vec<&mut Field> = build.model.objects[at].fields.iter_mut().filter(usable).collect();
    if fields.is_empty() {
        return None;
    }
    let field = fields.swap_remove(build.dice.below(fields.len()));
    if !field.owners.contains(&subgraph) {
        field.externals.insert(subgraph);
    }
    field.is_input = true;
    Some(Sel { on: Some(member.to_owned()), ..Sel::leaf(&field.name) })
}
