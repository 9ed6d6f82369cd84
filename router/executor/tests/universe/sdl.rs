//! The schema of each subgraph of a model.

use std::fmt::Write as _;

use super::above;
use super::build::ROOTS;
use super::dice::hash;
use super::model::{Context, Field, Holder, Interface, Kind, Model, Object, Rule, Value, write};
use super::names;

/// What a server of its own needs to read such a schema.
const DEFINITIONS: &str = r"
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @external on FIELD_DEFINITION | OBJECT
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @shareable on FIELD_DEFINITION | OBJECT
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @inaccessible on FIELD_DEFINITION | OBJECT | ENUM_VALUE
directive @interfaceObject on OBJECT
directive @extends on OBJECT
directive @authenticated on FIELD_DEFINITION | OBJECT
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
directive @context(name: String!) repeatable on OBJECT | INTERFACE
directive @fromContext(field: String) on ARGUMENT_DEFINITION
directive @tag(name: String!) repeatable on FIELD_DEFINITION
directive @cost(weight: Int!) on FIELD_DEFINITION
directive @listSize(assumedSize: Int) on FIELD_DEFINITION
directive @marked(by: String) on FIELD_DEFINITION
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
scalar _Any
extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
";

/// What is composed.
pub fn of_subgraph(model: &Model, subgraph: usize) -> String {
    let types = types(model, subgraph);
    if model.old.contains(&subgraph) {
        return types;
    }
    format!("{}{}", names::head(model, subgraph), names::rename(model, subgraph, &types))
}

fn types(model: &Model, subgraph: usize) -> String {
    let is_old = model.old.contains(&subgraph);
    let mut sdl = String::from("scalar Blob\ninput Filter { n: Int = 1 on: Boolean }\n");
    for (name, values) in &model.enums {
        let values: Vec<String> = values
            .iter()
            .map(|(value, hidden)| {
                format!("{value}{}", if *hidden && !is_old { " @inaccessible" } else { "" })
            })
            .collect();
        writeln!(sdl, "enum {name} {{ {} }}", values.join(" ")).unwrap();
    }
    for object in &model.objects {
        let holder = object.holders.get(&subgraph);
        if object.kind == Kind::Root {
            root(model, object, subgraph, &mut sdl);
        } else if object.name == "Ref" {
            if knows_ref(model, subgraph) {
                let shareable = if is_old { "" } else { " @shareable" };
                writeln!(sdl, "type Ref{shareable} {{ id: ID! no: Int! }}").unwrap();
            }
        } else if let Some(holder) = holder {
            type_of(model, object, holder, subgraph, &mut sdl);
        }
    }
    for interface in &model.interfaces {
        interface_of(model, interface, subgraph, &mut sdl);
    }
    for union in &model.unions {
        if let Some(members) = union.members_in.get(&subgraph) {
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            writeln!(sdl, "union {} = {}", union.name, members.join(" | ")).unwrap();
        }
    }
    sdl
}

/// The schema by which a subgraph's server executes.
pub fn of_server(model: &Model, subgraph: usize) -> String {
    let sdl = types(model, subgraph).replace("extend type ", "type ");
    let mut entities: Vec<&str> = model
        .objects
        .iter()
        .filter(|each| each.kind == Kind::Entity && each.holders.contains_key(&subgraph))
        .map(|each| each.name.as_str())
        .collect();
    let as_object = model.interfaces.iter().filter(|each| each.as_object.contains(&subgraph));
    entities.extend(as_object.map(|each| each.name.as_str()));
    let entity = if entities.is_empty() {
        "type _Entity { none: Int }".to_owned()
    } else {
        format!("union _Entity = {}", entities.join(" | "))
    };
    format!("{DEFINITIONS}\n{entity}\n{sdl}")
}

fn knows_ref(model: &Model, subgraph: usize) -> bool {
    let uses_ref = |object: &Object| {
        object.holders.get(&subgraph).is_some_and(|holder| {
            holder.keys.iter().any(|key| object.keys[*key].iter().any(|sel| sel.name == "ref"))
        })
    };
    model.objects.iter().any(uses_ref)
}

