//! What each subgraph calls the directives that it links: by their names, by names of its own, or in a namespace.

use super::dice::hash;
use super::model::Model;

/// Directives that have one name in all subgraphs, since the supergraph has one for them.
const SHARED: [&str; 10] = [
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "tag",
    "cost",
    "listSize",
    "context",
    "fromContext",
    "marked",
];

const OWN: [&str; 9] = [
    "key",
    "external",
    "requires",
    "provides",
    "shareable",
    "override",
    "interfaceObject",
    "extends",
    "composeDirective",
];

const MARKED: &str = "marked";

/// The name in one subgraph, and how it is imported; in a namespace it is not.
struct Local {
    name: String,
    import: Option<String>,
}

fn local(model: &Model, subgraph: usize, directive: &str) -> Local {
    let place = if SHARED.contains(&directive) { usize::MAX } else { subgraph };
    let prefix = match (directive, namespace(model)) {
        (MARKED, _) => "marks",
        (_, Some(alias)) => alias,
        (_, None) => "federation",
    };
    match hash(&(model.seed, directive, place)) % 3 {
        0 => Local { name: directive.to_owned(), import: Some(format!("\"@{directive}\"")) },
        1 => {
            let name = format!("{directive}_{}", hash(&(model.seed, place)) % 10);
            let import = format!("{{name: \"@{directive}\", as: \"@{name}\"}}");
            Local { name, import: Some(import) }
        }
        _ => Local { name: format!("{prefix}__{directive}"), import: None },
    }
}

/// What the link calls Federation itself.
fn namespace(model: &Model) -> Option<&'static str> {
    hash(&(model.seed, "namespace")).is_multiple_of(2).then_some("fed")
}

/// Whether a directive goes by another name in any subgraph that links it.
pub fn is_renamed(model: &Model, directive: &str) -> bool {
    let mut links = (0..model.subgraphs).filter(|subgraph| !model.old.contains(subgraph));
    links.any(|subgraph| local(model, subgraph, directive).name != directive)
}

/// The links of a subgraph, and the definition of what is not Federation's.
pub fn head(model: &Model, subgraph: usize) -> String {
    let imports: Vec<String> = SHARED
        .into_iter()
        .chain(OWN)
        .filter(|directive| *directive != MARKED)
        .filter_map(|directive| local(model, subgraph, directive).import)
        .collect();
    let marks = local(model, subgraph, MARKED).import.map(|import| format!(", import: [{import}]"));
    let namespace = namespace(model).map(|alias| format!(", as: \"{alias}\""));
    let composed = r#"extend schema @composeDirective(name: "@marked")
        directive @marked(by: String) on FIELD_DEFINITION"#;
    format!(
        r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9"{}, import: [{}])
        extend schema @link(url: "https://marks.example/marks/v1.0"{})
        {}
        "#,
        namespace.unwrap_or_default(),
        imports.join(", "),
        marks.unwrap_or_default(),
        rename(model, subgraph, composed),
    )
}

/// A schema with the names that this subgraph has for its directives.
pub fn rename(model: &Model, subgraph: usize, sdl: &str) -> String {
    let mut parts = sdl.split('@');
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        let (directive, rest) = part.split_at(end);
        renamed.push('@');
        if SHARED.contains(&directive) || OWN.contains(&directive) {
            renamed.push_str(&local(model, subgraph, directive).name);
        } else {
            renamed.push_str(directive);
        }
        renamed.push_str(rest);
    }
    renamed
}
