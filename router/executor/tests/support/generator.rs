//! Random valid operations.

use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use router_schema::{Operation, Supergraph};
use serde_json::Value;

use crate::universe::dice::Dice;

/// Response keys that the router itself has use for, and others.
const ALIASES: [&str; 18] = [
    "id",
    "name",
    "sku",
    "__typename",
    "weight",
    "size",
    "seller",
    "x",
    "y",
    "_entities",
    "_entities_0",
    "_present",
    "representations",
    "code",
    "ref",
    "f1",
    "f2",
    "f3",
];

/// Variables that an operation may use: name, type and value. Those without a value are left to their defaults.
const VARIABLES: [(&str, &str, Option<&str>); 13] = [
    ("t", "Boolean!", Some("true")),
    ("f", "Boolean!", Some("false")),
    ("eur", "String!", Some("\"EUR\"")),
    ("jpy", "String!", Some("\"JPY\"")),
    ("representations", "String!", Some("\"\\\"\\u00e9 $x\"")),
    ("n", "Int", Some("2")),
    ("unset", "Int", None),
    ("nil", "Int", Some("null")),
    ("d", "Int = 7", None),
    ("i", "ID!", Some("\"p2\"")),
    ("ids", "[ID!]", Some("[\"a\", \"b\"]")),
    ("shade", "Shade", Some("\"DARK\"")),
    ("filter", "Filter", Some("{\"on\": true}")),
];

const MAX_DEPTH: usize = 5;

pub struct Generator {
    dice: Dice,
    fragments: Vec<String>,
}

