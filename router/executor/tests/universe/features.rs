//! What occurs in an operation, for the table of frequencies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use router_planner::plan::{Call, RepresentationField, RepresentationType};
use router_schema::{ExpandedSet, OperationKind, Supergraph};

use super::compare::{Compared, Universe};
use super::model::{Field, Kind, Model, Rule, Value};
use super::names;
use super::sdl;
use super::values::Mode;

/// Everything that has to occur.
pub const ALL: [&str; 74] = [
    "@authenticated",
    "@composeDirective",
    "@context, @fromContext",
    "@cost",
    "@extends",
    "@external",
    "@inaccessible: field that another requires",
    "@inaccessible: type of an interface",
    "@inaccessible: value of an enum",
    "@include by variable",
    "@interfaceObject",
    "@interfaceObject entered",
    "@key composite, entered by",
    "@key entered by",
    "@key nested, entered by",
    "@key several",
    "@key(resolvable: false)",
    "@listSize",
    "@override",
    "@override(label:) active",
    "@override(label:) inactive",
    "@policy",
    "@provides",
    "@provides of a member",
    "@provides, nested",
    "@requires",
    "@requires a field that requires",
    "@requires through a union",
    "@requires through an interface",
    "@requires with arguments",
    "@requiresScopes",
    "@shareable",
    "@skip by variable",
    "Federation 1 schema, asked",
    "Federation 1 schema, entered by @key",
    "@tag",
    "alias with the name of a key",
    "argument by variable",
    "enum",
    "error: denied field",
    "error: field",
    "error: null entity",
    "error: null of non-null",
    "error: unreachable subgraph",
    "error: wrong type",
    "fragment, inline",
    "fragment, named",
    "interface",
    "interface of interfaces",
    "interface's field with an argument",
    "mutation",
    "mutations in series over subgraphs",
    "nullability differs",
    "parts of one object in several subgraphs",
    "re-entry at Query",
    "subscription completed by entities",
    "union",
    "@authenticated, renamed",
    "@marked, renamed",
    "@context, renamed",
    "@cost, renamed",
    "@extends, renamed",
    "@external, renamed",
    "@inaccessible, renamed",
    "@interfaceObject, renamed",
    "@key, renamed",
    "@listSize, renamed",
    "@override, renamed",
    "@policy, renamed",
    "@provides, renamed",
    "@requires, renamed",
    "@requiresScopes, renamed",
    "@shareable, renamed",
    "@tag, renamed",
];

/// Features that a directive brings, the directive, and that it has another name.
const RENAMED: [(&str, &str, &str); 17] = [
    ("@authenticated", "authenticated", "@authenticated, renamed"),
    ("@composeDirective", "marked", "@marked, renamed"),
    ("@context, @fromContext", "context", "@context, renamed"),
    ("@cost", "cost", "@cost, renamed"),
    ("@extends", "extends", "@extends, renamed"),
    ("@external", "external", "@external, renamed"),
    ("@inaccessible: type of an interface", "inaccessible", "@inaccessible, renamed"),
    ("@interfaceObject", "interfaceObject", "@interfaceObject, renamed"),
    ("@key entered by", "key", "@key, renamed"),
    ("@listSize", "listSize", "@listSize, renamed"),
    ("@override", "override", "@override, renamed"),
    ("@policy", "policy", "@policy, renamed"),
    ("@provides", "provides", "@provides, renamed"),
    ("@requires", "requires", "@requires, renamed"),
    ("@requiresScopes", "requiresScopes", "@requiresScopes, renamed"),
    ("@shareable", "shareable", "@shareable, renamed"),
    ("@tag", "tag", "@tag, renamed"),
];

#[derive(Default)]
pub struct Table {
    operations: usize,
    counts: BTreeMap<&'static str, usize>,
    most_fetches: usize,
}

impl Table {
    pub fn add(&mut self, universe: &Universe, compared: &Compared) {
        self.operations += 1;
        let mut found = BTreeSet::new();
        of_set(&universe.model, &universe.supergraph, compared, &compared.expanded.root, &mut found);
        of_plan(&universe.model, compared, &mut found);
        of_text(compared, &mut found);
        of_errors(compared, &mut found);
        for (feature, directive, renamed) in RENAMED {
            if found.contains(feature) && names::is_renamed(&universe.model, directive) {
                found.insert(renamed);
            }
        }
        for feature in found {
            assert!(ALL.contains(&feature), "{feature} is not in the list");
            *self.counts.entry(feature).or_default() += 1;
        }
        self.most_fetches = self.most_fetches.max(compared.plan.fetches.len());
    }

