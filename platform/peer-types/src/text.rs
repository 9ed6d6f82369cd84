//! Parts of the text of Rust.

use apollo_compiler::Node;
use apollo_compiler::ast::Type;

/// The lines of a description as documentation, indented.
pub fn documentation(indent: &str, description: Option<&Node<str>>) -> String {
    let line = |line: &str| format!("{indent}{}\n", format!("/// {line}").trim_end());
    description.map(|text| text.lines().map(line).collect()).unwrap_or_default()
}

/// The type of Rust for `ty`, of which `inner` is the type without lists.
pub fn wrapped(ty: &Type, inner: &str) -> String {
    match ty {
        Type::NonNullNamed(_) => inner.to_owned(),
        Type::Named(_) => format!("Option<{inner}>"),
        Type::NonNullList(item) => format!("Vec<{}>", wrapped(item, inner)),
        Type::List(item) => format!("Option<Vec<{}>>", wrapped(item, inner)),
    }
}

/// A field of a struct: where JSON has another name, and with further parts of the attribute for serde.
pub fn field(key: &str, rust: &str, attributes: &[String]) -> String {
    let name = crate::names::field(key);
    let mut serde = attributes.to_vec();
    if name.trim_start_matches("r#") != key {
        serde.insert(0, format!("rename = {key:?}"));
    }
    let attribute =
        if serde.is_empty() { String::new() } else { format!("    #[serde({})]\n", serde.join(", ")) };
    format!("{attribute}    pub {name}: {rust},\n")
}
