//! The settings, and what a document is measured at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a document may ask for, and what its answer may come to. The defaults leave room for what generated clients send and for the introspection
/// query of the usual tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Size of the document's text. Default: 1 MiB.
    #[schemars(range(min = 256, max = 268_435_456))]
    pub max_bytes: usize,
    /// Lexical tokens of the document, commas and comments counted. Default: 15000.
    #[schemars(range(min = 16, max = 10_000_000))]
    pub max_tokens: usize,
    /// Depth of nested brackets of any kind, in selections and in values. Default: 128.
    #[schemars(range(min = 2, max = 1_000))]
    pub max_nesting: usize,
    /// Depth of nested fields, fragments followed. Default: 32.
    #[schemars(range(min = 1, max = 500))]
    pub max_depth: usize,
    /// Aliases written in the document. Default: 200.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_aliases: usize,
    /// Directives written in the document. Default: 500.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_directives: usize,
    /// Root fields of one operation, fragments expanded. Default: 50.
    #[schemars(range(min = 1, max = 100_000))]
    pub max_root_fields: usize,
    /// Selections of all operations together, fragments expanded; likewise of any single fragment. Default: 2000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_expanded_selections: usize,
    /// Lists of introspection nested in one another (`fields`, `inputFields`, `interfaces`, `possibleTypes`): each
    /// level multiplies the answer by the size of the schema. Default: 3.
    #[schemars(range(min = 1, max = 100))]
    pub max_introspection_depth: usize,
    /// Operations in one batch. Default: 10.
    #[schemars(range(min = 1, max = 1_000))]
    pub max_batch: usize,
    /// Values in the variables and extensions of a request, those within one another and of all operations of a batch
    /// counted. Default: 10000.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub max_input_values: usize,
    /// Lists and objects within one another in a variable or extension. More than 120 are never read. Default: 32.
    #[schemars(range(min = 1, max = 120))]
    pub max_input_depth: usize,
    /// Cost of an operation, by `@cost` and `@listSize`: objects, as often as the lists around them are long; of a
    /// batch, the sum. Default: 10000.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub max_cost: u64,
    /// Values of an operation's answer, leaves too, as many as its lists may make of them; of a batch, the sum.
    /// Default: 50000.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub max_nodes: u64,
    /// How long a list is taken to be of which the schema says nothing. Default: 10.
    #[schemars(range(min = 1, max = 100_000))]
    pub default_list_size: u64,
    /// Values of an answer as it is made, which ends there if lists are longer than they are said to be. The answers of
    /// a batch are one. Default: 100000.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub max_response_nodes: usize,
    /// Bytes of an answer as it is made; the answers of a batch are one. What its names and aliases come to by
    /// themselves, as often as lists repeat them, is counted before the operation runs. Default: 4 MiB, for a subgraph
    /// 16 MiB.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub max_response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 20,
            max_tokens: 15_000,
            max_nesting: 128,
            max_depth: 32,
            max_aliases: 200,
            max_directives: 500,
            max_root_fields: 50,
            max_expanded_selections: 2_000,
            max_introspection_depth: 3,
            max_batch: 10,
            max_input_values: 10_000,
            max_input_depth: 32,
            max_cost: 10_000,
            max_nodes: 50_000,
            default_list_size: 10,
            max_response_nodes: 100_000,
            max_response_bytes: 4 << 20,
        }
    }
}

/// What an accepted document was measured at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measured {
    pub bytes: usize,
    /// Commas and comments counted.
    pub tokens: usize,
    pub aliases: usize,
    pub directives: usize,
    pub operations: usize,
    /// The deepest operation's depth; a root field has depth 1.
    pub depth: usize,
    /// Root fields of the operation with the most: what a rate limit may charge a document as.
    pub root_fields: usize,
    pub expanded_selections: usize,
    pub introspection_depth: usize,
}

impl Limits {
    /// For servers that a router calls. A router sends documents with the fragments of its clients expanded, names of
    /// its own for fields that would clash, and keys and requirements added: larger in text and a little deeper than
    /// what it accepted under the default limits, with no more selections than fit into half as many again. It asks for
    /// as many entities as lists really had, which may be some times what they were taken to have, and says of each what
    /// its key needs: values of variables that no client has sent.
    pub fn behind_router() -> Self {
        let accepted = Self::default();
        Self {
            max_bytes: 4 * accepted.max_bytes,
            max_tokens: 4 * accepted.max_tokens,
            max_nesting: 2 * accepted.max_nesting,
            max_depth: accepted.max_depth + 8,
            max_aliases: 3_000,
            max_expanded_selections: 3_000,
            max_input_values: 25 * accepted.max_input_values,
            max_input_depth: 2 * accepted.max_input_depth,
            max_cost: 4 * accepted.max_cost,
            max_nodes: 4 * accepted.max_nodes,
            max_response_bytes: 4 * accepted.max_response_bytes,
            ..accepted
        }
    }
}
