//! The walk over all positions of the API schema.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use apollo_compiler::Name;

use super::model::{Node, Nodes, World, normalise};
use super::report::{self, Path};
use super::resolve::{Resolver, Setting};
use crate::error::{CompositionError, ErrorCode};
use crate::hint::{Hint, HintCode};
use crate::links::FederationDirective as D;
use crate::subgraph::SubgraphModel;
use crate::subgraph::model::{TypeKind, all_applied};
use crate::supergraph::{MergedField, Supergraph};

/// More positions than any schema has that people have written.
const MAX_POSITIONS: usize = 500_000;

/// Finds the queries that cannot be answered; one for each field, by the shortest path to it.
pub(crate) fn check(
    subgraphs: &[SubgraphModel],
    supergraph: &Supergraph,
) -> Result<Vec<Hint>, Vec<CompositionError>> {
    let world = World { subgraphs, supergraph };
    let mut explorer = Explorer {
        contexts: contexts(&world),
        resolver: Resolver::new(world),
        supergraph,
        subgraphs,
        passed: HashMap::new(),
        queue: VecDeque::new(),
        failed: HashSet::new(),
        compared: HashSet::new(),
        hints: Vec::new(),
        errors: Vec::new(),
    };
    explorer.run();
    if explorer.errors.is_empty() { Ok(explorer.hints) } else { Err(explorer.errors) }
}

/// A context set by an interface or union is set by all its object types.
fn contexts(world: &World<'_>) -> HashMap<Name, Vec<String>> {
    let mut out: HashMap<Name, Vec<String>> = HashMap::new();
    for subgraph in world.subgraphs {
        for ty in subgraph.types.values() {
            let names = all_applied(&ty.directives, D::Context)
                .filter_map(|applied| applied.argument("name")?.as_str());
            for name in names {
                for object in world.supergraph.possible_types(&ty.name) {
                    out.entry(object.clone()).or_default().push(format!("{}__{name}", subgraph.name));
                }
            }
        }
    }
    out
}

/// A place in a query: a type, who can hold it, and the way there.
struct Position {
    ty: Name,
    /// Where the query arrives.
    nodes: Nodes,
    /// Where the value can be carried from there; the same as `nodes` for an abstract type.
    closed: Nodes,
    /// Those of the nodes that a planner would come to without a detour by keys, if there are such.
    direct: Nodes,
    setting: Setting,
    path: Path,
}

struct Explorer<'a> {
    resolver: Resolver<'a>,
    supergraph: &'a Supergraph,
    subgraphs: &'a [SubgraphModel],
    /// For each type the least settings and sets of nodes that were visited.
    passed: HashMap<Name, Vec<(Setting, Nodes)>>,
    /// The contexts that each object type sets, qualified by subgraph.
    contexts: HashMap<Name, Vec<String>>,
    queue: VecDeque<Position>,
    failed: HashSet<(Name, Name)>,
    /// Fields whose runtime types have been compared between subgraphs.
    compared: HashSet<(Name, Name)>,
    hints: Vec<Hint>,
    errors: Vec<CompositionError>,
}

