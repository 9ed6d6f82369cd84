//! The text of a satisfiability error: a query that fails, and for each subgraph why.

use std::collections::BTreeSet;
use std::rc::Rc;

use apollo_compiler::Name;

use super::model::{Node, Nodes, World, is_root};
use super::resolve::{Resolver, Setting};
use crate::supergraph::MergedField;

enum Step {
    Root(&'static str),
    Field(String),
    On(Name),
}

/// The way to a position, shared with the positions before it.
#[derive(Clone)]
pub(super) struct Path(Rc<Link>);

struct Link {
    step: Step,
    before: Option<Path>,
}

impl Path {
    pub fn root(operation: &'static str) -> Self {
        Self(Rc::new(Link { step: Step::Root(operation), before: None }))
    }

    fn then(&self, step: Step) -> Self {
        Self(Rc::new(Link { step, before: Some(self.clone()) }))
    }

    pub fn field(&self, name: &Name, field: &MergedField) -> Self {
        let required: Vec<String> = field
            .arguments
            .iter()
            .filter(|(_, argument)| argument.ty.is_non_null() && argument.default.is_none())
            .map(|(name, argument)| format!("{name}: <{}>", argument.ty.inner_named_type()))
            .collect();
        let text = match required.as_slice() {
            [] => name.to_string(),
            some => format!("{name}({})", some.join(", ")),
        };
        self.then(Step::Field(text))
    }

    pub fn on(&self, ty: &Name) -> Self {
        self.then(Step::On(ty.clone()))
    }

