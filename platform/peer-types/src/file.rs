//! The file of one subgraph: a question for each document, and what they need of its schema.

use std::collections::BTreeSet;
use std::path::Path;

use crate::answer::Answer;
use crate::document::Document;
use crate::failed::Failed;
use crate::peer::Peer;
use crate::{enums, input, names};

/// The file of the types that the documents need.
pub fn file(mut peer: Peer<'_>, documents: Vec<Document>) -> Result<String, Failed> {
    let mut text = String::new();
    for document in documents {
        text.push_str(&question(&mut peer, &document)?);
    }
    let mut written = BTreeSet::new();
    while let Some(name) = peer.inputs.difference(&written).next().cloned() {
        text.push_str(&input::object(&mut peer, &name)?);
        written.insert(name);
    }
    for (name, ways) in &peer.enums {
        let Some(definition) = peer.schema.get_enum(name) else { continue };
        text.push_str(&enums::definition(definition, ways));
        if let Some(taken) = peer.taken(name) {
            text.push_str(&enums::conversion(definition, &taken.rust));
        }
    }
    match peer.taken.iter().find(|taken| !taken.is_used.get()) {
        Some(taken) => Err(Failed::new(format!(
            "no document asks `{}` for `{}`, which is to be taken as {}",
            taken.subgraph, taken.name, taken.rust
        ))),
        None => Ok(text),
    }
}

fn question(peer: &mut Peer<'_>, document: &Document) -> Result<String, Failed> {
    let checked = document.check(&peer.schema)?;
    let (operation, field) = document.operation(&checked)?;
    let name = operation.name.as_ref().ok_or_else(|| document.refuse("its operation has no name"))?;
    let module = names::field(name);
    let mut answer = Answer::new(peer, document);
    let root = answer.of_root(operation, field, &module)?;
    let types = answer.module(&module);
    let variables = input::variables(peer, document, operation, name)?;
    let file = document.name();
    // The folder is the subgraph's.
    let subgraph = document.path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    Ok(format!(
        "/// The question of `{file}`.\n\
             #[derive(::serde::Serialize)]\n\
             {variables}\n\
             impl ::platform_server::Question for {name} {{\n    \
                 type Answer = {root};\n    \
                 const NAME: &'static str = \"{name}\";\n    \
                 const PEER: &'static str = {subgraph:?};\n    \
                 const DOCUMENT: &'static str = {:?};\n\
             }}\n\n\
             {types}",
        document.text
    ))
}
