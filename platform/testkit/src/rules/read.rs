//! Reads the rules of root fields from an SDL, apart from how the server reads them.

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Directive, DirectiveList, Document, FieldDefinition, Value};
use platform_identity::AccessRule;

pub(super) struct RootField {
    /// `query`, `mutation` or `subscription`.
    pub(super) operation: &'static str,
    pub(super) definition: Node<FieldDefinition>,
    pub(super) rules: Vec<AccessRule>,
}

impl RootField {
    pub(super) fn is_subscription(&self) -> bool {
        self.operation == "subscription"
    }
}

fn parse(sdl: &str) -> Document {
    Document::parse(sdl, "schema.graphql").unwrap_or_else(|fault| panic!("the SDL cannot be read: {fault}"))
}

pub(super) fn root_fields(sdl: &str) -> Vec<RootField> {
    let document = parse(sdl);
    let mut fields = Vec::new();
    for definition in &document.definitions {
        let (name, definitions) = match definition {
            Definition::ObjectTypeDefinition(object) => (&object.name, &object.fields),
            Definition::ObjectTypeExtension(object) => (&object.name, &object.fields),
            _ => continue,
        };
        let operation = match name.as_str() {
            "Query" => "query",
            "Mutation" => "mutation",
            "Subscription" => "subscription",
            _ => continue,
        };
        for field in definitions {
            let rules: Vec<AccessRule> =
                field.directives.iter().filter_map(|directive| rule(directive)).collect();
            assert!(!rules.is_empty(), "{name}.{} has no rule", field.name);
            fields.push(RootField { operation, definition: field.clone(), rules });
        }
    }
    fields
}

/// Every rule that an SDL declares, one in a line: `Query.orders @requiresScopes(scopes: [["orders:read"]])`. A root
/// field without one stands there alone.
pub fn declared_rules(sdl: &str) -> Vec<String> {
    let document = parse(sdl);
    let mut lines = Vec::new();
    let line = |place: String, directives: &DirectiveList, is_root: bool| {
        let rules: Vec<String> =
            directives.iter().filter(|d| rule(d).is_some()).map(|d| d.to_string()).collect();
        (is_root || !rules.is_empty()).then(|| format!("{place} {}", rules.join(" ")).trim_end().to_owned())
    };
    for definition in &document.definitions {
        let (name, directives, fields) = match definition {
            Definition::ObjectTypeDefinition(of) => (&of.name, &of.directives, &of.fields),
            Definition::ObjectTypeExtension(of) => (&of.name, &of.directives, &of.fields),
            Definition::InterfaceTypeDefinition(of) => (&of.name, &of.directives, &of.fields),
            _ => continue,
        };
        lines.extend(line(name.to_string(), directives, false));
        let is_root = matches!(name.as_str(), "Query" | "Mutation" | "Subscription");
        lines.extend(
            fields
                .iter()
                .filter_map(|field| line(format!("{name}.{}", field.name), &field.directives, is_root)),
        );
    }
    lines
}

fn rule(directive: &Directive) -> Option<AccessRule> {
    let groups = || directive.arguments.first().map(|argument| words(&argument.value)).unwrap_or_default();
    Some(match directive.name.as_str() {
        "public" => AccessRule::Public,
        "authenticated" => AccessRule::Authenticated,
        "requiresScopes" => AccessRule::Scopes(groups()),
        "policy" => AccessRule::Policies(groups()),
        _ => return None,
    })
}

fn words(value: &Value) -> Vec<Vec<String>> {
    let items = |value: &Value| value.as_list().unwrap_or_default().to_vec();
    let text = |word: &Node<Value>| word.as_str().expect("a rule consists of words").to_owned();
    items(value).iter().map(|group| items(group).iter().map(text).collect()).collect()
}
