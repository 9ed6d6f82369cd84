//! Reads the `@link` applications of a schema document.

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Directive, Document, Value};
use apollo_compiler::parser::SourceSpan;

use super::{Import, Link, LinkUrl};

/// A `@link` that cannot be read.
#[derive(Debug)]
pub(crate) struct LinkError {
    pub message: String,
    pub location: Option<SourceSpan>,
}

fn schema_directives(document: &Document) -> impl Iterator<Item = &Node<Directive>> {
    document.definitions.iter().flat_map(|definition| {
        match definition {
            Definition::SchemaDefinition(schema) => Some(&schema.directives),
            Definition::SchemaExtension(schema) => Some(&schema.directives),
            _ => None,
        }
        .into_iter()
        .flat_map(|directives| directives.iter())
    })
}

fn string_argument<'a>(directive: &'a Directive, name: &str) -> Option<&'a str> {
    directive.specified_argument_by_name(name)?.as_str()
}

/// The name under which the link spec itself is linked: `link`, unless it renames itself.
fn link_directive_name(document: &Document) -> String {
    for directive in schema_directives(document) {
        let Some(url) = string_argument(directive, "url") else {
            continue;
        };
        if LinkUrl::parse(url).apollo_spec() != Some("link") {
            continue;
        }
        if let Some(alias) = string_argument(directive, "as") {
            return alias.to_owned();
        }
        return directive.name.to_string();
    }
    "link".to_owned()
}

/// All links of the document, in its order, and the name of the link directive.
pub(crate) fn read(document: &Document) -> (String, Vec<Link>, Vec<LinkError>) {
    let directive_name = link_directive_name(document);
    let mut links = Vec::new();
    let mut errors = Vec::new();
    for directive in schema_directives(document) {
        if directive.name != directive_name.as_str() {
            continue;
        }
        links.extend(read_link(directive, &mut errors));
    }
    (directive_name, links, errors)
}

fn read_link(directive: &Node<Directive>, errors: &mut Vec<LinkError>) -> Option<Link> {
    let location = directive.location();
    let mut fail = |message: String| errors.push(LinkError { message, location });
    let Some(url) = string_argument(directive, "url") else {
        fail("@link needs a `url` of type String".to_owned());
        return None;
    };
    let mut imports = Vec::new();
    if let Some(value) = directive.specified_argument_by_name("import") {
        let items = match &**value {
            Value::List(items) => items.as_slice(),
            Value::Null => &[],
            _ => std::slice::from_ref(value),
        };
        for item in items {
            match read_import(item) {
                Ok(import) => imports.push(import),
                Err(message) => fail(message),
            }
        }
    }
    Some(Link {
        url: LinkUrl::parse(url),
        alias: string_argument(directive, "as").map(str::to_owned),
        imports,
        location,
    })
}

fn read_import(value: &Value) -> Result<Import, String> {
    match value {
        Value::String(name) => Ok(Import { name: name.clone(), alias: None }),
        Value::Object(entries) => {
            let entry = |wanted: &str| {
                entries.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_str())
            };
            let name =
                entry("name").ok_or_else(|| "an import of @link needs a `name` of type String".to_owned())?;
            let alias = entry("as");
            if let Some(alias) = alias
                && alias.starts_with('@') != name.starts_with('@')
            {
                return Err(format!(
                    "@link imports \"{name}\" as \"{alias}\": either both are directives, written with `@`, or none is"
                ));
            }
            Ok(Import { name: name.to_owned(), alias: alias.map(str::to_owned) })
        }
        other => Err(format!("@link imports {other}: an import is a name or an object with `name` and `as`")),
    }
}
