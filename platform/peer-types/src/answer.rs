//! The types of an answer: one for each type of the schema that the document selects from.

use apollo_compiler::Node;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, UnionType};

use crate::document::Document;
use crate::failed::Failed;
use crate::peer::{Peer, Typed, Way};
use crate::text::{documentation, field as field_text, wrapped};

const TYPENAME: &str = "__typename";

pub struct Answer<'p, 't> {
    peer: &'p mut Peer<'t>,
    document: &'p Document,
    /// Name and text of each.
    types: Vec<(String, String)>,
}

/// How types are reached from where they are named.
struct Paths<'s> {
    own: &'s str,
    shared: &'s str,
}

const INSIDE: Paths<'static> = Paths { own: "", shared: "super::" };

impl<'p, 't> Answer<'p, 't> {
    pub fn new(peer: &'p mut Peer<'t>, document: &'p Document) -> Self {
        Self { peer, document, types: Vec::new() }
    }

    /// The type of the answer, seen from outside of the module.
    pub fn of_root(
        &mut self,
        operation: &Operation,
        field: &Node<Field>,
        module: &str,
    ) -> Result<String, Failed> {
        let own = format!("{module}::");
        let root = self.value(operation.object_type(), field, &Paths { own: &own, shared: "" })?;
        match root.attributes.is_empty() {
            true => Ok(root.rust),
            false => Err(self.document.refuse("an amount or another enum cannot be the whole answer")),
        }
    }

    /// The module of the answer; empty where it needs no type of its own.
    pub fn module(self, name: &str) -> String {
        if self.types.is_empty() {
            return String::new();
        }
        let types: Vec<String> = self.types.into_iter().map(|(_, text)| text).collect();
        format!("pub mod {name} {{\n{}}}\n\n", types.join("\n"))
    }

    fn value(&mut self, owner: &str, field: &Node<Field>, paths: &Paths<'_>) -> Result<Typed, Failed> {
        if !field.directives.is_empty() {
            return Err(self.document.refuse(format!("`{}` has a directive", field.name)));
        }
        let (ty, selection) = (field.ty(), &field.selection_set);
        let name = ty.inner_named_type();
        let inner = match self.peer.schema.types.get(name).cloned() {
            Some(ExtendedType::Object(_)) if name == "Money" => {
                self.check_money(selection)?;
                return self.peer.typed(owner, &field.name, ty, Way::Answered, paths.shared);
            }
            // Nothing is read of it.
            Some(ExtendedType::Object(_)) if selects_typename_alone(selection) => {
                return Ok(Typed::plain(wrapped(ty, "::serde::de::IgnoredAny")));
            }
            Some(ExtendedType::Object(_)) => self.object(name, selection)?,
            Some(ExtendedType::Union(union)) => self.union(&union, selection)?,
            Some(ExtendedType::Interface(_)) => {
                return Err(self.document.refuse(format!("`{name}` is an interface")));
            }
            _ => return self.peer.typed(owner, &field.name, ty, Way::Answered, paths.shared),
        };
        Ok(Typed::plain(wrapped(ty, &format!("{}{inner}", paths.own))))
    }

    fn object(&mut self, name: &str, selection: &SelectionSet) -> Result<String, Failed> {
        let mut fields = String::new();
        for selected in &selection.selections {
            let Selection::Field(selected) = selected else {
                return Err(self
                    .document
                    .refuse(format!("write the fields of `{name}` where they are read")));
            };
            if selected.name == TYPENAME {
                continue;
            }
            let typed = self.value(name, selected, &INSIDE)?;
            fields.push_str(&documentation("    ", selected.definition.description.as_ref()));
            fields.push_str(&field_text(selected.response_key(), &typed.rust, &typed.attributes));
        }
        let documentation = self.peer.documentation(name);
        self.add(
            name,
            format!(
                "{documentation}#[derive(Debug, Clone, ::serde::Deserialize)]\npub struct {name} {{\n{fields}}}\n"
            ),
        )
    }

    fn union(&mut self, union: &UnionType, selection: &SelectionSet) -> Result<String, Failed> {
        let (name, mut with_fields) = (&union.name, Vec::<&str>::new());
        let mut names_itself = false;
        for selected in &selection.selections {
            match selected {
                Selection::Field(field) if field.name == TYPENAME && field.alias.is_none() => {
                    names_itself = true;
                }
                Selection::InlineFragment(part) if part.directives.is_empty() => {
                    let member = part.type_condition.as_ref();
                    let member =
                        member.filter(|member| union.members.iter().any(|known| known.name == **member));
                    let member = member.ok_or_else(|| self.no_member(name))?;
                    if with_fields.contains(&member.as_str()) {
                        return Err(self.no_member(name));
                    }
                    self.object(member, &part.selection_set)?;
                    with_fields.push(member);
                }
                _ => return Err(self.no_member(name)),
            }
        }
        if !names_itself {
            return Err(self.document.refuse(format!("`{name}` is told apart by __typename; select it")));
        }
        let mut variants = String::new();
        for member in &union.members {
            variants.push_str(&documentation(
                "    ",
                self.peer.schema.types.get(&member.name).and_then(|member| member.description()),
            ));
            let member = &member.name;
            match with_fields.contains(&member.as_str()) {
                true => variants.push_str(&format!("    {member}({member}),\n")),
                false => variants.push_str(&format!("    {member},\n")),
            }
        }
        let documentation = self.peer.documentation(name);
        self.add(
            name,
            format!(
                "{documentation}#[derive(Debug, Clone, ::serde::Deserialize)]\n\
                 #[serde(tag = \"__typename\")]\n\
                 pub enum {name} {{\n\
                 {variants}    \
                     /// One that this release does not know.\n    \
                     #[serde(other)]\n    \
                     Unrecognised,\n\
                 }}\n"
            ),
        )
    }

    fn no_member(&self, union: &str) -> Failed {
        self.document.refuse(format!("of `{union}`, select __typename and `... on` each member once"))
    }

    fn check_money(&self, selection: &SelectionSet) -> Result<(), Failed> {
        let mut selected: Vec<&str> = selection.fields().map(|field| field.response_key().as_str()).collect();
        selected.sort_unstable();
        match selected.as_slice() {
            ["amount", "currency"] => Ok(()),
            _ => Err(self.document.refuse("money is read whole: { amount currency }")),
        }
    }

    fn add(&mut self, name: &str, text: String) -> Result<String, Failed> {
        match self.types.iter().find(|(known, _)| known == name) {
            Some((_, known)) if *known != text => {
                return Err(self.document.refuse(format!("select the same of `{name}` everywhere")));
            }
            Some(_) => {}
            None => self.types.push((name.to_owned(), text)),
        }
        Ok(name.to_owned())
    }
}

fn selects_typename_alone(selection: &SelectionSet) -> bool {
    let is_typename = |selected: &Selection| matches!(selected, Selection::Field(f) if f.name == TYPENAME);
    selection.selections.iter().all(is_typename)
}