    /// What occurs in less than one of a hundred operations.
    pub fn rare(&self) -> Vec<&'static str> {
        let is_rare =
            |feature: &&str| self.counts.get(*feature).copied().unwrap_or_default() * 100 < self.operations;
        ALL.into_iter().filter(|feature| is_rare(feature)).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for feature in ALL {
            let count = self.counts.get(feature).copied().unwrap_or_default();
            let tenths = count * 1000 / self.operations.max(1);
            writeln!(f, "{:>4}.{} %  {feature}", tenths / 10, tenths % 10)?;
        }
        write!(f, "{} operations, at most {} fetches in one plan", self.operations, self.most_fetches)
    }
}

fn of_set(
    model: &Model,
    supergraph: &Supergraph,
    compared: &Compared,
    set: &ExpandedSet,
    found: &mut BTreeSet<&'static str>,
) {
    for field in &set.fields {
        for object in field.on.iter().filter_map(|index| supergraph.object_name(index)) {
            if let Some(known) = model.field(object, &field.name) {
                of_field(model, compared, object, known, found);
            }
        }
        let returned = field.definition.ty.inner_named_type();
        if model.interface(returned).is_some() {
            found.insert("interface");
        }
        if returned == "I1" || (set.parent == "I1" && !field.is_introspection()) {
            found.insert("interface of interfaces");
        }
        if returned == "D0" {
            found.insert("parts of one object in several subgraphs");
        }
        if field.name == "kin" && model.interface(&set.parent).is_some() {
            found.insert("interface's field with an argument");
        }
        if model.interface(returned).is_some_and(|each| {
            each.members.iter().any(|member| model.object(member).is_some_and(|object| object.inaccessible))
        }) {
            found.insert("@inaccessible: type of an interface");
        }
        if model.union(returned).is_some() {
            found.insert("union");
        }
        if model.enums.contains_key(returned.as_str()) {
            found.extend(["enum", "@inaccessible: value of an enum"]);
        }
        if returned == "Query" {
            found.insert("re-entry at Query");
        }
        if let Some(selection) = &field.selection {
            of_set(model, supergraph, compared, selection, found);
        }
    }
}

fn of_field(
    model: &Model,
    compared: &Compared,
    object: &str,
    field: &Field,
    found: &mut BTreeSet<&'static str>,
) {
    let labels = &compared.scenario.labels;
    let parent = model.object(object).unwrap();
    found.extend(sdl::mark_of(parent, field).map(|(name, _)| name));
    if field.owners.len() > 1 || parent.name.starts_with('V') {
        found.insert("@shareable");
    }
    if !field.strict.is_empty() {
        found.insert("nullability differs");
    }
    if !field.externals.is_empty() {
        found.insert("@external");
    }
    if !field.requires.is_empty() {
        found.extend(["@requires", "@external"]);
        for required in &field.requires {
            let required_field = model.field(object, &required.name);
            if required_field.is_some_and(|each| each.inaccessible) {
                found.insert("@inaccessible: field that another requires");
            }
            if required_field.is_some_and(|each| each.value == Value::Computed) {
                found.insert("@requires a field that requires");
            }
            let through = required_field.map(|each| each.ty.inner_named_type());
            if through.is_some_and(|ty| model.interface(ty).is_some()) {
                found.insert("@requires through an interface");
            }
            if through.is_some_and(|ty| model.union(ty).is_some()) {
                found.insert("@requires through a union");
            }
            if !required.arguments.is_empty() {
                found.insert("@requires with arguments");
            }
        }
    }
    if matches!(field.value, Value::FromContext(_)) {
        found.insert("@context, @fromContext");
    }
    if !field.provides.is_empty() {
        found.insert("@provides");
        if field.provides.iter().any(|sel| sel.on.is_some()) {
            found.insert("@provides of a member");
        }
        if field.provides.iter().any(|sel| !sel.below.is_empty()) {
            found.insert("@provides, nested");
        }
    }
    match field.overrides {
        None => {}
        Some((_, None)) => drop(found.insert("@override")),
        Some((_, Some(label))) if labels.contains(label) => drop(found.insert("@override(label:) active")),
        Some(_) => drop(found.insert("@override(label:) inactive")),
    }
    let returned = model.object(field.ty.inner_named_type());
    for rule in [&field.rule, &parent.rule].into_iter().chain(returned.map(|each| &each.rule)).flatten() {
        found.insert(match rule {
            Rule::Authenticated => "@authenticated",
            Rule::Scopes(_) => "@requiresScopes",
            Rule::Policy(_) => "@policy",
        });
    }
    let interface = model.interface_object_of(object);
    if interface.is_some_and(|each| each.fields.iter().any(|own| own.name == field.name)) {
        found.insert("@interfaceObject");
    }
    if parent.kind == Kind::Entity && parent.keys.len() > 1 {
        found.insert("@key several");
    }
    let owners: Vec<usize> = field.owners.iter().copied().collect();
    if owners.iter().any(|owner| parent.holders.get(owner).is_some_and(|holder| holder.extends)) {
        found.insert("@extends");
    }
    let is_reference = |owner: &usize| {
        returned.and_then(|each| each.holders.get(owner)).is_some_and(|holder| holder.unresolvable)
    };
    if owners.iter().any(is_reference) {
        found.insert("@key(resolvable: false)");
    }
}

