//! Takes out of a document what its caller may not read, so that the rest can run.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Literal;
use platform_identity::Identity;

use super::demands::MAX_DEPTH;
use super::rules::Rules;

/// The chosen operation without the fields that `identity` may not read, still valid: an object that loses all its
/// fields keeps `__typename`, and variables and fragments that nothing uses any more go too. `None` when no root
/// field is left.
pub(crate) fn prune(
    mut document: ExecutableDocument,
    operation_name: Option<&str>,
    rules: &Rules,
    identity: &Identity,
) -> Option<ExecutableDocument> {
    let pruner = Pruner { rules, identity };
    if let (DocumentOperations::Multiple(operations), Some(chosen)) =
        (&mut document.operations, operation_name)
    {
        operations.retain(|name, _| name == chosen);
    }
    for fragment in document.fragments.values_mut() {
        let on = fragment.node.type_condition.node.on.node.clone();
        pruner.selections(&mut fragment.node.selection_set, &on, 0);
    }
    let ExecutableDocument { operations, fragments } = &mut document;
    let mut used_fragments = HashSet::new();
    for operation in each(operations) {
        let root = rules.root(operation.ty);
        let is_refused = |item: &Positioned<Selection>| matches!(&item.node, Selection::Field(field) if !pruner.may_read(root, &field.node));
        if operation.selection_set.node.items.iter().all(is_refused) {
            return None;
        }
        pruner.selections(&mut operation.selection_set, root, 0);
        let mut uses = Uses { fragments, names: HashSet::new(), seen: HashSet::new() };
        uses.directives(&operation.directives);
        uses.selections(&operation.selection_set.node);
        operation.variable_definitions.retain(|definition| uses.names.contains(&definition.node.name.node));
        used_fragments.extend(uses.seen);
    }
    fragments.retain(|name, _| used_fragments.contains(name));
    Some(document)
}

fn each(operations: &mut DocumentOperations) -> Vec<&mut OperationDefinition> {
    match operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().map(|operation| &mut operation.node).collect()
        }
    }
}

struct Pruner<'a> {
    rules: &'a Rules,
    identity: &'a Identity,
}

impl Pruner<'_> {
    fn selections(&self, set: &mut Positioned<SelectionSet>, parent: &str, depth: usize) {
        if depth > MAX_DEPTH || set.node.items.is_empty() {
            return;
        }
        set.node.items.retain(|item| match &item.node {
            Selection::Field(field) => self.may_read(parent, &field.node),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => true,
        });
        for item in &mut set.node.items {
            match &mut item.node {
                Selection::Field(field) => {
                    let returns =
                        self.rules.field(parent, &field.node.name.node).map(|rules| &*rules.returns);
                    self.selections(&mut field.node.selection_set, returns.unwrap_or(""), depth + 1);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.clone());
                    let on = on.as_ref().map_or(parent, Name::as_str);
                    self.selections(&mut fragment.node.selection_set, on, depth + 1);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
        if set.node.items.is_empty() {
            let pos = set.pos;
            let typename = Field {
                alias: None,
                name: Positioned::new(Name::new("__typename"), pos),
                arguments: Vec::new(),
                directives: Vec::new(),
                selection_set: Positioned::new(SelectionSet::default(), pos),
            };
            set.node.items.push(Positioned::new(Selection::Field(Positioned::new(typename, pos)), pos));
        }
    }

    fn may_read(&self, parent: &str, field: &Field) -> bool {
        let Some(rules) = self.rules.field(parent, &field.name.node) else { return true };
        rules.demands.iter().all(|rule| rule.check(self.identity).is_ok())
    }
}

/// The variables and fragments that an operation still uses.
struct Uses<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    names: HashSet<Name>,
    seen: HashSet<Name>,
}

impl<'a> Uses<'a> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for item in &set.items {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => {
                    field.node.arguments.iter().for_each(|(_, value)| self.value(&value.node));
                    self.selections(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if self.seen.insert(name.clone())
                        && let Some(fragment) = self.fragments.get(name)
                    {
                        self.directives(&fragment.node.directives);
                        self.selections(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            directive.node.arguments.iter().for_each(|(_, value)| self.value(&value.node));
        }
    }

    fn value(&mut self, value: &Literal) {
        match value {
            Literal::Variable(name) => {
                self.names.insert(name.clone());
            }
            Literal::List(items) => items.iter().for_each(|item| self.value(item)),
            Literal::Object(fields) => fields.values().for_each(|field| self.value(field)),
            _ => {}
        }
    }
}
