//! Random valid operations.

use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use router_schema::{Operation, Supergraph};

/// Response keys that the router itself has use for, and others.
const ALIASES: [&str; 10] =
    ["id", "name", "sku", "__typename", "weight", "size", "seller", "x", "y", "_entities"];

const MAX_DEPTH: usize = 5;

pub struct Generator {
    state: u64,
    fragments: Vec<String>,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        let mut generator =
            Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, fragments: Vec::new() };
        for _ in 0..8 {
            generator.below(2);
        }
        generator
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
        let mut body = self.selection(schema, "Query", 0);
        for fragment in &self.fragments {
            body.push_str(fragment);
        }
        let declared: Vec<_> = [("t", "Boolean!"), ("f", "Boolean!"), ("eur", "String"), ("jpy", "String")]
            .into_iter()
            .filter(|(name, _)| body.contains(&format!("${name})")))
            .map(|(name, ty)| format!("${name}: {ty}"))
            .collect();
        if declared.is_empty() { body } else { format!("query ({}) {body}", declared.join(", ")) }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap() % limit
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
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
        let Some(argument) = field.arguments.first() else { return };
        let values: &[&str] = match argument.name.as_str() {
            "currency" => &["\"EUR\"", "\"JPY\"", "$eur", "$jpy"],
            "first" => &["1", "2"],
            _ => &["\"p1\"", "\"p2\"", "\"none\""],
        };
        if argument.is_required() || self.chance(60) {
            write!(text, "({}: {})", argument.name, self.pick(values)).unwrap();
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

fn is_leaf(schema: &Schema, ty: &str) -> bool {
    matches!(schema.types[ty], ExtendedType::Scalar(_) | ExtendedType::Enum(_))
}
