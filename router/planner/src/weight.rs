//! What a plan takes in memory, about.

use crate::plan::{Call, EntityTarget, OutputObject, OutputValue, QueryPlan, Selection, SelectionSet, Shape};

/// A field that is selected or read: its own size and that of its texts, by measure of the dearest
/// operations of `bench-cost`.
const FIELD: usize = 230;
/// A fetch or a call, without its document and selections.
const CALL: usize = 400;

impl QueryPlan {
    /// Bytes of memory, for a cache that is bounded by them: an estimate that is rather too large. Linear in the plan.
    #[must_use]
    pub fn weight(&self) -> usize {
        let fetches: usize = self
            .fetches
            .iter()
            .map(|fetch| {
                let call = match &fetch.call {
                    Call::Root { selection, .. } => selected(selection),
                    Call::Entities { calls } => calls
                        .iter()
                        .map(|call| CALL + selected(&call.selection) + described(&call.targets))
                        .sum(),
                };
                CALL + fetch.document.len() + call
            })
            .sum();
        CALL + fetches + read(&self.output)
    }
}

fn selected(set: &SelectionSet) -> usize {
    let each = |selection: &Selection| match selection {
        Selection::Field(field) => field.arguments.len() + field.selection.as_ref().map_or(0, selected),
        Selection::InlineFragment { selection, .. } => selected(selection),
    };
    set.selections.iter().map(|selection| FIELD + each(selection)).sum()
}

fn described(targets: &[EntityTarget]) -> usize {
    targets.iter().map(|target| FIELD * (1 + target.path.len() + target.representation.fields.len())).sum()
}

fn read(object: &OutputObject) -> usize {
    let each = |value: &OutputValue| match value {
        OutputValue::Field { shape, .. } => shaped(shape),
        OutputValue::Typename | OutputValue::Introspection | OutputValue::Denied { .. } => 0,
    };
    // An alias may be as long as the document.
    object.fields.iter().map(|field| FIELD + field.key.len() + each(&field.value)).sum()
}

fn shaped(shape: &Shape) -> usize {
    match shape {
        Shape::NonNull(inner) | Shape::List(inner) => shaped(inner),
        Shape::Leaf(_) => 0,
        Shape::Object(object) => read(object),
    }
}
