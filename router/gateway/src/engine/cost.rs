//! What the supergraph says of costs, under the names that it gives the directives.

use apollo_compiler::ast::{Definition, Directive, Document, Value};
use router_limits::cost::{CostModel, DirectiveNames};

const SPECIFICATION: &str = "https://specs.apollo.dev/cost/";

/// Reads the costs of a supergraph. One that says nothing of them has those that hold by default.
pub fn model(sdl: &str) -> Result<CostModel, String> {
    let document = Document::parse(sdl, "supergraph.graphql").map_err(|error| error.errors.to_string())?;
    Ok(CostModel::read(&document, &names(&document)))
}

fn names(document: &Document) -> DirectiveNames {
    let links = document.definitions.iter().filter_map(|definition| match definition {
        Definition::SchemaDefinition(schema) => Some(&schema.directives),
        Definition::SchemaExtension(schema) => Some(&schema.directives),
        _ => None,
    });
    let text =
        |link: &Directive, name: &str| Some(link.specified_argument_by_name(name)?.as_str()?.to_owned());
    let is_meant = |link: &&Directive| text(link, "url").is_some_and(|url| url.starts_with(SPECIFICATION));
    let mut links = links.flat_map(|directives| directives.get_all("link")).map(|link| &**link);
    let Some(link) = links.find(is_meant) else { return DirectiveNames::default() };
    let imports =
        link.specified_argument_by_name("import").and_then(|list| list.as_list()).unwrap_or_default();
    let imported = |wanted: &str| imports.iter().find_map(|import| imported_as(import, wanted));
    // The directive that has the specification's name goes by the name under which that is linked; others are named
    // below it.
    let prefix = text(link, "as").unwrap_or_else(|| "cost".to_owned());
    DirectiveNames {
        list_size: imported("@listSize").unwrap_or_else(|| format!("{prefix}__listSize")),
        cost: imported("@cost").unwrap_or(prefix),
    }
}

/// The name that an import gives a directive, if it is the one wanted.
fn imported_as(import: &Value, wanted: &str) -> Option<String> {
    match import {
        Value::String(name) => name == wanted,
        Value::Object(fields) => {
            let text = |key: &str| fields.iter().find(|(name, _)| name == key)?.1.as_str();
            if text("name") == Some(wanted) {
                return Some(text("as").unwrap_or(wanted).trim_start_matches('@').to_owned());
            }
            false
        }
        _ => false,
    }
    .then(|| wanted.trim_start_matches('@').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(link: &str) -> DirectiveNames {
        let sdl = format!("schema {link} {{ query: Query }} type Query {{ a: Int }}");
        names(&Document::parse(sdl, "supergraph").unwrap())
    }

    #[test]
    fn the_directives_are_known_under_every_name_that_a_link_gives() {
        let named = |cost: &str, list_size: &str| DirectiveNames {
            cost: cost.to_owned(),
            list_size: list_size.to_owned(),
        };
        let url = r#"url: "https://specs.apollo.dev/cost/v0.1""#;
        assert_eq!(names_of(""), named("cost", "listSize"));
        assert_eq!(names_of(&format!(r#"@link({url}, import: ["@listSize"])"#)), named("cost", "listSize"));
        assert_eq!(names_of(&format!("@link({url})")), named("cost", "cost__listSize"));
        assert_eq!(names_of(&format!(r#"@link({url}, as: "price")"#)), named("price", "price__listSize"));
        let renamed = format!(
            r#"@link({url}, import: [{{ name: "@cost", as: "@weight" }}, {{ name: "@listSize", as: "@size" }}])"#
        );
        assert_eq!(names_of(&renamed), named("weight", "size"));
    }
}