fn root(model: &Model, object: &Object, subgraph: usize, sdl: &mut String) {
    let declared = |field: &&Field| declares(object, field, subgraph);
    let fields: Vec<&Field> = object.fields.iter().filter(declared).collect();
    if fields.is_empty() && object.name != ROOTS[0] {
        return;
    }
    write!(sdl, "type {} {{ ", object.name).unwrap();
    fields.iter().for_each(|field| field_of(model, object, field, subgraph, sdl));
    if fields.is_empty() {
        write!(sdl, "none{subgraph}: Int ").unwrap();
    }
    sdl.push_str("}\n");
}

fn type_of(model: &Model, object: &Object, holder: &Holder, subgraph: usize, sdl: &mut String) {
    let is_old = model.old.contains(&subgraph);
    let extend = if is_old && holder.extends { "extend " } else { "" };
    write!(sdl, "{extend}type {}", object.name).unwrap();
    if !holder.implements.is_empty() {
        let names: Vec<&str> = holder.implements.iter().map(String::as_str).collect();
        write!(sdl, " implements {}", names.join(" & ")).unwrap();
    }
    if holder.extends && !is_old {
        sdl.push_str(" @extends");
    }
    if object.kind == Kind::Value && object.name.starts_with(['V', 'D']) && !is_old {
        sdl.push_str(" @shareable");
    }
    if object.inaccessible {
        sdl.push_str(" @inaccessible");
    }
    if let Some(rule) = object.rule.as_ref().filter(|_| !is_old) {
        rule_of(rule, sdl);
    }
    for (index, context) in model.contexts.iter().enumerate() {
        let is_own = context.on.is_none() && context.value_of(&object.name).is_some();
        if context.subgraph == subgraph && is_own {
            write!(sdl, " @context(name: \"c{index}\")").unwrap();
        }
    }
    for key in &holder.keys {
        let resolvable = if holder.unresolvable { ", resolvable: false" } else { "" };
        write!(sdl, " @key(fields: \"{}\"{resolvable})", write(&object.keys[*key])).unwrap();
    }
    sdl.push_str(" { ");
    for field in object.fields.iter().filter(|field| declares(object, field, subgraph)) {
        field_of(model, object, field, subgraph, sdl);
    }
    sdl.push_str("}\n");
}

fn interface_of(model: &Model, interface: &Interface, subgraph: usize, sdl: &mut String) {
    let name = &interface.name;
    if interface.as_object.contains(&subgraph) {
        write!(sdl, "type {name} @key(fields: \"id\") @interfaceObject {{ id: ID! ").unwrap();
        let own: Vec<&Field> =
            interface.fields.iter().filter(|field| field.owners.contains(&subgraph)).collect();
        for field in &own {
            field_of(model, model.object(&interface.members[0]).unwrap(), field, subgraph, sdl);
        }
        if own.iter().any(|field| field.value == Value::Computed) {
            sdl.push_str("title: String @external ");
        }
        sdl.push_str("}\n");
    } else if let Some(members) = interface.members_in.get(&subgraph) {
        let key = if interface.as_object.is_empty() { "" } else { " @key(fields: \"id\")" };
        let is_narrow = name == "I0" && model.interface("I1").is_some();
        let implements = if is_narrow { " implements I1" } else { "" };
        write!(sdl, "interface {name}{implements}{key}").unwrap();
        for (index, context) in model.contexts.iter().enumerate() {
            if context.subgraph == subgraph && context.on == Some(name.as_str()) {
                write!(sdl, " @context(name: \"c{index}\")").unwrap();
            }
        }
        sdl.push_str(" { id: ID! ");
        for (common, ty) in [("title", "String"), ("label", "String"), ("kin", "")] {
            let has = |member: &String| {
                let field = model.field(member, common);
                field.is_some_and(|field| field.owners.contains(&subgraph) && !field.inaccessible)
            };
            // As it is written: with its arguments.
            let kin = model.field(&interface.members[0], common).filter(|_| common == "kin");
            let ty = kin.map_or_else(|| ty.to_owned(), |kin| kin.ty.to_string());
            let arguments = if kin.is_some() { "(x: Int)" } else { "" };
            // All of the supergraph's implementations must have what an interface has anywhere.
            if members.iter().all(has)
                && interface.members.iter().all(|each| model.field(each, common).is_some())
            {
                write!(sdl, "{common}{arguments}: {ty} ").unwrap();
            }
        }
        sdl.push_str("}\n");
    }
}

