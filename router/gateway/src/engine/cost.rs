//! What the supergraph says of costs, under the names that it gives the directives, and the variables that decide sizes.

use apollo_compiler::ast::Document;
use router_limits::cost::{self, CostModel, DirectiveNames, Input};
use router_links::Links;
use router_schema::Variables;
use router_transport::tree::Node;

/// Reads the costs of a supergraph. One that says nothing of them has those that hold by default.
pub fn model(sdl: &str) -> Result<CostModel, String> {
    let document = Document::parse(sdl, "supergraph.graphql").map_err(|error| error.errors.to_string())?;
    Ok(CostModel::read(&document, &names(&document)))
}

fn names(document: &Document) -> DirectiveNames {
    let (links, _) = Links::of_document(document);
    let named = links.to("cost").next().map(|link| DirectiveNames {
        cost: link.directive_name("cost"),
        list_size: link.directive_name("listSize"),
    });
    named.unwrap_or_default()
}

/// Variables as the gateway keeps them, for counting.
pub struct Given<'a>(pub &'a Variables);

/// A value of a variable.
#[derive(Clone, Copy)]
pub struct Value<'a>(&'a Node);

impl cost::Variables for Given<'_> {
    type Value<'v>
        = Value<'v>
    where
        Self: 'v;

    fn variable(&self, name: &str) -> Option<Value<'_>> {
        self.0.find(name).map(Value)
    }
}

impl Input for Value<'_> {
    fn is_null(self) -> bool {
        self.0.is_null()
    }

    fn integer(self) -> Option<i64> {
        match self.0 {
            Node::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    fn boolean(self) -> Option<bool> {
        self.0.as_bool()
    }

    fn length(self) -> Option<usize> {
        match self.0 {
            Node::List(items) => Some(items.len()),
            _ => None,
        }
    }

    fn item(self, index: usize) -> Option<Self> {
        match self.0 {
            Node::List(items) => items.get(index).map(Value),
            _ => None,
        }
    }

    fn field(self, name: &str) -> Option<Self> {
        self.0.as_object()?.find(name).map(Value)
    }
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
