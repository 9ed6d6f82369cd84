//! The sums of one operation.

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, Field, OperationType, Selection};

use super::input::{Given, Scope, Variables, argument};
use super::model::{FieldCost, INTROSPECTION, Kind, ListSize, MUTATION, OBJECT, TypeCost};
use super::total::Total;
use super::{Cost, CostModel, Countable};
use crate::error::LimitError;

/// Two quotes, a colon, a comma.
const PUNCTUATION: u64 = 4;

impl CostModel {
    /// What an operation may come to with these variables. `default_size` is that of lists of which nothing is said.
    /// An operation that is not there comes to nothing.
    pub fn count<'a, V: Variables>(
        &'a self,
        document: &'a Countable,
        operation: Option<&str>,
        variables: &'a V,
        default_size: u64,
    ) -> Result<Cost, LimitError> {
        let Some(operation) = document.operation(operation) else { return Ok(Cost::default()) };
        let defaults = operation
            .variables
            .iter()
            .filter_map(|variable| Some((variable.name.as_str(), &**variable.default_value.as_ref()?)))
            .collect();
        let scope = Scope { variables, defaults };
        let mut counter = Counter { model: self, scope, default_size, fragments: HashMap::new() };
        for fragment in document.fragments() {
            let on = self.types.get(fragment.type_condition.as_str());
            let total = counter.set(on, &fragment.selection_set)?;
            counter.fragments.insert(&fragment.name, total);
        }
        let root = self.roots.get(&operation.operation_type).and_then(|name| self.types.get(name));
        let total = counter.set(root, &operation.selection_set)?;
        Ok(total.below(&[], 0))
    }
}

struct Counter<'a, V> {
    model: &'a CostModel,
    scope: Scope<'a, V>,
    default_size: u64,
    fragments: HashMap<&'a str, Total<'a>>,
}

