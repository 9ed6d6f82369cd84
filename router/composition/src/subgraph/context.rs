//! The value of `@fromContext(field:)`: which context, and what to select from it.

/// `$name { selection }`, split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContextValue<'a> {
    pub name: &'a str,
    /// As written, with the space before it.
    pub selection: &'a str,
}

impl<'a> ContextValue<'a> {
    pub fn parse(text: &'a str) -> Option<Self> {
        let rest = text.trim_start().strip_prefix('$')?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, selection) = rest.split_at_checked(end)?;
        (!name.is_empty()).then_some(Self { name, selection })
    }
}