fn of_plan(model: &Model, compared: &Compared, found: &mut BTreeSet<&'static str>) {
    let has = |fields: &[RepresentationField], name: &str| fields.iter().any(|each| *each.name == *name);
    for fetch in &compared.plan.fetches {
        let is_old = model.old.iter().any(|old| *fetch.subgraph_name == format!("s{old}"));
        if is_old {
            found.insert("Federation 1 schema, asked");
        }
        let Call::Entities { calls } = &fetch.call else { continue };
        found.insert("@key entered by");
        if is_old {
            found.insert("Federation 1 schema, entered by @key");
        }
        for target in calls.iter().flat_map(|call| &call.targets) {
            let fields = &target.representation.fields;
            if has(fields, "id") && has(fields, "code") {
                found.insert("@key composite, entered by");
            }
            if has(fields, "ref") {
                found.insert("@key nested, entered by");
            }
            if matches!(&target.representation.typename, RepresentationType::Fixed(name) if **name == *"M") {
                found.insert("@interfaceObject entered");
            }
        }
    }
    let fetches = compared.plan.fetches.len();
    match compared.expanded.kind {
        OperationKind::Query => {}
        OperationKind::Mutation => {
            found.insert("mutation");
            let roots =
                compared.plan.fetches.iter().filter(|fetch| fetch.operation == OperationKind::Mutation);
            if roots.count() > 1 {
                found.insert("mutations in series over subgraphs");
            }
        }
        OperationKind::Subscription if fetches > 1 => {
            found.insert("subscription completed by entities");
        }
        OperationKind::Subscription => {}
    }
}

fn of_text(compared: &Compared, found: &mut BTreeSet<&'static str>) {
    let query = &compared.query;
    for (mark, feature) in [
        ("@skip(if: $", "@skip by variable"),
        ("@include(if: $", "@include by variable"),
        ("...F", "fragment, named"),
        ("... on ", "fragment, inline"),
    ] {
        if query.contains(mark) {
            found.insert(feature);
        }
    }
    if query.replace("if: $", "").contains(": $") {
        found.insert("argument by variable");
    }
    if [" id: ", " sku: ", " code: ", " ref: "].iter().any(|alias| query.contains(alias)) {
        found.insert("alias with the name of a key");
    }
}

fn of_errors(compared: &Compared, found: &mut BTreeSet<&'static str>) {
    let told = |part: &str| compared.errors.iter().any(|error| error.contains(part));
    let kinds = [
        (told("resolver error: denied"), "error: denied field"),
        (told("resolver error: failed"), "error: field"),
        (told("resolver error: away"), "error: unreachable subgraph"),
        (compared.lost, "error: null entity"),
        (compared.scenario.mode == Mode::Nulls && told("resolved to null"), "error: null of non-null"),
        (compared.scenario.mode == Mode::Wrong && told("no text"), "error: wrong type"),
    ];
    found.extend(kinds.into_iter().filter(|(occurs, _)| *occurs).map(|(_, feature)| feature));
}
