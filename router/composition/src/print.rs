//! Writes the supergraph as SDL, in the layout that other composers use: definitions sorted by name,
//! every directive of a type on a line of its own.

use std::fmt::Write as _;

use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, DirectiveDefinition};

use crate::links::Version;
use crate::subgraph::model::TypeKind;
use crate::supergraph::{MergedInput, MergedType, Supergraph};
use crate::values::{quote, to_text};

pub(crate) fn print(supergraph: &Supergraph) -> String {
    let mut types: Vec<(String, String)> = join_types(supergraph);
    for directive in supergraph.directives.values() {
        for scalar in &directive.scalars {
            types.push((scalar.clone(), format!("scalar {scalar}\n")));
        }
    }
    for (name, ty) in &supergraph.types {
        types.push((name.to_string(), type_definition(name, ty)));
    }
    sort(&mut types);
    types.dedup();

    let mut directives = join_directives(supergraph);
    for (name, directive) in &supergraph.directives {
        directives.push((name.clone(), format!("{}\n", directive.definition)));
    }
    sort(&mut directives);

    let mut out = schema(supergraph);
    for (_, text) in directives.iter().chain(&types) {
        out.push('\n');
        out.push_str(text);
    }
    out
}

/// By name without regard to case, so that the order does not depend on naming habits.
fn sort(definitions: &mut [(String, String)]) {
    definitions.sort_by(|(a, _), (b, _)| a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b)));
}

fn schema(supergraph: &Supergraph) -> String {
    let mut out = String::new();
    description(&mut out, supergraph.description.as_ref(), "");
    out.push_str("schema");
    for directive in &supergraph.schema_directives {
        out.push_str("\n  ");
        out.push_str(&apply(directive));
    }
    out.push_str("\n{\n");
    for (operation, root) in [("query", "Query"), ("mutation", "Mutation"), ("subscription", "Subscription")]
    {
        if supergraph.types.contains_key(root) {
            line(&mut out, format_args!("  {operation}: {root}"));
        }
    }
    out.push_str("}\n");
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if out.write_fmt(text).is_ok() {
        out.push('\n');
    }
}

const V4: Version = Version::new(0, 4);
const V5: Version = Version::new(0, 5);

fn join_directives(supergraph: &Supergraph) -> Vec<(String, String)> {
    let join = supergraph.join;
    let mut field = "graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean".to_owned();
    if join >= Some(V4) {
        field.push_str(", overrideLabel: String");
    }
    if join >= Some(V5) {
        field.push_str(", contextArguments: [join__ContextArgument!]");
    }
    let mut out = vec![
        ("link", "(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA".to_owned()),
        ("join__enumValue", "(graph: join__Graph!) repeatable on ENUM_VALUE".to_owned()),
        ("join__field", format!("({field}) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION")),
        ("join__graph", "(name: String!, url: String!) on ENUM_VALUE".to_owned()),
        ("join__implements", "(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE".to_owned()),
        ("join__type", "(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR".to_owned()),
        ("join__unionMember", "(graph: join__Graph!, member: String!) repeatable on UNION".to_owned()),
    ];
    if join >= Some(V4) {
        out.push(("join__directive", "(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION".to_owned()));
    }
    out.into_iter().map(|(name, rest)| (name.to_owned(), format!("directive @{name}{rest}\n"))).collect()
}

fn join_types(supergraph: &Supergraph) -> Vec<(String, String)> {
    let mut graphs = String::from("enum join__Graph {\n");
    for (value, name, url) in &supergraph.graphs {
        let (name, url) = (quote(name), quote(url));
        line(&mut graphs, format_args!("  {value} @join__graph(name: {name}, url: {url})"));
    }
    graphs.push_str("}\n");
    let mut out = vec![
        ("join__FieldSet", "scalar join__FieldSet\n".to_owned()),
        ("join__Graph", graphs),
        ("link__Import", "scalar link__Import\n".to_owned()),
        ("link__Purpose", PURPOSE.to_owned()),
    ];
    if supergraph.join >= Some(V4) {
        out.push(("join__DirectiveArguments", "scalar join__DirectiveArguments\n".to_owned()));
    }
    if supergraph.join >= Some(V5) {
        out.push(("join__FieldValue", "scalar join__FieldValue\n".to_owned()));
        out.push(("join__ContextArgument", CONTEXT_ARGUMENT.to_owned()));
    }
    out.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

const PURPOSE: &str = r#"enum link__Purpose {
  """
  `SECURITY` features provide metadata necessary to securely resolve fields.
  """
  SECURITY

  """
  `EXECUTION` features provide metadata necessary for operation execution.
  """
  EXECUTION
}
"#;

const CONTEXT_ARGUMENT: &str = "input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}
";

