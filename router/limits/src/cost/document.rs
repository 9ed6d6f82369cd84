//! A document, laid out so that fragments are counted in one pass.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, Document, FragmentDefinition, OperationDefinition, Selection};

/// A parsed document with the order in which its fragments are counted.
///
/// Invariant: it has passed [`Limits`](crate::Limits), so its nesting is bounded and no fragment contains itself.
#[derive(Debug)]
pub struct Countable {
    document: Document,
    /// Positions of the fragments, each after those that it spreads.
    fragments: Vec<usize>,
}

impl Countable {
    /// `None` if the text is no document: whoever validates it says why.
    pub fn parse(text: &str) -> Option<Self> {
        let document = Document::parse(text, "operation.graphql").ok()?;
        let fragments = in_order(&document);
        Some(Self { document, fragments })
    }

    /// The fragments, each after those that it spreads.
    pub(super) fn fragments(&self) -> impl Iterator<Item = &FragmentDefinition> {
        self.fragments.iter().filter_map(|position| fragment(&self.document, *position))
    }

    /// The operation of that name, or the only one.
    pub(super) fn operation(&self, name: Option<&str>) -> Option<&OperationDefinition> {
        let mut operations = self.document.definitions.iter().filter_map(|definition| match definition {
            Definition::OperationDefinition(operation) => Some(&**operation),
            _ => None,
        });
        match name {
            Some(name) => operations.find(|operation| operation.name.as_ref().is_some_and(|own| own == name)),
            None => operations.next(),
        }
    }
}

fn fragment(document: &Document, position: usize) -> Option<&FragmentDefinition> {
    match document.definitions.get(position)? {
        Definition::FragmentDefinition(fragment) => Some(fragment),
        _ => None,
    }
}

/// Depth first over a stack of its own: chains of fragments may be as long as the document.
fn in_order(document: &Document) -> Vec<usize> {
    let positions = 0..document.definitions.len();
    let by_name: HashMap<&str, usize> = positions
        .clone()
        .filter_map(|position| Some((fragment(document, position)?.name.as_str(), position)))
        .collect();
    let mut seen = vec![false; document.definitions.len()];
    let mut order = Vec::with_capacity(by_name.len());
    for start in positions {
        let mut open = vec![(start, false)];
        while let Some((position, is_complete)) = open.pop() {
            if is_complete {
                order.push(position);
                continue;
            }
            let Some(fragment) = fragment(document, position) else { continue };
            match seen.get_mut(position) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            open.push((position, true));
            let mut spread = Vec::new();
            spreads(&fragment.selection_set, &mut spread);
            open.extend(spread.into_iter().filter_map(|name| Some((*by_name.get(name)?, false))));
        }
    }
    order
}

fn spreads<'d>(selections: &'d [Selection], names: &mut Vec<&'d str>) {
    for selection in selections {
        match selection {
            Selection::Field(field) => spreads(&field.selection_set, names),
            Selection::InlineFragment(inline) => spreads(&inline.selection_set, names),
            Selection::FragmentSpread(spread) => names.push(&spread.fragment_name),
        }
    }
}
