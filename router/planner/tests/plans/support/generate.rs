//! Operations at random: fields, aliases that shadow other fields, fragments on whatever overlaps, conditions.

use std::fmt::Write;

use apollo_compiler::Name;
use apollo_compiler::ast::{FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use router_schema::Supergraph;

/// A sequence that is the same for the same seed (the generator of Knuth's MMIX).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }
}

pub fn query(supergraph: &Supergraph, dice: &mut Dice) -> String {
    let mut text = String::from(
        "query($yes: Boolean!, $no: Boolean!) { root: __typename @include(if: $yes) @skip(if: $no) ... ",
    );
    selection_set(supergraph, &Name::new("Query").unwrap(), 5, dice, &mut text);
    text.push('}');
    text
}

fn selection_set(supergraph: &Supergraph, ty: &Name, depth: usize, dice: &mut Dice, text: &mut String) {
    let schema = supergraph.api().schema();
    text.push_str("{ ");
    let mut fields: Vec<&FieldDefinition> = match &schema.types[ty] {
        ExtendedType::Object(ty) => ty.fields.values().map(|field| &***field).collect(),
        ExtendedType::Interface(ty) => ty.fields.values().map(|field| &***field).collect(),
        _ => Vec::new(),
    };
    let is_leaf = |field: &&FieldDefinition| schema.types[field.ty.inner_named_type()].is_leaf();
    if depth == 0 {
        fields.retain(|field| is_leaf(field));
    }
    let is_abstract = supergraph.is_abstract(ty);
    let mut is_empty = true;
    for _ in 0..1 + dice.below(4) {
        if is_abstract && depth > 0 && dice.below(5) < 3 || dice.one_in(12) {
            let condition = overlapping(supergraph, ty, dice);
            write!(text, "... on {condition}{} ", conditions(dice)).unwrap();
            selection_set(supergraph, &condition, depth.saturating_sub(1), dice, text);
        } else if fields.is_empty() || (ty != "Query" && dice.one_in(8)) {
            let alias = if dice.one_in(3) { "kind: " } else { "" };
            write!(text, "{alias}__typename{} ", conditions(dice)).unwrap();
        } else {
            let field = fields[dice.below(fields.len())];
            if dice.one_in(6) {
                let other = fields[dice.below(fields.len())];
                write!(text, "{}: ", if dice.one_in(2) { other.name.as_str() } else { "alias" }).unwrap();
            }
            write!(
                text,
                "{}{}{} ",
                field.name,
                required_arguments(supergraph, field, dice),
                conditions(dice)
            )
            .unwrap();
            if !is_leaf(&field) {
                selection_set(supergraph, field.ty.inner_named_type(), depth.saturating_sub(1), dice, text);
            }
        }
        is_empty = false;
    }
    text.push_str(if is_empty { "__typename } " } else { "} " });
}

fn conditions(dice: &mut Dice) -> &'static str {
    match dice.below(20) {
        0 => " @include(if: $yes)",
        1 => " @include(if: $no)",
        2 => " @skip(if: $no)",
        3 => " @skip(if: $yes) @include(if: $yes)",
        _ => "",
    }
}

fn overlapping(supergraph: &Supergraph, ty: &Name, dice: &mut Dice) -> Name {
    let schema = supergraph.api().schema();
    let possible = supergraph.possible_types(ty);
    let overlaps = |name: &&Name| supergraph.possible_types(name).intersects(&possible);
    let candidates: Vec<&Name> = schema.types.keys().filter(overlaps).collect();
    candidates.get(dice.below(candidates.len())).map_or_else(|| ty.clone(), |name| (*name).clone())
}

fn required_arguments(supergraph: &Supergraph, field: &FieldDefinition, dice: &mut Dice) -> String {
    let wanted = field.arguments.iter().filter(|argument| argument.is_required());
    let mut texts = Vec::new();
    for argument in wanted {
        texts.push(format!("{}: {}", argument.name, literal(supergraph, &argument.ty, dice)));
    }
    if texts.is_empty() { String::new() } else { format!("({})", texts.join(", ")) }
}

fn literal(supergraph: &Supergraph, ty: &Type, dice: &mut Dice) -> String {
    match ty {
        Type::List(item) | Type::NonNullList(item) => format!("[{}]", literal(supergraph, item, dice)),
        Type::Named(name) | Type::NonNullNamed(name) => match supergraph.api().schema().types.get(name) {
            Some(ExtendedType::Enum(ty)) => {
                ty.values.get_index(dice.below(ty.values.len())).unwrap().0.to_string()
            }
            Some(ExtendedType::InputObject(ty)) => {
                let required = ty.fields.values().filter(|field| field.is_required());
                let fields: Vec<String> = required
                    .map(|field| format!("{}: {}", field.name, literal(supergraph, &field.ty, dice)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            _ => match name.as_str() {
                "Int" | "Float" => (1 + dice.below(3)).to_string(),
                "Boolean" => "true".to_owned(),
                _ => format!("\"{}\"", ["a", "b", "c"][dice.below(3)]),
            },
        },
    }
}
