//! Enums of the other subgraph, and what of them is taken as enums of this crate.

use std::collections::BTreeSet;

use apollo_compiler::schema::EnumType;

use crate::names;
use crate::peer::Way;
use crate::text::documentation;

/// An enum that is only sent reads itself too: a value that nobody sends is not unused code then.
pub fn definition(definition: &EnumType, ways: &BTreeSet<Way>) -> String {
    let mut values = String::new();
    for (value, described) in &definition.values {
        values.push_str(&documentation("    ", described.description.as_ref()));
        values.push_str(&format!("    #[serde(rename = {:?})]\n", value.as_str()));
        values.push_str(&format!("    {},\n", names::variant(value)));
    }
    if ways.contains(&Way::Answered) {
        values.push_str("    /// A value that this release does not know.\n");
        values.push_str("    #[serde(other, skip_serializing)]\n    Unrecognised,\n");
    }
    let serialize = if ways.contains(&Way::Asked) { "::serde::Serialize, " } else { "" };
    let documentation = documentation("", definition.description.as_ref());
    let name = &definition.name;
    let alike = is_alike(definition) && !ways.contains(&Way::Answered);
    let expect = if alike { ALIKE } else { "" };
    format!(
        "{documentation}{expect}#[derive(Debug, Clone, Copy, PartialEq, Eq, {serialize}::serde::Deserialize)]\n\
         pub enum {name} {{\n{values}}}\n\n"
    )
}

/// The other subgraph gives its values their names.
const ALIKE: &str =
    "#[expect(clippy::enum_variant_names, reason = \"the names are the other subgraph's\")]\n";

/// Whether all values begin or end with the same word, and none is one word alone.
fn is_alike(definition: &EnumType) -> bool {
    let values = || definition.values.keys().map(|value| value.as_str());
    let first: BTreeSet<_> = values().map(|value| value.split('_').next()).collect();
    let last: BTreeSet<_> = values().map(|value| value.rsplit('_').next()).collect();
    values().count() > 2 && values().all(|value| value.contains('_')) && (first.len() == 1 || last.len() == 1)
}

/// Reads the enum as another, which has a variant for each of its values.
pub fn conversion(definition: &EnumType, rust: &str) -> String {
    let name = &definition.name;
    let arm = |value: &str| {
        let variant = names::variant(value);
        format!("            {name}::{variant} => Ok(Self::{variant}),\n")
    };
    let arms: String = definition.values.keys().map(|value| arm(value)).collect();
    format!(
        "impl TryFrom<{name}> for {rust} {{\n    \
             type Error = ::platform_server::answers::Unrecognised;\n\n    \
             fn try_from(value: {name}) -> Result<Self, Self::Error> {{\n        \
                 match value {{\n\
                 {arms}            \
                     {name}::Unrecognised => Err(::platform_server::answers::Unrecognised({:?})),\n        \
                 }}\n    \
             }}\n\
         }}\n\n",
        name.as_str()
    )
}
