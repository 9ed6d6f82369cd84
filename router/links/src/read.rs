//! Reads the `@link` applications of a schema.

use apollo_compiler::ast::{Definition, Directive, Document, Value};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Node, Schema};

use crate::{Import, Link, LinkUrl};

/// A `@link` that cannot be read.
#[derive(Debug)]
pub struct LinkError {
    pub message: String,
    pub location: Option<SourceSpan>,
}

/// The features that a schema links.
#[derive(Debug)]
pub struct Links {
    /// What the schema calls `@link` itself.
    pub directive: String,
    /// In the order of the schema.
    pub all: Vec<Link>,
}

impl Links {
    /// Of a document, which need not be valid.
    pub fn of_document(document: &Document) -> (Self, Vec<LinkError>) {
        let applied = document.definitions.iter().filter_map(|definition| match definition {
            Definition::SchemaDefinition(schema) => Some(&schema.directives),
            Definition::SchemaExtension(schema) => Some(&schema.directives),
            _ => None,
        });
        Self::read(&applied.flat_map(|directives| directives.iter()).collect::<Vec<_>>())
    }

    pub fn of_schema(schema: &Schema) -> (Self, Vec<LinkError>) {
        let applied = schema.schema_definition.directives.iter();
        Self::read(&applied.map(|directive| &directive.node).collect::<Vec<_>>())
    }

    fn read(applied: &[&Node<Directive>]) -> (Self, Vec<LinkError>) {
        let names = names_of_link(applied);
        let mut all = Vec::new();
        let mut errors = Vec::new();
        for directive in applied.iter().filter(|each| names.iter().any(|name| each.name == name.as_str())) {
            all.extend(read_link(directive, &mut errors));
        }
        let directive = names.into_iter().next().unwrap_or_else(|| "link".to_owned());
        (Self { directive, all }, errors)
    }

    /// The links to a spec of Federation's own, told by its name.
    pub fn to(&self, spec: &str) -> impl Iterator<Item = &Link> {
        self.all.iter().filter(move |link| link.url.apollo_spec() == Some(spec))
    }
}

/// The names of the directive that links: it links its own specification, perhaps under another name. `@core` is what
/// `@link` was called before.
fn names_of_link(applied: &[&Node<Directive>]) -> Vec<String> {
    let mut names = Vec::new();
    for directive in applied {
        let Some(url) = target(directive) else { continue };
        if matches!(LinkUrl::parse(url).apollo_spec(), Some("link" | "core")) {
            names.extend(string_argument(directive, "as").map(str::to_owned));
            names.push(directive.name.to_string());
        }
    }
    if names.is_empty() {
        names.extend(["link", "core"].map(str::to_owned));
    }
    names
}

fn string_argument<'a>(directive: &'a Directive, name: &str) -> Option<&'a str> {
    directive.specified_argument_by_name(name)?.as_str()
}

fn target(directive: &Directive) -> Option<&str> {
    string_argument(directive, "url").or_else(|| string_argument(directive, "feature"))
}

fn read_link(directive: &Node<Directive>, errors: &mut Vec<LinkError>) -> Option<Link> {
    let location = directive.location();
    let mut fail = |message: String| errors.push(LinkError { message, location });
    let Some(url) = target(directive) else {
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
        secures: directive
            .specified_argument_by_name("for")
            .is_some_and(|purpose| matches!(&**purpose, Value::Enum(name) if name == "SECURITY")),
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
            let given = entries.iter().find(|(name, _)| name == "as").map(|(_, value)| &**value);
            if alias.is_none() && given.is_some_and(|value| !value.is_null()) {
                return Err(format!("@link imports \"{name}\": `as` is no String"));
            }
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
