//! What the fields of the schema resolve to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::homes::Found;

/// As the description of `nodes` has it.
const MAX_IDS: usize = 20;
pub const TOO_MANY: &str = "at most 20 ids at a time";

/// The root of one request. Ids of which it does not know yet what they are it notes, and answers as nothing.
#[derive(Default)]
pub struct Root {
    pub known: BTreeMap<String, Found>,
    pub unknown: RefCell<BTreeSet<String>>,
}

struct Stub<'a> {
    entity: &'static str,
    id: &'a str,
}

impl Root {
    fn node<'a>(&self, id: &'a str) -> ResolvedValue<'a> {
        match self.known.get(id) {
            Some(Found::Entity(entity)) => ResolvedValue::object(Stub { entity, id }),
            Some(Found::Nothing) => ResolvedValue::null(),
            // No value of the type, so an error of this item alone: one that is returned would take a whole list along.
            Some(Found::Unknown) => ResolvedValue::leaf(""),
            None => {
                self.unknown.borrow_mut().insert(id.to_owned());
                ResolvedValue::null()
            }
        }
    }
}

impl ObjectValue for Root {
    fn type_name(&self) -> &str {
        "Query"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let argument = |name: &str| info.arguments().get(name);
        match info.field_name() {
            "node" => Ok(self.node(argument("id").and_then(|id| id.as_str()).unwrap_or_default())),
            "nodes" => {
                let ids =
                    argument("ids").and_then(|ids| ids.as_array()).map(Vec::as_slice).unwrap_or_default();
                if ids.len() > MAX_IDS {
                    return Err(FieldError { message: TOO_MANY.to_owned() });
                }
                let nodes = ids.iter().map(|id| Ok(self.node(id.as_str().unwrap_or_default())));
                Ok(ResolvedValue::List(Box::new(nodes)))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

impl ObjectValue for Stub<'_> {
    fn type_name(&self) -> &str {
        self.entity
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "id" => Ok(ResolvedValue::leaf(self.id)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