/// The variables of an operation, as its client sends them.
pub fn variables(query: &str) -> Value {
    let head = query.split('{').next().unwrap();
    let used = VARIABLES.iter().filter(|(name, ..)| head.contains(&format!("${name}:")));
    used.filter_map(|(name, _, value)| Some(((*name).to_owned(), serde_json::from_str((*value)?).unwrap())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed), fragments: Vec::new() }
    }

    /// The first valid one: conflicts between aliases are left to validation to find.
    pub fn operation(&mut self, supergraph: &Supergraph) -> String {
        loop {
            let query = self.attempt(supergraph.api().schema());
            if Operation::parse(supergraph, &query, None).is_ok() {
                return query;
            }
        }
    }

    fn attempt(&mut self, schema: &Schema) -> String {
        self.fragments.clear();
        let roots: Vec<(&str, &str)> = [("mutation", "Mutation"), ("subscription", "Subscription")]
            .into_iter()
            .filter(|(_, root)| schema.types.contains_key(*root))
            .collect();
        let (kind, mut body) = match self.dice.below(7) {
            0 if !roots.is_empty() => {
                let (kind, root) = *self.dice.pick(&roots);
                (kind, self.root(schema, root))
            }
            _ => ("query", self.selection(schema, "Query", 0)),
        };
        for fragment in &self.fragments {
            body.push_str(fragment);
        }
        let declared: Vec<_> = VARIABLES
            .into_iter()
            .filter(|(name, ..)| is_used(name, &body))
            .map(|(name, ty, _)| format!("${name}: {ty}"))
            .collect();
        let name = if self.chance(30) { " Generated" } else { "" };
        match (declared.is_empty(), kind) {
            (true, "query") if name.is_empty() => body,
            (true, _) => format!("{kind}{name} {body}"),
            (false, _) => format!("{kind}{name} ({}) {body}", declared.join(", ")),
        }
    }

    /// Fields of a mutation, or the one of a subscription.
    fn root(&mut self, schema: &Schema, root: &str) -> String {
        let count = if root == "Subscription" { 1 } else { 1 + self.below(4) };
        let mut text = String::from("{ ");
        for _ in 0..count {
            let length = text.len();
            self.field(schema, root, 0, &mut text);
            if root == "Subscription" && has_condition(&text[length..]) {
                text.truncate(length);
                text.push_str("__typename");
            }
            text.push(' ');
        }
        text.push_str("} ");
        text
    }

    fn below(&mut self, limit: usize) -> usize {
        self.dice.below(limit)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.dice.chance(percent)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        self.dice.pick(items)
    }

    fn selection(&mut self, schema: &Schema, ty: &str, depth: usize) -> String {
        let mut text = String::from("{ ");
        for _ in 0..=self.below(4) {
            let chosen = self.below(10);
            if chosen < 2 {
                self.fragment(schema, ty, depth, &mut text);
            } else if chosen == 2 {
                self.alias(&mut text);
                text.push_str("__typename");
                self.condition(&mut text);
            } else {
                self.field(schema, ty, depth, &mut text);
            }
            text.push(' ');
        }
        text.push_str("} ");
        text
    }

    fn fragment(&mut self, schema: &Schema, ty: &str, depth: usize, text: &mut String) {
        let condition = self.compatible_type(schema, ty);
        // Only deeper fragments call for fewer levels, so that they end.
        let selection = self.selection(schema, &condition, depth + 1);
        if self.chance(40) {
            let name = format!("F{}", self.fragments.len());
            self.fragments.push(format!("fragment {name} on {condition} {selection}"));
            write!(text, "...{name}").unwrap();
            self.condition(text);
        } else {
            text.push_str("...");
            if condition != ty || self.chance(50) {
                write!(text, " on {condition}").unwrap();
            }
            self.condition(text);
            write!(text, " {selection}").unwrap();
        }
    }

    fn field(&mut self, schema: &Schema, ty: &str, depth: usize, text: &mut String) {
        let fields: Vec<FieldDefinition> = match &schema.types[ty] {
            ExtendedType::Object(object) => object.fields.values().map(|field| (***field).clone()).collect(),
            ExtendedType::Interface(interface) => {
                interface.fields.values().map(|field| (***field).clone()).collect()
            }
            _ => Vec::new(),
        };
        let usable: Vec<_> = fields
            .into_iter()
            .filter(|field| depth < MAX_DEPTH || is_leaf(schema, field.ty.inner_named_type()))
            .collect();
        if usable.is_empty() {
            text.push_str("__typename");
            return;
        }
        let field = self.pick(&usable).clone();
        self.alias(text);
        text.push_str(&field.name);
        self.arguments(&field, text);
        self.condition(text);
        let inner = field.ty.inner_named_type();
        if !is_leaf(schema, inner) {
            text.push(' ');
            let selection = self.selection(schema, inner, depth + 1);
            text.push_str(&selection);
        }
    }

    fn alias(&mut self, text: &mut String) {
        if self.chance(25) {
            write!(text, "{}: ", self.pick(&ALIASES)).unwrap();
        }
    }

    fn arguments(&mut self, field: &FieldDefinition, text: &mut String) {
        let mut given = Vec::new();
        for argument in &field.arguments {
            let values: &[&str] = match argument.ty.inner_named_type().as_str() {
                "String" => &["\"EUR\"", "\"JPY\"", "$eur", "$jpy", "$representations"],
                "Int" => &["1", "2", "$n", "$unset", "$nil", "$d", "null"],
                "ID" if argument.ty.is_list() => &["[]", "[\"a\"]", "$ids", "[$i, \"b\"]"],
                "Shade" => &["DARK", "$shade", "null"],
                "Filter" => &["{}", "{ n: $n }", "{ on: $t n: 5 }", "$filter", "{ n: null on: false }"],
                _ => &["\"p1\"", "\"none\"", "$i"],
            };
            if argument.is_required() || self.chance(60) {
                given.push(format!("{}: {}", argument.name, self.pick(values)));
            }
        }
        if !given.is_empty() {
            write!(text, "({})", given.join(", ")).unwrap();
        }
    }

    fn condition(&mut self, text: &mut String) {
        if self.chance(20) {
            let directive = self.pick(&["skip", "include"]);
            let value = self.pick(&["$t", "$f", "$t", "$f", "true", "false"]);
            write!(text, " @{directive}(if: {value})").unwrap();
        }
    }

    /// The type itself, an interface or union that it belongs to, or one of its members.
    fn compatible_type(&mut self, schema: &Schema, ty: &str) -> String {
        let implementers = schema.implementers_map();
        let members = |name: &str| -> Vec<String> {
            match &schema.types[name] {
                ExtendedType::Object(_) => vec![name.to_owned()],
                ExtendedType::Interface(_) => implementers
                    .get(name)
                    .into_iter()
                    .flat_map(|each| each.objects.iter())
                    .map(ToString::to_string)
                    .collect(),
                ExtendedType::Union(union) => {
                    union.members.iter().map(|member| member.name.to_string()).collect()
                }
                _ => Vec::new(),
            }
        };
        let own = members(ty);
        let compatible: Vec<_> = schema
            .types
            .keys()
            .filter(|name| !name.starts_with("__") && members(name).iter().any(|member| own.contains(member)))
            .map(ToString::to_string)
            .collect();
        self.pick(&compatible).clone()
    }
}

/// A subscription's root field must not be skipped.
fn has_condition(field: &str) -> bool {
    field.split('{').next().unwrap().contains('@')
}

fn is_used(variable: &str, body: &str) -> bool {
    let mark = format!("${variable}");
    body.match_indices(&mark).any(|(at, _)| {
        let next = body[at + mark.len()..].chars().next();
        next.is_none_or(|next| !next.is_ascii_alphanumeric())
    })
}

fn is_leaf(schema: &Schema, ty: &str) -> bool {
    matches!(schema.types[ty], ExtendedType::Scalar(_) | ExtendedType::Enum(_))
}
