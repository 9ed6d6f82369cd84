//! Interfaces that are entities: a subgraph that can be entered by an interface's key has to know every
//! implementation, and one that has the interface as an object has to know none.

use apollo_compiler::Name;

use super::{Merger, Source};
use crate::error::ErrorCode;
use crate::subgraph::model::{TypeDef, TypeKind};

impl Merger<'_> {
    pub(super) fn check_interface(&mut self, name: &Name, sources: &[Source<'_, TypeDef>]) {
        let implementations: Vec<Name> = self.out.possible_types(name).into_iter().cloned().collect();
        for (index, ty) in sources {
            let Some(subgraph) = self.subgraph(*index) else {
                continue;
            };
            let me = &subgraph.name;
            let at = subgraph.locate(ty.location);
            if ty.interface_object {
                let defined: Vec<String> = implementations
                    .iter()
                    .filter(|implementation| subgraph.types.contains_key(*implementation))
                    .map(|implementation| format!("\"{implementation}\""))
                    .collect();
                if !defined.is_empty() {
                    self.error(
                        ErrorCode::InterfaceObjectUsageError,
                        format!("[{me}] \"{name}\" is an @interfaceObject in subgraph \"{me}\", which therefore cannot define its implementations: it defines {}", defined.join(", ")),
                        [at],
                    );
                }
                continue;
            }
            let Some(key) = ty.resolvable_keys().next() else {
                continue;
            };
            let missing: Vec<String> = implementations
                .iter()
                .filter(|implementation| {
                    !subgraph.types.get(*implementation).is_some_and(|known| {
                        known.kind == TypeKind::Object && known.implements.contains(name)
                    })
                })
                .map(|implementation| format!("\"{implementation}\""))
                .collect();
            if !missing.is_empty() {
                self.error(
                    ErrorCode::InterfaceKeyMissingImplementationType,
                    format!("[{me}] Interface \"{name}\" has the resolvable @key(fields: \"{}\") in subgraph \"{me}\", which therefore has to define all its implementations: {} is missing", key.fields.text, missing.join(", ")),
                    [at],
                );
            }
        }
    }
}
