//! An operation as it is sent: what is selected alike in several places is one fragment, so that ten kilobytes hold as
//! much as they can, and long lists are variables.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::tree::Tree;
use crate::values::Literal;

/// What is shorter gains nothing as a fragment.
const WORTH_A_FRAGMENT: usize = 40;
/// Lists of more items are variables.
const WRITTEN_ITEMS: usize = 20;

/// The text and the variables of an operation.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub text: String,
    pub variables: Map<String, Value>,
}

impl Sent {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut writer = Writer::default();
        writer.count(tree);
        writer.seen.retain(|text, (times, _)| *times > 1 && text.len() >= WORTH_A_FRAGMENT);
        let selections = writer.set(tree, true);
        let mut text = String::new();
        if !writer.declared.is_empty() {
            let declared: Vec<String> =
                writer.declared.iter().map(|(name, ty)| format!("${name}:{ty}")).collect();
            text = format!("query({})", declared.join(" "));
        }
        text.push_str(&selections);
        for (name, on, body) in &writer.fragments {
            text.push_str(&format!("fragment {name} on {on}{body}"));
        }
        Self { text, variables: writer.variables }
    }

    /// The body of a request.
    pub fn body(&self) -> Value {
        match self.variables.is_empty() {
            true => json!({ "query": self.text }),
            false => json!({ "query": self.text, "variables": self.variables }),
        }
    }
}

#[derive(Default)]
struct Writer {
    /// By the text of a selection set without fragments: how often it occurs, and the fragment that stands for it.
    seen: BTreeMap<String, (usize, Option<String>)>,
    fragments: Vec<(String, String, String)>,
    declared: Vec<(String, String)>,
    variables: Map<String, Value>,
    /// By the text of a list: its variable.
    lists: BTreeMap<String, String>,
}

impl Writer {
    /// Counts how often each selection set occurs; returns its text.
    fn count(&mut self, tree: &Tree) -> String {
        let below: Vec<String> = tree.below.iter().map(|field| self.count(field)).collect();
        let text = written(tree, &below, &mut |value, text, _| value.write(text));
        if tree.on.is_some() && !tree.is_fragment {
            self.seen.entry(text.clone()).or_default().0 += 1;
        }
        text
    }

    /// The selection set as it is sent.
    fn set(&mut self, tree: &Tree, is_root: bool) -> String {
        let plain = plain(tree);
        if let Some((_, Some(name))) = self.seen.get(&plain) {
            return format!("{{...{name}}}");
        }
        let below: Vec<String> = tree.below.iter().map(|field| self.set(field, false)).collect();
        let body = written(tree, &below, &mut |value, text, ty| self.value(value, ty, text));
        let on = tree.on.clone().filter(|_| !is_root && !tree.is_fragment);
        match (self.seen.get_mut(&plain), on) {
            (Some((_, named)), Some(on)) => {
                let name = format!("F{}", self.fragments.len());
                *named = Some(name.clone());
                self.fragments.push((name.clone(), on, body));
                format!("{{...{name}}}")
            }
            _ => body,
        }
    }

    fn value(&mut self, value: &Literal, ty: &str, text: &mut String) {
        let Literal::List(items) = value else { return value.write(text) };
        if items.len() <= WRITTEN_ITEMS {
            return value.write(text);
        }
        let mut written = String::new();
        value.write(&mut written);
        let next = format!("v{}", self.declared.len());
        let name = self.lists.entry(written).or_insert_with(|| {
            self.declared.push((next.clone(), ty.to_owned()));
            self.variables.insert(next.clone(), value.to_json());
            next
        });
        text.push('$');
        text.push_str(name);
    }
}

fn plain(tree: &Tree) -> String {
    let below: Vec<String> = tree.below.iter().map(plain).collect();
    written(tree, &below, &mut |value, text, _| value.write(text))
}

/// The fields of a tree that are written, by the names under which they are answered: one beside another of its name gets
/// an alias.
pub(crate) fn response_keys(tree: &Tree) -> Vec<(String, &Tree)> {
    let mut aliases = 0;
    let mut names: Vec<&str> = Vec::new();
    let mut keys = Vec::new();
    for field in tree.below.iter().filter(|field| field.is_written()) {
        let is_known = names.contains(&field.name.as_str()) && !field.is_fragment;
        aliases += usize::from(is_known);
        names.push(&field.name);
        keys.push((if is_known { format!("a{aliases}") } else { field.name.clone() }, field));
    }
    keys
}

/// The selection set of a tree; `below` are those of its fields. Empty for a leaf.
fn written(tree: &Tree, below: &[String], write: &mut dyn FnMut(&Literal, &mut String, &str)) -> String {
    if tree.on.is_none() {
        return String::new();
    }
    let mut text = String::from("{");
    let keys = response_keys(tree);
    let written = tree.below.iter().zip(below).filter(|(field, _)| field.is_written());
    for ((key, field), (_, selections)) in keys.iter().zip(written) {
        if *key != field.name {
            text.push_str(key);
            text.push(':');
        }
        text.push_str(&field.name);
        if !field.arguments.is_empty() {
            text.push('(');
            for given in &field.arguments {
                text.push_str(&given.name);
                text.push(':');
                write(&given.value, &mut text, &given.ty);
                text.push(' ');
            }
            text.push(')');
        }
        text.push_str(selections);
        text.push(' ');
    }
    if keys.is_empty() {
        text.push_str("__typename");
    }
    text.push('}');
    text
}