impl Explorer<'_> {
    fn run(&mut self) {
        for (root, keyword) in
            [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")]
        {
            let ty = Name::new_unchecked(root);
            if !self.supergraph.types.contains_key(&ty) {
                continue;
            }
            let nodes = self.resolver.world.holders(&ty);
            let path = Path::root(keyword);
            self.enqueue(ty, nodes.clone(), nodes, Setting::default(), path);
        }
        let mut visited = 0_usize;
        while let Some(position) = self.queue.pop_front() {
            visited += 1;
            if visited > MAX_POSITIONS {
                self.errors.push(CompositionError::new(
                    ErrorCode::MaxValidationSubgraphPathsExceeded,
                    format!("The satisfiability of the supergraph was not decided within {MAX_POSITIONS} positions"),
                ));
                return;
            }
            self.visit(position);
        }
    }

    /// Queues the position unless one that could do no more has been queued. What can be done depends
    /// on the closure alone, and the entities of a type mostly have the same, however they are reached.
    fn enqueue(&mut self, ty: Name, nodes: Nodes, direct: Nodes, setting: Setting, path: Path) {
        let object = self.supergraph.types.get(&ty).is_some_and(|ty| ty.kind == TypeKind::Object);
        let closed = if object { self.resolver.closure(&ty, &nodes, &setting) } else { nodes.clone() };
        let passed = self.passed.entry(ty.clone()).or_default();
        let subset = |a: &Nodes, b: &Nodes| a.iter().all(|node| b.binary_search(node).is_ok());
        if passed.iter().any(|(other, less)| other.is_implied_by(&setting) && subset(less, &closed)) {
            return;
        }
        passed.retain(|(other, more)| !(setting.is_implied_by(other) && subset(&closed, more)));
        passed.push((setting.clone(), closed.clone()));
        self.queue.push_back(Position { ty, nodes, closed, direct, setting, path });
    }

    fn visit(&mut self, position: Position) {
        let Some(merged) = self.supergraph.types.get(&position.ty) else {
            return;
        };
        if merged.kind == TypeKind::Object {
            self.visit_object(position);
            return;
        }
        let visible: Vec<Name> = self
            .resolver
            .world
            .runtime_types(&position.nodes)
            .into_iter()
            .filter(|ty| self.supergraph.is_visible_type(ty) && self.resolver.world.matches(ty, &position.ty))
            .collect();
        for ty in visible {
            let nodes = self.resolver.downcast(&position.nodes, &ty, &position.setting);
            if nodes.is_empty() {
                self.fail_typename(&position);
                continue;
            }
            let direct = self.resolver.downcast(&position.direct, &ty, &position.setting);
            let path = position.path.on(&ty);
            self.enqueue(ty, nodes, direct, position.setting.clone(), path);
        }
    }

    fn visit_object(&mut self, position: Position) {
        let supergraph = self.supergraph;
        let Some(merged) = supergraph.types.get(&position.ty) else {
            return;
        };
        for (name, field) in &merged.fields {
            if !supergraph.is_visible(&field.directives)
                || !supergraph.is_visible_type(field.ty.inner_named_type())
            {
                continue;
            }
            for setting in self.settings(&position.ty, name, &position.setting) {
                if setting.labels == position.setting.labels {
                    self.follow(&position, &position.closed, name, field, setting);
                } else {
                    // A label changes which keys can be had, too.
                    let closed = self.resolver.closure(&position.ty, &position.nodes, &setting);
                    self.follow(&position, &closed, name, field, setting);
                }
            }
        }
    }

    fn follow(
        &mut self,
        position: &Position,
        nodes: &Nodes,
        name: &Name,
        field: &MergedField,
        setting: Setting,
    ) {
        let next = self.resolver.field(&position.ty, nodes, name, &setting);
        let path = position.path.field(name, field);
        if next.is_empty() {
            if self.failed.insert((position.ty.clone(), name.clone())) {
                let message = report::unresolved(
                    &mut self.resolver,
                    &position.ty,
                    nodes,
                    name,
                    &setting,
                    &path,
                    &position.nodes,
                );
                self.errors.push(CompositionError::new(ErrorCode::SatisfiabilityError, message));
            }
            return;
        }
        let target = field.ty.inner_named_type();
        let composite = self.supergraph.types.get(target).is_some_and(|ty| ty.kind.is_composite());
        if !composite {
            return;
        }
        let mut direct = Nodes::new();
        for node in &position.direct {
            direct.extend(self.resolver.step(&position.ty, nodes, node, name, &setting));
        }
        normalise(&mut direct);
        if direct.is_empty() {
            direct.clone_from(&next);
        }
        if self.resolver.world.is_abstract(target) {
            self.compare_runtime_types(&position.ty, name, target, &direct, &path);
        }
        let below = self.with_contexts(&position.ty, setting);
        self.enqueue(target.clone(), next, direct, below, path);
    }

    /// Subgraphs that share a field have to return the same for it, so of the types that only some of
    /// them know they may return none.
    fn compare_runtime_types(
        &mut self,
        parent: &Name,
        field: &Name,
        target: &Name,
        nodes: &Nodes,
        path: &Path,
    ) {
        let subgraphs: BTreeSet<usize> = nodes.iter().map(|node| node.subgraph).collect();
        let world = &self.resolver.world;
        let concrete = nodes
            .iter()
            .any(|node| world.type_of(node.subgraph, &node.ty).is_some_and(|ty| ty.kind == TypeKind::Object));
        if concrete {
            return;
        }
        if subgraphs.len() < 2 || self.compared.contains(&(parent.clone(), field.clone())) {
            return;
        }
        let sets: Vec<(usize, BTreeSet<Name>)> = subgraphs
            .into_iter()
            .map(|subgraph| {
                let own: Nodes = nodes.iter().filter(|node| node.subgraph == subgraph).cloned().collect();
                let types = self.resolver.world.runtime_types(&own);
                (subgraph, types.into_iter().collect())
            })
            .collect();
        let Some((_, first)) = sets.first() else {
            return;
        };
        if sets.iter().all(|(_, set)| set == first) {
            return;
        }
        self.compared.insert((parent.clone(), field.clone()));
        let common =
            sets.iter().fold(first.clone(), |common, (_, set)| common.intersection(set).cloned().collect());
        let coordinate = format!("{parent}.{field}");
        let message = report::runtime_types(&self.resolver.world, &coordinate, target, &sets, &common, path);
        if common.is_empty() {
            self.errors.push(CompositionError::new(ErrorCode::ShareableHasMismatchedRuntimeTypes, message));
        } else {
            self.hints.push(Hint::new(HintCode::InconsistentRuntimeTypesForShareableReturn, message));
        }
    }

    /// The setting below an object of the type, which may set contexts; for the object itself they do not hold.
    fn with_contexts(&self, ty: &Name, mut setting: Setting) -> Setting {
        if let Some(contexts) = self.contexts.get(ty) {
            setting.contexts.extend(contexts.iter().cloned());
        }
        setting
    }

    /// The setting with every choice for the labels on the field that are open yet.
    fn settings(&self, ty: &Name, field: &Name, setting: &Setting) -> Vec<Setting> {
        let mut out = vec![setting.clone()];
        for subgraph in self.subgraphs {
            let label = subgraph
                .field(ty, field)
                .and_then(|field| field.override_from.as_ref())
                .and_then(|over| over.label.as_ref());
            let Some(label) = label else { continue };
            if setting.labels.contains_key(label) {
                continue;
            }
            out = out
                .into_iter()
                .flat_map(|setting| {
                    [true, false].map(|value| {
                        let mut setting = setting.clone();
                        setting.labels.insert(label.clone(), value);
                        setting
                    })
                })
                .collect();
        }
        out
    }

    fn fail_typename(&mut self, position: &Position) {
        let typename = Name::new_unchecked("__typename");
        if !self.failed.insert((position.ty.clone(), typename)) {
            return;
        }
        let mut nodes: Vec<Node> = position.nodes.clone();
        normalise(&mut nodes);
        let message = report::untold(&self.resolver.world, &position.ty, &nodes, &position.path);
        self.errors.push(CompositionError::new(ErrorCode::SatisfiabilityError, message));
    }
}
