//! What ties subgraphs together: `@requires`, `@provides`, `@override`, and what clients must not see.

use std::collections::BTreeSet;

use super::build::Build;
use super::model::{Field, Interface, Kind, Rule, Sel, Value, edge, named};
use super::{above, through};

/// `(object, subgraph)` of all entities, except where only a reference is known.
pub fn holdings(build: &Build) -> Vec<(usize, usize)> {
    let objects = build.model.objects.iter().enumerate().filter(|(_, each)| each.kind == Kind::Entity);
    objects
        .flat_map(|(index, each)| {
            let holders = each.holders.iter().filter(|(_, holder)| !holder.is_stub);
            holders.map(move |(subgraph, _)| (index, *subgraph))
        })
        .collect()
}

/// Positions of plain fields that another subgraph resolves, the edge aside.
pub fn foreign(build: &Build, object: usize, subgraph: usize) -> Vec<usize> {
    let edge = edge(&build.model);
    let usable = |field: &Field| {
        let is_elsewhere = !field.owners.contains(&subgraph) && !field.owners.contains(&edge);
        let is_settled = field.overrides.is_none() && field.rule.is_none() && field.strict.is_empty();
        is_elsewhere && is_settled && matches!(field.value, Value::Plain | Value::Computed)
    };
    let fields = build.model.objects[object].fields.iter().enumerate();
    fields.filter(|(_, field)| usable(field)).map(|(index, _)| index).collect()
}

pub fn computed(build: &mut Build) {
    for (object, subgraph) in holdings(build) {
        for _ in 0..2 {
            if !build.dice.chance(45) {
                continue;
            }
            let mut requires: Vec<Sel> = Vec::new();
            let mut usable = foreign(build, object, subgraph);
            while !usable.is_empty() && requires.len() < 2 {
                let at = usable.remove(build.dice.below(usable.len()));
                if let Some(sel) = requirement(build, object, at, subgraph) {
                    build.model.objects[object].fields[at].externals.insert(subgraph);
                    build.model.objects[object].fields[at].is_input = true;
                    requires.push(sel);
                }
            }
            if requires.is_empty() {
                continue;
            }
            let name = build.name(object);
            let mut field = Field::new(name, named("String", build.dice.chance(10)), subgraph);
            field.value = Value::Computed;
            field.requires = requires;
            build.model.objects[object].fields.push(field);
        }
    }
}

/// How a field is required: whole if it is a leaf, otherwise some leaves below.
fn requirement(build: &mut Build, object: usize, at: usize, subgraph: usize) -> Option<Sel> {
    let field = build.model.objects[object].fields[at].clone();
    let arguments = match field.arguments.first() {
        None => "",
        Some(("x", _)) => *build.dice.pick(&["(x: 1)", "(x: 2)"]),
        Some(("text", _)) => "(text: \"by requirement\")",
        Some(("by", _)) => "(by: {n: 4})",
        Some(_) => return None,
    };
    let inner = field.ty.inner_named_type().to_string();
    let below = match inner.as_str() {
        "V0" => vec![Sel::leaf("a"), Sel::leaf("b")],
        _ if !build.model.is_composite(&inner) => Vec::new(),
        // Its key is known wherever it is referred to.
        _ if build.model.object(&inner).is_some_and(|each| each.kind == Kind::Entity) => {
            let object = build.model.object(&inner).unwrap();
            let [only] = object.keys[0].as_slice() else { return None };
            // Where this is so, fewer faults can be told apart: `Model::may_fail`.
            if only.name != "id" || inner.starts_with('M') || !build.model.seed.is_multiple_of(3) {
                return None;
            }
            vec![Sel::leaf("id")]
        }
        _ => return None,
    };
    build.declare(&inner, subgraph);
    if !below.is_empty() && inner != "V0" {
        let holder = &build.model.object(&inner).unwrap().holders[&subgraph];
        if !holder.keys.contains(&0) {
            return None;
        }
    }
    Some(Sel { arguments, ..Sel { below, ..Sel::leaf(&field.name) } })
}

/// A reference that brings along a field which its subgraph otherwise does not resolve.
pub fn provided(build: &mut Build) {
    let edge = edge(&build.model);
    for (object, subgraph) in holdings(build) {
        if !build.dice.chance(45) {
            continue;
        }
        let candidates: Vec<(usize, usize)> = holdings(build)
            .into_iter()
            .filter(|(target, of)| {
                *of == subgraph
                    && !build.model.objects[*target].name.starts_with(above::BELOW)
                    && build.model.interface_object_of(&build.model.objects[*target].name).is_none()
            })
            .flat_map(|(target, _)| {
                foreign(build, target, subgraph).into_iter().map(move |field| (target, field))
            })
            .filter(|(target, field)| {
                let field = &build.model.objects[*target].fields[*field];
                let is_leaf = !build.model.is_composite(field.ty.inner_named_type());
                is_leaf && field.value == Value::Plain && field.arguments.is_empty() && !field.is_input
            })
            .collect();
        if candidates.is_empty() || subgraph == edge {
            continue;
        }
        let (target, field) = *build.dice.pick(&candidates);
        let name = build.model.objects[target].name.clone();
        if build.dice.chance(60) {
            // A step further, nothing is provided any more.
            let next = Field::new(build.name(target), named(&name, false), subgraph);
            build.model.objects[target].fields.push(next);
        }
        let provided = &mut build.model.objects[target].fields[field];
        provided.externals.insert(subgraph);
        let provided = Sel::leaf(&provided.name);
        let abstract_type = ["I0", "U0"].into_iter().find(|ty| {
            let members = through::members(build, ty, subgraph);
            members.contains(&name) && build.dice.chance(50)
        });
        let way = build.model.objects[target].fields.iter().find(|way| {
            let is_own = way.owners.contains(&subgraph) && way.owners.len() == 1 && way.provides.is_empty();
            is_own
                && way.value == Value::Plain
                && way.arguments.is_empty()
                && way.ty.inner_named_type().as_str() == name
        });
        let (provides, name) = match (abstract_type, way) {
            (Some(ty), _) => (vec![Sel { on: Some(name), ..provided }], ty.to_owned()),
            (None, Some(way)) if build.dice.chance(85) => (vec![Sel::nest(&way.name, vec![provided])], name),
            (None, _) => (vec![provided], name),
        };
        let ty = named(&name, false);
        let own = build.name(object);
        let ty = if build.dice.chance(40) { apollo_compiler::ast::Type::List(Box::new(ty)) } else { ty };
        build.model.objects[object].fields.push(Field { provides, ..Field::new(own, ty, subgraph) });
    }
}

