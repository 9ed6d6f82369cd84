//! An operation without fragments, aliases' twins and conditions: what planning starts from.
//!
//! Invariant: in a set, fields with the same response key apply to disjoint sets of runtime types. So for one runtime
//! type every response key occurs once, with everything selected under it, at the place where the operation first
//! mentions it. Sets without fields are possible: everything in them may have been skipped.

use apollo_compiler::ast::{Argument, FieldDefinition};
use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::{Field, Operation as Definition, Selection, SelectionSet};
use apollo_compiler::{Name, Node};

use crate::{Flags, ObjectSet, Operation, OperationKind, Supergraph};

/// See the module's documentation.
#[derive(Debug, Clone)]
pub struct ExpandedOperation {
    pub kind: OperationKind,
    pub name: Option<Name>,
    /// Of the client's document: for the types of variables.
    pub definition: Node<Definition>,
    pub root: ExpandedSet,
}

/// The selections on the objects at one place.
#[derive(Debug, Clone)]
pub struct ExpandedSet {
    /// The declared type of the place.
    pub parent: Name,
    /// Runtime types that objects at this place may have and clients may see.
    pub possible: ObjectSet,
    pub fields: Vec<ExpandedField>,
}

#[derive(Debug, Clone)]
pub struct ExpandedField {
    pub response_key: Name,
    pub name: Name,
    pub arguments: Vec<Node<Argument>>,
    /// As the API schema defines it on the type it was selected on.
    pub definition: Node<FieldDefinition>,
    /// The runtime types of the parent for which it is selected: a part of the set's `possible`, not empty unless that
    /// is.
    pub on: ObjectSet,
    /// For objects, interfaces and unions.
    pub selection: Option<ExpandedSet>,
    /// The caller may not see it: it is answered by `null` and must not be fetched for the client.
    pub denied: bool,
}

impl ExpandedField {
    /// `__typename`, `__schema` or `__type`.
    pub fn is_introspection(&self) -> bool {
        self.name.starts_with("__")
    }
}

impl Operation {
    /// The operation as it is for these flags. Check the number of expanded selections before.
    pub fn expand(&self, supergraph: &Supergraph, flags: &Flags) -> ExpandedOperation {
        let expansion = Expansion { operation: self, supergraph, flags };
        let set = &self.definition().selection_set;
        ExpandedOperation {
            kind: self.kind(),
            name: self.definition().name.clone(),
            definition: self.definition().clone(),
            root: expansion.set(&set.ty, std::slice::from_ref(&set)),
        }
    }
}

/// A field found on the way, with all selection sets that were written under it.
struct Gathered<'a> {
    field: &'a Node<Field>,
    on: ObjectSet,
    sets: Vec<&'a SelectionSet>,
}

/// What stands at one first mention of a response key: one part for each set of runtime types that later mentions
/// told apart.
type Mention<'a> = Vec<Gathered<'a>>;

/// Mentions in the order of the operation.
#[derive(Default)]
struct Gathering<'a> {
    mentions: Vec<Mention<'a>>,
    by_key: HashMap<&'a Name, Vec<usize>>,
}

impl<'a> Gathering<'a> {
    fn add(&mut self, field: &'a Node<Field>, on: &ObjectSet) {
        let mut rest = on.clone();
        let known = self.by_key.entry(field.response_key()).or_default();
        for position in known.iter() {
            let Some(mention) = self.mentions.get_mut(*position) else { continue };
            let mut split = Vec::new();
            for part in mention.iter_mut() {
                let shared = part.on.intersection(&rest);
                if shared.is_empty() {
                    continue;
                }
                rest = rest.difference(&shared);
                if field.selection_set.is_empty() {
                    continue;
                }
                let others = part.on.difference(&shared);
                if !others.is_empty() {
                    split.push(Gathered { field: part.field, on: others, sets: part.sets.clone() });
                    part.on = shared;
                }
                part.sets.push(&field.selection_set);
            }
            mention.extend(split);
        }
        // An interface without visible implementations may still be an interface object somewhere: its fields count.
        if on.is_empty()
            && let Some(part) =
                known.first().and_then(|position| self.mentions.get_mut(*position)?.first_mut())
        {
            part.sets.push(&field.selection_set);
        } else if on.is_empty() || !rest.is_empty() {
            known.push(self.mentions.len());
            self.mentions.push(vec![Gathered { field, on: rest, sets: vec![&field.selection_set] }]);
        }
    }
}

struct Expansion<'a> {
    operation: &'a Operation,
    supergraph: &'a Supergraph,
    flags: &'a Flags,
}

impl<'a> Expansion<'a> {
    fn set(&self, parent: &Name, sets: &[&'a SelectionSet]) -> ExpandedSet {
        let possible = self.possible(parent);
        let mut gathering = Gathering::default();
        for set in sets {
            self.gather(set, &possible, &mut gathering);
        }
        let fields = gathering.mentions.into_iter().flatten().map(|part| self.field(part)).collect();
        ExpandedSet { parent: parent.clone(), possible, fields }
    }

    fn gather(&self, set: &'a SelectionSet, on: &ObjectSet, gathering: &mut Gathering<'a>) {
        for selection in &set.selections {
            if self.operation.is_skipped(selection.directives(), self.flags) {
                continue;
            }
            match selection {
                Selection::Field(field) => gathering.add(field, on),
                Selection::InlineFragment(fragment) => self.narrow(&fragment.selection_set, on, gathering),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.operation.document().fragments.get(&spread.fragment_name) {
                        self.narrow(&fragment.selection_set, on, gathering);
                    }
                }
            }
        }
    }

    fn narrow(&self, set: &'a SelectionSet, on: &ObjectSet, gathering: &mut Gathering<'a>) {
        let on = on.intersection(&self.possible(&set.ty));
        if !on.is_empty() {
            self.gather(set, &on, gathering);
        }
    }

    fn possible(&self, ty: &Name) -> ObjectSet {
        self.supergraph.possible_types(ty).intersection(self.supergraph.visible_objects())
    }

    fn field(&self, part: Gathered<'a>) -> ExpandedField {
        let field = part.field;
        let is_composite = !field.selection_set.selections.is_empty();
        ExpandedField {
            response_key: field.response_key().clone(),
            name: field.name.clone(),
            arguments: sorted(&field.arguments),
            definition: field.definition.clone(),
            on: part.on,
            selection: is_composite.then(|| self.set(field.definition.ty.inner_named_type(), &part.sets)),
            denied: false,
        }
    }
}

/// By name, so that equal arguments are equal lists.
fn sorted(arguments: &[Node<Argument>]) -> Vec<Node<Argument>> {
    let mut arguments = arguments.to_vec();
    arguments.sort_by(|a, b| a.name.cmp(&b.name));
    arguments
}
