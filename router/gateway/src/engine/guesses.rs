//! Root fields whose answer tells whether a guess was right. A document that asks one of them fifty times, under fifty
//! names, is fifty guesses.

use std::collections::HashSet;

use apollo_compiler::executable::Selection;
use router_schema::Operation;

/// How often the operation asks for one of `fields` at its root, through fragments too. What several fragments ask
/// under one name is asked once.
pub fn count(operation: &Operation, fields: &[String]) -> usize {
    if fields.is_empty() {
        return 0;
    }
    let document = operation.document();
    let (mut asked, mut seen) = (HashSet::new(), HashSet::new());
    let mut open = vec![&operation.definition().selection_set];
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    if fields.iter().any(|counted| counted == field.name.as_str()) {
                        asked.insert(field.response_key());
                    }
                }
                Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if seen.insert(&spread.fragment_name)
                        && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    {
                        open.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    asked.len()
}
