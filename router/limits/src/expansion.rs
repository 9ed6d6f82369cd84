//! What the fragments of a document expand to, without expanding them.
//!
//! Each fragment is measured once, after those that it spreads (depth-first over an explicit stack), so the work is
//! linear in the number of spreads; the sums saturate.

use crate::document::{Definition, DefinitionId, Document, Extent, Spread};
use crate::error::LimitError;
use crate::limits::Measured;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    /// On the stack: a spread of it from here on is a cycle.
    Open,
    Done,
}

struct Expansion<'d, 'a> {
    document: &'d Document<'a>,
    states: Vec<State>,
    extents: Vec<Extent>,
}

/// Measures every definition. Fails on a fragment that contains itself, used or not.
pub fn measure(document: &Document<'_>) -> Result<Measured, LimitError> {
    let count = document.definitions.len();
    let mut expansion =
        Expansion { document, states: vec![State::Unseen; count], extents: vec![Extent::default(); count] };
    for id in 0..count {
        expansion.resolve(id)?;
    }
    Ok(expansion.summary())
}

impl<'d, 'a> Expansion<'d, 'a> {
    fn resolve(&mut self, root: DefinitionId) -> Result<(), LimitError> {
        // The definition, and how many of its spreads were visited.
        let mut stack: Vec<(DefinitionId, usize)> = Vec::new();
        if self.enter(root)? {
            stack.push((root, 0));
        }
        while let Some((id, visited)) = stack.last_mut() {
            let id = *id;
            match self.spread(id, *visited) {
                Some(spread) => {
                    *visited += 1;
                    if let Some(&target) = self.document.fragments.get(spread.fragment)
                        && self.enter(target)?
                    {
                        stack.push((target, 0));
                    }
                }
                None => {
                    self.complete(id);
                    stack.pop();
                }
            }
        }
        Ok(())
    }

    /// True when the definition has yet to be measured.
    fn enter(&mut self, id: DefinitionId) -> Result<bool, LimitError> {
        let Some(state) = self.states.get_mut(id) else { return Ok(false) };
        match state {
            State::Done => Ok(false),
            State::Open => Err(LimitError::FragmentCycle { fragment: self.name(id) }),
            State::Unseen => {
                *state = State::Open;
                Ok(true)
            }
        }
    }

    fn spread(&self, id: DefinitionId, index: usize) -> Option<Spread<'a>> {
        self.document.definitions.get(id)?.spreads.get(index).copied()
    }

    fn complete(&mut self, id: DefinitionId) {
        let extent = self.document.definitions.get(id).map(|definition| self.extent(definition));
        if let (Some(extent), Some(slot), Some(state)) =
            (extent, self.extents.get_mut(id), self.states.get_mut(id))
        {
            *slot = extent;
            *state = State::Done;
        }
    }

    /// A definition's own extent with those of its spreads; a spread of an unknown fragment adds nothing.
    fn extent(&self, definition: &Definition<'a>) -> Extent {
        let mut total = definition.own;
        for Spread { fragment, position } in &definition.spreads {
            let Some(below) = self.document.fragments.get(fragment).and_then(|&id| self.extents.get(id))
            else {
                continue;
            };
            let lists = position.lists.saturating_add(below.lists);
            total.selections = total.selections.saturating_add(below.selections);
            total.depth = total.depth.max(position.depth.saturating_add(below.depth));
            total.lists = total.lists.max(lists);
            total.introspection_lists = total.introspection_lists.max(below.introspection_lists);
            if position.in_introspection {
                total.introspection_lists = total.introspection_lists.max(lists);
            }
            if position.depth == 0 {
                total.root_fields = total.root_fields.saturating_add(below.root_fields);
            }
        }
        total
    }

    fn summary(&self) -> Measured {
        let mut measured = Measured {
            bytes: self.document.bytes,
            tokens: self.document.tokens,
            aliases: self.document.aliases,
            directives: self.document.directives,
            ..Measured::default()
        };
        let mut operations_selections = 0usize;
        let mut largest_fragment = 0;
        for (definition, extent) in self.document.definitions.iter().zip(&self.extents) {
            if definition.fragment.is_some() {
                largest_fragment = extent.selections.max(largest_fragment);
                continue;
            }
            measured.operations += 1;
            operations_selections = operations_selections.saturating_add(extent.selections);
            measured.depth = measured.depth.max(extent.depth);
            measured.root_fields = measured.root_fields.max(extent.root_fields);
            measured.introspection_depth = measured.introspection_depth.max(extent.introspection_lists);
        }
        // A fragment that nothing uses costs a validator as much as one in use.
        measured.expanded_selections = operations_selections.max(largest_fragment);
        measured
    }

    /// The fragment's name, at most 64 bytes of it: names are ASCII and may be as long as the document.
    fn name(&self, id: DefinitionId) -> String {
        let name =
            self.document.definitions.get(id).and_then(|definition| definition.fragment).unwrap_or_default();
        name.get(..64).unwrap_or(name).to_owned()
    }
}
