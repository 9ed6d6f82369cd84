//! The reference page of a configuration document, written from its JSON Schema: a table for each section.
//!
//! Invariant: a setting without a description is an error, so the page cannot leave one out; so is a number without a
//! range, so that none can be set to what nothing works with.

use serde_json::{Map, Value};

use crate::schema::{MOST_DEPTH, range, resolve, type_name};

#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    #[error("these settings have no doc comment: {}", .0.join(", "))]
    Undescribed(Vec<String>),
    #[error("these numbers have no range; give each `#[schemars(range(min = …, max = …))]`: {}", .0.join(", "))]
    Unbounded(Vec<String>),
    #[error("the schema is nested deeper than a configuration can be; does a section contain itself?")]
    TooDeep,
}

/// Describes every setting of the document that `schema` (a JSON Schema as `schemars` makes it) allows, as Markdown
/// below a heading of the caller's. Environment variables begin with `prefix`.
pub fn reference(schema: &Value, prefix: &str) -> Result<String, ReferenceError> {
    let mut page =
        Page { root: schema, prefix, text: String::new(), undescribed: Vec::new(), unbounded: Vec::new() };
    page.section(schema, &[], false, None)?;
    match (page.undescribed.as_slice(), page.unbounded.as_slice()) {
        ([], []) => Ok(page.text),
        ([], _) => Err(ReferenceError::Unbounded(page.unbounded)),
        _ => Err(ReferenceError::Undescribed(page.undescribed)),
    }
}

struct Page<'s> {
    root: &'s Value,
    prefix: &'s str,
    text: String,
    undescribed: Vec<String>,
    unbounded: Vec<String>,
}

/// What a setting turned out to be.
enum Kind<'s> {
    /// A section of settings; `true`: a list of them.
    Section(&'s Value, bool),
    Value(String),
}

impl<'s> Page<'s> {
    /// Writes the settings of one section, then the sections within it. `defaults` are those that the section has in
    /// this place.
    fn section(
        &mut self,
        schema: &'s Value,
        path: &[&'s str],
        is_list: bool,
        defaults: Option<&'s Value>,
    ) -> Result<(), ReferenceError> {
        if path.len() > MOST_DEPTH {
            return Err(ReferenceError::TooDeep);
        }
        let (mut rows, mut inner) = (String::new(), Vec::new());
        for (name, setting) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            let default = defaults.and_then(|own| own.get(name)).or(setting.get("default"));
            match self.kind(setting) {
                Kind::Section(section, is_list) => inner.push((section, setting, path, is_list, default)),
                Kind::Value(kind) => {
                    let schema = resolve(self.root, setting);
                    if matches!(type_name(schema), "integer" | "number") && range(schema).is_none() {
                        self.unbounded.push(path.join("."));
                    }
                    let default = default.unwrap_or(&Value::Null);
                    let meaning = self.meaning(setting, default, &path);
                    line(&mut rows, format_args!("| `{name}` | {kind} | {} | {meaning} |", toml(default)));
                }
            }
        }
        if !rows.is_empty() {
            self.text.push_str("\n| setting | type | default | meaning |\n|---|---|---|---|\n");
            self.text.push_str(&rows);
        }
        if is_list {
            self.text.push_str("\nIt is a list: each entry begins with this heading in double brackets.\n");
        }
        for (section, setting, path, is_list, defaults) in inner {
            let name = path.join(".");
            let (open, close) = if is_list { ("[[", "]]") } else { ("[", "]") };
            line(&mut self.text, format_args!("\n## `{open}{name}{close}`\n"));
            let described = description(setting).or_else(|| description(section));
            match described {
                Some(text) => line(&mut self.text, format_args!("{}", without_default(&one_line(text)))),
                None => self.undescribed.push(name.clone()),
            }
            if !is_list {
                let variable = path.join("__").to_uppercase();
                line(&mut self.text, format_args!("In the environment: `{}{variable}__…`.", self.prefix));
            }
            self.section(section, &path, is_list, defaults)?;
        }
        Ok(())
    }

    fn kind(&self, setting: &'s Value) -> Kind<'s> {
        let schema = resolve(self.root, setting);
        if schema.get("properties").is_some() {
            return Kind::Section(schema, false);
        }
        if let Some(items) = schema.get("items").map(|items| resolve(self.root, items)) {
            if items.get("properties").is_some() {
                return Kind::Section(items, true);
            }
            return Kind::Value(format!("list of {}", self.type_of(items)));
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            return Kind::Value(format!("table of {}", self.type_of(resolve(self.root, values))));
        }
        Kind::Value(self.type_of(schema))
    }

    fn type_of(&self, schema: &Value) -> String {
        let choices = choices(schema);
        if !choices.is_empty() {
            return choices.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        }
        let name = type_name(schema);
        if let Some((least, most)) = range(schema) {
            return format!("{name}, {least} to {most}");
        }
        match (name, schema.get("pattern").and_then(Value::as_str)) {
            (name, Some(pattern)) => format!("{name} like `{}`", pattern.replace('|', "\\|")),
            (name, None) => name.to_owned(),
        }
    }

    /// The doc comment, and those of the values where they are a few with names.
    fn meaning(&mut self, setting: &'s Value, default: &Value, path: &[&str]) -> String {
        let schema = resolve(self.root, setting);
        let Some(text) = description(setting).or_else(|| description(schema)) else {
            self.undescribed.push(path.join("."));
            return String::new();
        };
        let mut text = one_line(text);
        if !is_empty(default) {
            text.truncate(without_default(&text).len());
        }
        for (name, meaning) in choices(schema) {
            if let Some(meaning) = meaning {
                let meaning = one_line(meaning);
                text.push_str(&format!(" `{name}`: {}.", meaning.trim_end_matches('.')));
            }
        }
        text.replace('|', "\\|")
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    text.push_str(&content.to_string());
    text.push('\n');
}

fn description(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A description without the default at its end, which the table shows.
fn without_default(text: &str) -> &str {
    text.rfind(" Default: ").and_then(|at| text.get(..at)).unwrap_or(text)
}

/// The values that an enumeration allows, with what is said of each.
fn choices(schema: &Value) -> Vec<(&str, Option<&str>)> {
    let alternatives = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let named = alternatives.filter_map(|choice| Some((choice.get("const")?.as_str()?, description(choice))));
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    named.chain(listed.filter_map(|choice| Some((choice.as_str()?, None)))).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A default as it would stand in the file; nothing for none.
fn toml(value: &Value) -> String {
    fn inline(value: &Value) -> String {
        match value {
            Value::Array(items) => {
                format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
            }
            Value::Object(fields) => inline_table(fields),
            other => other.to_string(),
        }
    }
    fn inline_table(fields: &Map<String, Value>) -> String {
        let pair = |(name, value): (&String, &Value)| format!("{name} = {}", inline(value));
        format!("{{ {} }}", fields.iter().map(pair).collect::<Vec<_>>().join(", "))
    }
    match value {
        Value::Null => String::new(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        value => format!("`{}`", inline(value)),
    }
}