fn declares(object: &Object, field: &Field, subgraph: usize) -> bool {
    match field.value {
        Value::Key => object.holders.get(&subgraph).is_some_and(|holder| {
            holder.keys.iter().any(|key| object.keys[*key].iter().any(|sel| sel.name == field.name))
        }),
        _ if object.kind == Kind::Value && !object.is_divided() => object.holders.contains_key(&subgraph),
        _ => {
            field.owners.contains(&subgraph)
                || field.externals.contains(&subgraph)
                || field.overrides.is_some_and(|(from, _)| from == subgraph)
        }
    }
}

fn field_of(model: &Model, object: &Object, field: &Field, subgraph: usize, sdl: &mut String) {
    let is_old = model.old.contains(&subgraph);
    sdl.push_str(&field.name);
    let mut written: Vec<String> = field.arguments.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    if let Value::FromContext(index) = field.value {
        written.push(from_context(&model.contexts[index], index));
    }
    if !written.is_empty() {
        write!(sdl, "({})", written.join(" ")).unwrap();
    }
    let strict = if field.strict.contains(&subgraph) { "!" } else { "" };
    write!(sdl, ": {}{strict}", field.ty).unwrap();
    let is_key = field.value == Value::Key;
    let extends = object.holders.get(&subgraph).is_some_and(|holder| holder.extends);
    let is_external = field.externals.contains(&subgraph) || (is_key && extends);
    if is_external {
        sdl.push_str(" @external");
    } else if field.owners.contains(&subgraph) && object.kind != Kind::Value {
        let is_provided = !field.externals.is_empty() && !field.is_input;
        if (field.owners.len() > 1 || is_provided) && !is_old {
            sdl.push_str(" @shareable");
        }
        if let Some((from, label)) = &field.overrides {
            let label = label.map(|label| format!(", label: \"{label}\"")).unwrap_or_default();
            write!(sdl, " @override(from: \"s{from}\"{label})").unwrap();
        }
        if !field.requires.is_empty() {
            write!(sdl, " @requires(fields: \"{}\")", write(&field.requires).replace('"', "\\\"")).unwrap();
        }
        if !field.provides.is_empty() {
            write!(sdl, " @provides(fields: \"{}\")", write(&field.provides)).unwrap();
        }
    }
    if field.inaccessible && !is_external && !is_old {
        sdl.push_str(" @inaccessible");
    }
    if let Some(rule) = field.rule.as_ref().filter(|_| !is_external && !is_old) {
        rule_of(rule, sdl);
    }
    if let Some((_, mark)) = mark_of(object, field).filter(|_| !is_external && !is_old) {
        sdl.push_str(mark);
    }
    sdl.push(' ');
}

/// A directive that means nothing to those who execute, and its name in the table.
pub fn mark_of(object: &Object, field: &Field) -> Option<(&'static str, &'static str)> {
    if field.value == Value::Key {
        return None;
    }
    match hash(&(&object.name, &field.name, field.ty.to_string())) % 12 {
        0 => Some(("@tag", " @tag(name: \"t\")")),
        1 => Some(("@cost", " @cost(weight: 3)")),
        2 => Some(("@composeDirective", " @marked(by: \"x\")")),
        3..=5 if field.ty.is_list() => Some(("@listSize", " @listSize(assumedSize: 2)")),
        _ => None,
    }
}

/// The argument by which a field takes from a context.
fn from_context(context: &Context, index: usize) -> String {
    let selection = match context.setters.as_slice() {
        [(_, field), ..] if !context.is_by_type => format!("{{ {field} }}"),
        setters => setters
            .iter()
            .map(|(ty, field)| format!("... on {ty} {{ {field} }}"))
            .collect::<Vec<_>>()
            .join(" "),
    };
    let must = if context.is_strict { "!" } else { "" };
    format!("{}: {}{must} @fromContext(field: \"$c{index} {selection}\")", above::ARGUMENT, context.ty)
}

fn rule_of(rule: &Rule, sdl: &mut String) {
    let sets = |sets: &[Vec<&str>]| serde_json::to_string(sets).unwrap();
    match rule {
        Rule::Authenticated => sdl.push_str(" @authenticated"),
        Rule::Scopes(scopes) => write!(sdl, " @requiresScopes(scopes: {})", sets(scopes)).unwrap(),
        Rule::Policy(policies) => write!(sdl, " @policy(policies: {})", sets(policies)).unwrap(),
    }
}
