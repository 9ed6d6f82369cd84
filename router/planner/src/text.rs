//! Plans as text for people: `souk plan`, snapshots, logs.

use std::fmt::{Display, Formatter, Result, Write};

use crate::plan::{
    Call, ContextVariable, EntityTarget, Fetch, QueryPlan, Representation, RepresentationField,
    RepresentationType, Selection, SelectionSet, Step, TypeSet,
};

impl Display for QueryPlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.fetches.is_empty() {
            return f.write_str("nothing to fetch\n");
        }
        for fetch in &self.fetches {
            write_fetch(fetch, f)?;
        }
        Ok(())
    }
}

fn write_fetch(fetch: &Fetch, f: &mut Formatter<'_>) -> Result {
    write!(f, "{}: {} {}", fetch.id.0, fetch.operation, fetch.subgraph_name)?;
    if !fetch.after.is_empty() {
        f.write_str(" after ")?;
        write_list(fetch.after.iter().map(|id| id.0.to_string()), ", ", f)?;
    }
    f.write_char('\n')?;
    match &fetch.call {
        Call::Root { at, selection } => {
            if !at.is_empty() {
                f.write_str("  at ")?;
                write_path(at, f)?;
                f.write_char('\n')?;
            }
            write_set(selection, 1, f)
        }
        Call::Entities { calls } => {
            for call in calls {
                for target in &call.targets {
                    write_target(target, f)?;
                    for variable in &call.context {
                        write_context(variable, target, f)?;
                    }
                }
                write_set(&call.selection, 1, f)?;
            }
            Ok(())
        }
    }
}

fn write_target(target: &EntityTarget, f: &mut Formatter<'_>) -> Result {
    f.write_str("  ")?;
    write_path(&target.path, f)?;
    f.write_str(" => ")?;
    let Representation { typename, fields } = &target.representation;
    match typename {
        RepresentationType::Fixed(name) => f.write_str(name)?,
        RepresentationType::OfObject => f.write_str("__typename")?,
    }
    write_inputs(fields, f)?;
    f.write_char('\n')
}

/// The variable, and the places that its value may come from, the nearest first.
fn write_context(variable: &ContextVariable, target: &EntityTarget, f: &mut Formatter<'_>) -> Result {
    write!(f, "  ${}: {} =", variable.variable, variable.type_name)?;
    for source in &variable.sources {
        f.write_str(" /")?;
        let above: Vec<Step> = target.path.iter().take(source.steps).cloned().collect();
        write_path(&above, f)?;
        if let Some(on) = &source.on {
            f.write_char('[')?;
            write_types(on, f)?;
            f.write_char(']')?;
        }
        for way in &source.paths {
            f.write_str(" { ")?;
            write_path(way, f)?;
            f.write_str(" }")?;
        }
    }
    f.write_char('\n')
}

fn write_inputs(fields: &[RepresentationField], f: &mut Formatter<'_>) -> Result {
    f.write_str(" {")?;
    for field in fields {
        f.write_char(' ')?;
        if let Some(on) = &field.on {
            write_types(on, f)?;
            f.write_char('.')?;
        }
        f.write_str(&field.name)?;
        if field.source != field.name {
            write!(f, ": {}", field.source)?;
        }
        if !field.fields.is_empty() {
            write_inputs(&field.fields, f)?;
        }
    }
    f.write_str(" }")
}

fn write_path(path: &[Step], f: &mut Formatter<'_>) -> Result {
    for (position, step) in path.iter().enumerate() {
        match step {
            Step::Field(name) => {
                if position > 0 {
                    f.write_char('.')?;
                }
                f.write_str(name)?;
            }
            Step::On(types) => {
                f.write_char('[')?;
                write_types(types, f)?;
                f.write_char(']')?;
            }
        }
    }
    Ok(())
}

fn write_types(types: &TypeSet, f: &mut Formatter<'_>) -> Result {
    write_list(types.iter().map(ToString::to_string), "|", f)
}

fn write_list(items: impl Iterator<Item = String>, separator: &str, f: &mut Formatter<'_>) -> Result {
    for (position, item) in items.enumerate() {
        if position > 0 {
            f.write_str(separator)?;
        }
        f.write_str(&item)?;
    }
    Ok(())
}

fn write_set(set: &SelectionSet, depth: usize, f: &mut Formatter<'_>) -> Result {
    let indent = "  ".repeat(depth);
    writeln!(f, "{indent}{{")?;
    write_selections(set, depth + 1, f)?;
    writeln!(f, "{indent}}}")
}

fn write_selections(set: &SelectionSet, depth: usize, f: &mut Formatter<'_>) -> Result {
    let indent = "  ".repeat(depth);
    for selection in &set.selections {
        let below = match selection {
            Selection::Field(field) => {
                f.write_str(&indent)?;
                if field.internal != field.name {
                    write!(f, "{}: ", field.internal)?;
                }
                write!(f, "{}{}", field.name, field.arguments)?;
                field.selection.as_ref()
            }
            Selection::InlineFragment { on, selection } => {
                write!(f, "{indent}... on {on}")?;
                Some(selection)
            }
        };
        match below {
            None => f.write_char('\n')?,
            Some(below) => {
                f.write_str(" {\n")?;
                write_selections(below, depth + 1, f)?;
                writeln!(f, "{indent}}}")?;
            }
        }
    }
    Ok(())
}