fn is_free(field: &Field) -> bool {
    field.value == Value::Plain
        && field.owners.len() == 1
        && field.externals.is_empty()
        && field.strict.is_empty()
        && field.provides.is_empty()
        && !field.is_input
}

/// Fields that move from one subgraph to another, at once or behind a label.
pub fn overridden(build: &mut Build) {
    for (object, subgraph) in holdings(build) {
        let is_media = build.model.interface_object_of(&build.model.objects[object].name).is_some();
        let is_old = build.model.old.contains(&subgraph);
        if is_media || is_old || !build.dice.chance(50) {
            continue;
        }
        let fields: Vec<usize> = (0..build.model.objects[object].fields.len())
            .filter(|at| {
                let field = &build.model.objects[object].fields[*at];
                let is_leaf = !build.model.is_composite(field.ty.inner_named_type());
                is_free(field) && is_leaf && !field.owners.contains(&subgraph) && field.overrides.is_none()
            })
            .collect();
        if fields.is_empty() {
            continue;
        }
        let at = *build.dice.pick(&fields);
        let label = *build.dice.pick(&[None, Some("percent(50)"), Some("percent(7)")]);
        let field = &mut build.model.objects[object].fields[at];
        let from = *field.owners.first().unwrap();
        field.overrides = Some((from, label));
        field.owners = BTreeSet::from([subgraph]);
    }
}

/// Fields that clients do not see: some are required by others, and keys.
pub fn hidden(build: &mut Build) {
    for object in 0..build.model.objects.len() {
        if build.model.objects[object].kind != Kind::Entity {
            continue;
        }
        for at in 0..build.model.objects[object].fields.len() {
            let field = &build.model.objects[object].fields[at];
            let is_candidate = field.name == "sku" || field.name == "code" || field.value == Value::Plain;
            let is_common = ["label", "title", "kin"].contains(&field.name.as_str());
            let is_old = !field.owners.is_disjoint(&build.model.old);
            if is_candidate && !is_common && !is_old && build.dice.chance(if field.is_input { 25 } else { 5 })
            {
                build.model.objects[object].fields[at].inaccessible = true;
            }
        }
    }
}

pub fn rules(build: &mut Build) {
    let some_rule = |build: &mut Build| match build.dice.below(3) {
        0 => Rule::Authenticated,
        1 => Rule::Scopes(build.dice.pick(&[vec![vec!["a"]], vec![vec!["a", "b"], vec!["c"]]]).clone()),
        _ => Rule::Policy(build.dice.pick(&[vec![vec!["p"]], vec![vec!["p", "q"]]]).clone()),
    };
    for object in 0..build.model.objects.len() {
        let is_entity = build.model.objects[object].kind == Kind::Entity;
        let name = &build.model.objects[object].name;
        let leads_here = |field: &Field| {
            let ty = field.ty.inner_named_type();
            let is_member = |interface: &Interface| interface.members.contains(name);
            field.is_input && (ty == name.as_str() || build.model.interface(ty).is_some_and(is_member))
        };
        let sets_context = build.model.contexts.iter().any(|context| context.value_of(name).is_some());
        let is_old = build.model.objects[object].holders.keys().all(|each| build.model.old.contains(each));
        let is_plain = !sets_context
            && !is_old
            && build.model.objects[object].fields.iter().all(|each| each.externals.is_empty())
            && !build.model.objects.iter().flat_map(|each| &each.fields).any(leads_here);
        if is_entity && is_plain && build.dice.chance(22) {
            build.model.objects[object].rule = Some(some_rule(build));
        }
        for at in 0..build.model.objects[object].fields.len() {
            let is_input = build.model.objects[object].fields[at].is_input;
            let value = build.model.objects[object].fields[at].value.clone();
            let is_common = build.model.objects[object].fields[at].name == "label"
                || !build.model.objects[object].fields[at].owners.is_disjoint(&build.model.old);
            if is_entity && !is_input && !is_common && value == Value::Plain && build.dice.chance(22) {
                build.model.objects[object].fields[at].rule = Some(some_rule(build));
            }
        }
    }
}

/// Keys that some entities do not have, where nothing depends on it but who is entered by them alone.
pub fn nullable_keys(build: &mut Build) {
    for object in 0..build.model.objects.len() {
        let each = &build.model.objects[object];
        let (Some(at), name) = (each.fields.iter().position(|field| field.name == "sku"), each.name.clone())
        else {
            continue;
        };
        let mut entered =
            each.holders.iter().filter(|(_, holder)| holder.keys == [1]).map(|(subgraph, _)| *subgraph);
        if entered.all(|subgraph| build.model.can_lose(subgraph, &name)) && build.dice.chance(70) {
            build.model.objects[object].fields[at].ty = named("String", false);
        }
    }
}
