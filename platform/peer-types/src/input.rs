//! What is sent: variables and input objects.

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;

use crate::document::Document;
use crate::failed::Failed;
use crate::peer::{Peer, Way};
use crate::text::{documentation, field};

/// The struct of a question.
pub fn variables(
    peer: &mut Peer<'_>,
    document: &Document,
    operation: &Operation,
    name: &Name,
) -> Result<String, Failed> {
    if operation.variables.is_empty() {
        return Ok(format!("pub struct {name};\n"));
    }
    let mut fields = String::new();
    for variable in &operation.variables {
        if variable.default_value.is_some() {
            return Err(document.refuse(format!("${} has a default", variable.name)));
        }
        fields.push_str(&sent(peer, name, &variable.name, &variable.ty)?);
    }
    Ok(format!("pub struct {name} {{\n{fields}}}\n"))
}

/// The struct of an input object. It is not shown by `Debug`: an input may carry a secret.
pub fn object(peer: &mut Peer<'_>, name: &Name) -> Result<String, Failed> {
    let Some(definition) = peer.schema.get_input_object(name).cloned() else {
        return Err(Failed::new(format!("`{name}` is no input object")));
    };
    let mut fields = String::new();
    for (key, value) in &definition.fields {
        if value.default_value.is_some() && !value.ty.is_non_null() {
            return Err(Failed::new(format!("`{name}.{key}` has a default, and null means another thing")));
        }
        fields.push_str(&documentation("    ", value.description.as_ref()));
        fields.push_str(&sent(peer, name, key, &value.ty)?);
    }
    let documentation = peer.documentation(name);
    Ok(format!("{documentation}#[derive(::serde::Serialize)]\npub struct {name} {{\n{fields}}}\n\n"))
}

/// What may be null is left out where it is: a peer of an older release, which does not know it yet, would refuse it.
fn sent(peer: &mut Peer<'_>, owner: &Name, key: &Name, ty: &Type) -> Result<String, Failed> {
    let typed = peer.typed(owner, key, ty, Way::Asked, "")?;
    let mut attributes = typed.attributes;
    if !ty.is_non_null() {
        attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
    }
    Ok(field(key, &typed.rust, &attributes))
}
