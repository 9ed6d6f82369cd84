//! The sizes of connections: all have pages of one kind, so none has to say it.

use apollo_compiler::ast::{Argument, Definition, Directive, Document, FieldDefinition, Type, Value};
use apollo_compiler::{Name, Node, name};
use platform_core::page::DEFAULT_PAGE;

/// The argument that says how long a page is.
const SLICE: &str = "first";
/// The lists of a connection.
const SIZED: [&str; 2] = ["edges", "nodes"];

/// Gives every field that is sliced by `first` and says nothing itself its `@listSize`: a connection sizes its `edges`
/// and `nodes`, a list itself.
pub(crate) fn size(document: &mut Document) {
    let connections: Vec<(Name, Vec<&str>)> = document.definitions.iter().filter_map(connection).collect();
    for definition in &mut document.definitions {
        let fields = match definition {
            Definition::ObjectTypeDefinition(ty) => &mut ty.make_mut().fields,
            Definition::ObjectTypeExtension(ty) => &mut ty.make_mut().fields,
            Definition::InterfaceTypeDefinition(ty) => &mut ty.make_mut().fields,
            _ => continue,
        };
        for field in fields {
            let is_sliced = field.arguments.iter().any(|argument| argument.name == SLICE);
            if !is_sliced || field.directives.has("listSize") {
                continue;
            }
            let returned = connections.iter().find(|(name, _)| name == field.ty.inner_named_type());
            match (is_list(&field.ty), returned) {
                (true, _) => add(field, &[]),
                (false, Some((_, sized))) => add(field, sized),
                (false, None) => {}
            }
        }
    }
}

/// A connection's name with those of its lists.
fn connection(definition: &Definition) -> Option<(Name, Vec<&'static str>)> {
    let Definition::ObjectTypeDefinition(ty) = definition else { return None };
    let has = |name: &&str| ty.fields.iter().any(|field| field.name == *name && is_list(&field.ty));
    let sized: Vec<&str> = SIZED.into_iter().filter(has).collect();
    (ty.name.ends_with("Connection") && !sized.is_empty()).then(|| (ty.name.clone(), sized))
}

fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::NonNullList(_))
}

fn add(field: &mut Node<FieldDefinition>, sized: &[&str]) {
    let names = |names: &[&str]| {
        Value::List(names.iter().map(|name| Node::new(Value::String((*name).to_owned()))).collect())
    };
    let argument = |name: Name, value: Value| Node::new(Argument { name, value: Node::new(value) });
    let default = i32::try_from(DEFAULT_PAGE).unwrap_or(i32::MAX);
    let mut arguments = vec![
        argument(name!("assumedSize"), Value::Int(default.into())),
        argument(name!("slicingArguments"), names(&[SLICE])),
    ];
    if !sized.is_empty() {
        arguments.push(argument(name!("sizedFields"), names(sized)));
    }
    arguments.push(argument(name!("requireOneSlicingArgument"), Value::Boolean(false)));
    field.make_mut().directives.push(Node::new(Directive { name: name!("listSize"), arguments }));
}