impl<'a, V: Variables> Counter<'a, V> {
    /// Recursion is bounded by the nesting of one definition: fragments are known by now.
    fn set(
        &self,
        parent: Option<&'a TypeCost>,
        selections: &'a [Selection],
    ) -> Result<Total<'a>, LimitError> {
        let mut total = Total::default();
        for selection in selections {
            match selection {
                Selection::Field(field) if self.is_wanted(&field.directives) => {
                    self.field(parent, field, &mut total)?;
                }
                Selection::InlineFragment(inline) if self.is_wanted(&inline.directives) => {
                    let condition = inline.type_condition.as_ref();
                    let on = condition.map_or(parent, |name| self.model.types.get(name.as_str()));
                    total.add_all(&self.set(on, &inline.selection_set)?);
                }
                Selection::FragmentSpread(spread) if self.is_wanted(&spread.directives) => {
                    if let Some(known) = self.fragments.get(spread.fragment_name.as_str()) {
                        total.add_all(known);
                    }
                }
                _ => {}
            }
        }
        Ok(total)
    }

    /// Whether `@skip` and `@include` leave a selection in.
    fn is_wanted(&self, directives: &[Node<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = argument(&directive.arguments, "if")
                .and_then(|value| self.scope.resolve(value))
                .and_then(Given::boolean);
            match (directive.name.as_str(), condition) {
                ("skip", Some(condition)) => !condition,
                ("include", Some(condition)) => condition,
                _ => true,
            }
        })
    }

    fn field(
        &self,
        parent: Option<&'a TypeCost>,
        field: &'a Field,
        total: &mut Total<'a>,
    ) -> Result<(), LimitError> {
        total.add(Cost { key_bytes: key_bytes(field), ..Cost::default() });
        if matches!(field.name.as_str(), "__schema" | "__type") {
            total.add(Cost { cost: INTROSPECTION, nodes: INTROSPECTION, ..Cost::default() });
            return Ok(());
        }
        let definition = parent.and_then(|parent| parent.fields.get(field.name.as_str()));
        // `__typename`, or a field that validation refuses.
        let Some(definition) = definition else {
            let below = self.set(None, &field.selection_set)?.below(&[], 0);
            total.add(Cost { nodes: below.nodes.saturating_add(1), ..below });
            return Ok(());
        };
        let returns = self.model.types.get(&definition.of);
        let below = self.set(returns, &field.selection_set)?;
        let (size, sized_fields) = match &definition.size {
            Some(list) => (self.size(list, definition, field)?, &*list.sized_fields),
            None => (self.default_size, &[][..]),
        };
        let below = below.below(sized_fields, size);
        let own = definition.weight.unwrap_or_else(|| self.weight_of(parent, returns));
        let each =
            Cost { cost: own.saturating_add(below.cost), nodes: below.nodes.saturating_add(1), ..below };
        let arguments = self.arguments(definition, field);
        if definition.lists == 0 {
            total.add(Cost { cost: each.cost.saturating_add(arguments), ..each });
            return Ok(());
        }
        total.add(Cost { cost: arguments, nodes: 1, ..Cost::default() });
        // A list that its parent sizes gives its own size only where it has no parent that does.
        let inner = self.default_size.saturating_pow(u32::try_from(definition.lists - 1).unwrap_or(u32::MAX));
        let each = each.times(inner);
        let is_own = definition.size.is_some() && sized_fields.is_empty();
        let all = each.times(if is_own { size } else { self.default_size });
        match self.model.sizable.get(field.name.as_str()) {
            Some(name) => total.add_sized(name, each, all),
            None => total.add(all),
        }
        Ok(())
    }

    fn weight_of(&self, parent: Option<&TypeCost>, returns: Option<&TypeCost>) -> u64 {
        let mutation =
            self.model.roots.get(&OperationType::Mutation).and_then(|name| self.model.types.get(name));
        let is_root =
            matches!((parent, mutation), (Some(parent), Some(mutation)) if std::ptr::eq(parent, mutation));
        returns.map_or(0, TypeCost::weight).saturating_add(if is_root { MUTATION } else { 0 })
    }

    /// How long the list may be. Of several slicing arguments the largest counts.
    fn size(&self, list: &ListSize, definition: &'a FieldCost, field: &'a Field) -> Result<u64, LimitError> {
        let mut given = Vec::new();
        let mut defaults = Vec::new();
        for path in &list.slicing {
            let Some((name, inner)) = path.split_first() else { continue };
            match argument(&field.arguments, name) {
                Some(written) => {
                    let value = self.scope.resolve(written);
                    let value = value.and_then(|value| {
                        inner.iter().try_fold(value, |value, step| self.scope.field(value, step))
                    });
                    given.extend(value.map(|value| value.size().unwrap_or(self.default_size)));
                }
                None => {
                    let default =
                        definition.arguments.get(name).and_then(|argument| argument.default.as_ref());
                    let value = default.and_then(|value| self.scope.resolve(value));
                    defaults.extend(value.and_then(Given::size));
                }
            }
        }
        if list.requires_one && !list.slicing.is_empty() && given.len() != 1 {
            return Err(LimitError::slicing(&field.name, &list.slicing));
        }
        let size = given.into_iter().max().or_else(|| defaults.into_iter().max());
        Ok(size.or(list.assumed).unwrap_or(self.default_size))
    }

    fn arguments(&self, definition: &FieldCost, field: &'a Field) -> u64 {
        field.arguments.iter().fold(0, |sum: u64, argument| {
            let Some(declared) = definition.arguments.get(argument.name.as_str()) else { return sum };
            let value = self.scope.resolve(&argument.value);
            sum.saturating_add(value.map_or(0, |value| self.input(declared, value)))
        })
    }

    /// What a value given for an argument or input field counts.
    fn input(&self, declared: &FieldCost, value: Given<'a, V::Value<'a>>) -> u64 {
        let ty = self.model.types.get(&declared.of);
        let default = match ty.map(|ty| (ty.kind, ty.weight())) {
            Some((Kind::Input, _)) => OBJECT,
            Some((_, weight)) => weight,
            None => 0,
        };
        let own = declared.weight.unwrap_or(default);
        let fields = ty.filter(|ty| ty.kind == Kind::Input).map(|ty| &ty.fields);
        if own == 0 && fields.is_none() {
            return 0;
        }
        self.scope.items(value).into_iter().fold(0, |sum: u64, item| {
            let inner = fields.into_iter().flatten().fold(0, |sum: u64, (name, field)| {
                let given = self.scope.field(item, name);
                sum.saturating_add(given.map_or(0, |given| self.input(field, given)))
            });
            sum.saturating_add(own).saturating_add(inner)
        })
    }
}

/// A response key as it stands in the answer, with what JSON puts around it.
fn key_bytes(field: &Field) -> u64 {
    let key = field.alias.as_ref().unwrap_or(&field.name);
    u64::try_from(key.len()).unwrap_or(u64::MAX).saturating_add(PUNCTUATION)
}