fn type_definition(name: &str, ty: &MergedType) -> String {
    let mut out = String::new();
    description(&mut out, ty.description.as_ref(), "");
    let keyword = match ty.kind {
        TypeKind::Scalar => "scalar",
        TypeKind::Object => "type",
        TypeKind::Interface => "interface",
        TypeKind::Union => "union",
        TypeKind::Enum => "enum",
        TypeKind::InputObject => "input",
    };
    out.push_str(keyword);
    out.push(' ');
    out.push_str(name);
    for (position, interface) in ty.implements.iter().enumerate() {
        out.push_str(if position == 0 { " implements " } else { " & " });
        out.push_str(interface);
    }
    for directive in &ty.directives {
        out.push_str("\n  ");
        out.push_str(&apply(directive));
    }
    match ty.kind {
        TypeKind::Scalar => {}
        TypeKind::Union => {
            out.push_str("\n =");
            for (position, member) in ty.members.iter().enumerate() {
                out.push_str(if position == 0 { " " } else { " | " });
                out.push_str(member);
            }
        }
        TypeKind::Object | TypeKind::Interface => {
            out.push_str("\n{\n");
            for (position, (name, field)) in ty.fields.iter().enumerate() {
                spaced_description(&mut out, field.description.as_ref(), position);
                out.push_str("  ");
                out.push_str(name);
                out.push_str(&arguments(&field.arguments, "  "));
                let directives = inline(&field.directives);
                line(&mut out, format_args!(": {}{directives}", field.ty));
            }
            out.push('}');
        }
        TypeKind::InputObject => {
            out.push_str("\n{\n");
            for (position, (name, field)) in ty.inputs.iter().enumerate() {
                spaced_description(&mut out, field.description.as_ref(), position);
                line(&mut out, format_args!("  {}", input(name, field)));
            }
            out.push('}');
        }
        TypeKind::Enum => {
            out.push_str("\n{\n");
            for (position, (name, value)) in ty.values.iter().enumerate() {
                spaced_description(&mut out, value.description.as_ref(), position);
                let directives = inline(&value.directives);
                line(&mut out, format_args!("  {name}{directives}"));
            }
            out.push('}');
        }
    }
    out.push('\n');
    out
}

fn spaced_description(out: &mut String, text: Option<&Node<str>>, position: usize) {
    if text.is_some() && position > 0 {
        out.push('\n');
    }
    description(out, text, "  ");
}

/// Arguments on one line, or one to a line where one has a description.
fn arguments<'a>(
    arguments: impl IntoIterator<Item = (&'a apollo_compiler::Name, &'a MergedInput)> + Clone,
    indent: &str,
) -> String {
    let all: Vec<_> = arguments.into_iter().collect();
    if all.is_empty() {
        return String::new();
    }
    if all.iter().all(|(_, argument)| argument.description.is_none()) {
        let texts: Vec<String> = all.iter().map(|(name, argument)| input(name, argument)).collect();
        return format!("({})", texts.join(", "));
    }
    let mut out = String::from("(\n");
    for (position, (name, argument)) in all.into_iter().enumerate() {
        if argument.description.is_some() && position > 0 {
            out.push('\n');
        }
        description(&mut out, argument.description.as_ref(), &format!("{indent}  "));
        line(&mut out, format_args!("{indent}  {}", input(name, argument)));
    }
    out.push_str(indent);
    out.push(')');
    out
}

fn input(name: &str, input: &MergedInput) -> String {
    let default = input.default.as_ref().map_or_else(String::new, |value| format!(" = {}", to_text(value)));
    format!("{name}: {}{default}{}", input.ty, inline(&input.directives))
}

fn inline(directives: &[Directive]) -> String {
    directives.iter().map(|directive| format!(" {}", apply(directive))).collect()
}

fn apply(directive: &Directive) -> String {
    if directive.arguments.is_empty() {
        return format!("@{}", directive.name);
    }
    let arguments: Vec<String> = directive
        .arguments
        .iter()
        .map(|argument| format!("{}: {}", argument.name, to_text(&argument.value)))
        .collect();
    format!("@{}({})", directive.name, arguments.join(", "))
}

/// A directive's definition on one line.
pub(crate) fn directive_definition(definition: &DirectiveDefinition) -> String {
    let mut out = format!("directive @{}", definition.name);
    if !definition.arguments.is_empty() {
        let arguments: Vec<String> = definition
            .arguments
            .iter()
            .map(|argument| {
                let default = argument
                    .default_value
                    .as_ref()
                    .map_or_else(String::new, |value| format!(" = {}", to_text(value)));
                format!("{}: {}{default}", argument.name, argument.ty)
            })
            .collect();
        out.push_str(&format!("({})", arguments.join(", ")));
    }
    if definition.repeatable {
        out.push_str(" repeatable");
    }
    out.push_str(" on ");
    let locations: Vec<&str> = definition.locations.iter().map(|l| l.name()).collect();
    out.push_str(&locations.join(" | "));
    out
}

/// A block string: on one line where it is short and simple.
fn description(out: &mut String, text: Option<&Node<str>>, indent: &str) {
    let Some(text) = text else {
        return;
    };
    let escaped = text.replace("\"\"\"", "\\\"\"\"");
    let simple = !escaped.contains('\n')
        && escaped.chars().count() <= 70
        && !escaped.ends_with('"')
        && !escaped.ends_with('\\');
    if simple {
        line(out, format_args!("{indent}\"\"\"{escaped}\"\"\""));
        return;
    }
    line(out, format_args!("{indent}\"\"\""));
    for text in escaped.split('\n') {
        if text.is_empty() {
            out.push('\n');
        } else {
            line(out, format_args!("{indent}{text}"));
        }
    }
    line(out, format_args!("{indent}\"\"\""));
}
