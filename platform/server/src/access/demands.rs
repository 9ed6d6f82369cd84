//! What an operation's selections demand of their caller, found in one walk and kept with the parsed document.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::{
    Directive, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, PathSegment, Pos, Positioned, ServerError, Value, Variables};
use async_graphql_value::Value as Literal;
use platform_core::ErrorCode;
use platform_identity::{AccessRule, Identity, Refusal};

use super::rules::Rules;

/// Deeper selections are refused by the schema itself, so nothing below is ever read.
pub(super) const MAX_DEPTH: usize = 64;

/// A field that not everybody may read, at one place of the operation.
#[derive(Debug)]
pub(crate) struct Demand {
    rules: Arc<[AccessRule]>,
    path: Vec<Name>,
    pos: Pos,
    conditions: Vec<Condition>,
}

/// An `@include` or `@skip` on the way to a field.
#[derive(Debug, Clone)]
struct Condition {
    variable: Name,
    include: bool,
}

/// A demand that a caller does not satisfy.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) is_root: bool,
    pub(crate) error: ServerError,
}

impl Demand {
    /// `None` where the caller satisfies the demand, or the variables leave the field out.
    pub(crate) fn check(&self, identity: &Identity, variables: &Variables) -> Option<Refused> {
        let (refusal, rule) = self.rules.iter().find_map(|rule| Some((rule.check(identity).err()?, rule)))?;
        if !self.conditions.iter().all(|condition| condition.may_select(variables)) {
            return None;
        }
        let field = self.path.iter().map(Name::as_str).collect::<Vec<_>>().join(".");
        let (code, message) = match refusal {
            Refusal::Unauthenticated => (ErrorCode::Unauthenticated, format!("log in to use `{field}`")),
            Refusal::Forbidden => {
                let lacking = rule.lacks(identity).unwrap_or_default();
                (ErrorCode::Forbidden, format!("you may not use `{field}`: it needs {lacking}"))
            }
        };
        let path = self.path.iter().map(|key| PathSegment::Field(key.to_string())).collect();
        let mut error = ServerError::new(message, Some(self.pos)).with_path(path);
        error.extensions.get_or_insert_default().set("code", code.as_str());
        Some(Refused { is_root: self.path.len() == 1, error })
    }
}

impl Condition {
    fn of(directive: &Directive) -> Option<Self> {
        let include = match directive.name.node.as_str() {
            "include" => true,
            "skip" => false,
            _ => return None,
        };
        match &directive.get_argument("if")?.node {
            Literal::Variable(variable) => Some(Self { variable: variable.clone(), include }),
            _ => None,
        }
    }

    /// False only when the variables certainly leave the field out.
    fn may_select(&self, variables: &Variables) -> bool {
        match variables.get(&self.variable) {
            Some(Value::Boolean(value)) => *value == self.include,
            _ => true,
        }
    }
}

/// Whether a constant `@skip` or `@include` leaves the selection out whatever the variables are.
fn is_left_out(directives: &[Positioned<Directive>]) -> bool {
    directives.iter().any(|directive| {
        let condition = directive.node.get_argument("if").map(|value| &value.node);
        match (directive.node.name.node.as_str(), condition) {
            ("skip", Some(Literal::Boolean(skip))) => *skip,
            ("include", Some(Literal::Boolean(include))) => !include,
            _ => false,
        }
    })
}

/// All demands of one operation. Linear in its expanded selections, which the limits bound.
pub(crate) fn collect(
    operation: &OperationDefinition,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    rules: &Rules,
) -> Vec<Demand> {
    let mut walk = Walk { rules, fragments, found: Vec::new(), path: Vec::new(), conditions: Vec::new() };
    walk.selections(&operation.selection_set.node, rules.root(operation.ty), 0);
    walk.found
}

struct Walk<'a> {
    rules: &'a Rules,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    found: Vec<Demand>,
    path: Vec<Name>,
    conditions: Vec<Condition>,
}

impl Walk<'_> {
    fn selections(&mut self, set: &SelectionSet, parent: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for item in set.items.iter().filter(|item| !is_left_out(item.node.directives())) {
            let outer = self.conditions.len();
            let directives = item.node.directives().iter();
            self.conditions.extend(directives.filter_map(|directive| Condition::of(&directive.node)));
            match &item.node {
                Selection::Field(field) => {
                    self.path.push(field.node.response_key().node.clone());
                    if let Some(rules) = self.rules.field(parent, &field.node.name.node) {
                        if !rules.demands.is_empty() {
                            self.found.push(Demand {
                                rules: rules.demands.clone(),
                                path: self.path.clone(),
                                pos: field.pos,
                                conditions: self.conditions.clone(),
                            });
                        }
                        self.selections(&field.node.selection_set.node, &rules.returns, depth + 1);
                    } else {
                        // `_entities` and what does not exist: only typed fragments lead on from there.
                        self.selections(&field.node.selection_set.node, "", depth + 1);
                    }
                    self.path.pop();
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.selections(&fragment.node.selection_set.node, on, depth + 1);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|condition| &condition.node.on.node);
                    let on = on.map_or(parent, Name::as_str);
                    self.selections(&fragment.node.selection_set.node, on, depth + 1);
                }
            }
            self.conditions.truncate(outer);
        }
    }
}