    /// The query that follows the path.
    fn query(&self, leaf: Option<&str>) -> String {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(path) = at {
            steps.push(&path.0.step);
            at = path.0.before.as_ref();
        }
        let mut lines: Vec<String> = steps
            .into_iter()
            .rev()
            .map(|step| match step {
                Step::Root("query") => String::new(),
                Step::Root(operation) => (*operation).to_owned(),
                Step::Field(text) => text.clone(),
                Step::On(ty) => format!("... on {ty}"),
            })
            .collect();
        lines.extend(leaf.map(str::to_owned));
        let last = lines.len().saturating_sub(1);
        let mut out = String::new();
        for (depth, line) in lines.iter().enumerate() {
            let space = if line.is_empty() { "" } else { " " };
            let open = if depth < last { format!("{space}{{") } else { String::new() };
            out.push_str(&format!("{}{line}{open}\n", "  ".repeat(depth)));
        }
        for depth in (0..last).rev() {
            out.push_str(&format!("{}}}\n", "  ".repeat(depth)));
        }
        out
    }
}

pub(super) fn unresolved(
    resolver: &mut Resolver<'_>,
    ty: &Name,
    nodes: &Nodes,
    field: &Name,
    setting: &Setting,
    path: &Path,
    start: &Nodes,
) -> String {
    let composite = resolver
        .world
        .supergraph
        .types
        .get(ty)
        .and_then(|merged| merged.fields.get(field))
        .and_then(|field| resolver.world.supergraph.types.get(field.ty.inner_named_type()))
        .is_some_and(|ty| ty.kind.is_composite());
    let query = path.query(composite.then_some("..."));
    let mut out = format!("No sequence of fetches can answer this query:\n{query}because:\n");
    for node in nodes {
        let name = resolver.world.subgraph_name(node.subgraph);
        let reason = local_reason(resolver, node, field, setting);
        let arrived = if start.contains(node) { "" } else { ", reached by key," };
        out.push_str(&format!("- subgraph \"{name}\"{arrived} {reason}\n"));
    }
    for node in resolver.world.holders(ty) {
        let held = nodes.iter().any(|known| known.subgraph == node.subgraph && known.ty == node.ty);
        if held || resolver.world.field_of(&node, field).is_none_or(|f| f.external) {
            continue;
        }
        let reason = unreachable_reason(&resolver.world, &node);
        let name = resolver.world.subgraph_name(node.subgraph);
        out.push_str(&format!("- subgraph \"{name}\" has \"{ty}.{field}\", but {reason}\n"));
    }
    out.truncate(out.trim_end().len());
    out
}

fn local_reason(resolver: &mut Resolver<'_>, node: &Node, field: &Name, setting: &Setting) -> String {
    let world = &resolver.world;
    let coordinate = format!("{}.{field}", node.ty);
    let Some(definition) = world.field_of(node, field) else {
        return format!("has no field \"{coordinate}\"");
    };
    if definition.external {
        return format!("declares \"{coordinate}\" @external and does not provide it here");
    }
    if let Some(taken) = world.taken_over(node.subgraph, &node.ty, field) {
        let open = taken.label.as_ref().is_some_and(|label| setting.labels.get(label) == Some(&false));
        if !open {
            return format!("lost \"{coordinate}\" to an @override");
        }
    }
    if let Some(requires) = &definition.requires {
        let enterable = is_root(&node.ty)
            || world.type_of(node.subgraph, &node.ty).is_some_and(|ty| ty.resolvable_keys().next().is_some());
        if !enterable {
            return format!(
                "needs \"{}\" for \"{coordinate}\", and has no resolvable @key by which to come back with it",
                requires.text
            );
        }
        return format!("cannot get \"{}\", which \"{coordinate}\" requires", requires.text);
    }
    format!("cannot fill the contextual arguments of \"{coordinate}\" on this path")
}

fn unreachable_reason(world: &World<'_>, node: &Node) -> String {
    let name = world.subgraph_name(node.subgraph);
    let Some(ty) = world.type_of(node.subgraph, &node.ty) else {
        return String::new();
    };
    if ty.keys.is_empty() {
        return format!("cannot be entered, because type \"{}\" has no @key in subgraph \"{name}\"", node.ty);
    }
    let keys: Vec<String> = ty.resolvable_keys().map(|key| format!("\"{}\"", key.fields.text)).collect();
    if keys.is_empty() {
        return format!(
            "cannot be entered, because no @key of type \"{}\" is resolvable in subgraph \"{name}\"",
            node.ty
        );
    }
    format!(
        "cannot be entered, because no subgraph on this path has the fields of its @key {}",
        keys.join(" or ")
    )
}

/// Nobody can tell the type of the objects that an interface object stands for.
pub(super) fn untold(world: &World<'_>, ty: &Name, nodes: &[Node], path: &Path) -> String {
    let query = path.query(Some("__typename"));
    let mut names: Vec<String> =
        nodes.iter().map(|node| format!("\"{}\"", world.subgraph_name(node.subgraph))).collect();
    names.dedup();
    format!(
        "No sequence of fetches can answer this query:\n{query}because:\n- \"{ty}\" is an @interfaceObject in {}, and no subgraph with the interface can be entered from there by a resolvable @key",
        names.join(" and ")
    )
}

/// Subgraphs that share a field know different types for its value.
pub(super) fn runtime_types(
    world: &World<'_>,
    coordinate: &str,
    target: &Name,
    sets: &[(usize, BTreeSet<Name>)],
    common: &BTreeSet<Name>,
    path: &Path,
) -> String {
    let query = path.query(Some("..."));
    let list = |types: &BTreeSet<Name>| {
        let quoted: Vec<String> = types.iter().map(|ty| format!("\"{ty}\"")).collect();
        quoted.join(", ")
    };
    let each: Vec<String> = sets
        .iter()
        .map(|(subgraph, set)| format!("- {} in subgraph \"{}\"", list(set), world.subgraph_name(*subgraph)))
        .collect();
    let rule = if common.is_empty() {
        "They have none in common, so they cannot return the same.".to_owned()
    } else {
        format!("As each has to return the same, they may only return {}.", list(common))
    };
    format!(
        "In the query\n{query}the field \"{coordinate}\" is shared, and \"{target}\" can be\n{}\n{rule}",
        each.join("\n")
    )
}
