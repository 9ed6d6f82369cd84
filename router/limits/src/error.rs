//! Why a document is refused.

/// Each message is short and repeats nothing of the document, whatever its size, but for the shortened name of a
/// fragment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    #[error("the document is larger than {limit} bytes")]
    Bytes { limit: usize },
    #[error("the document has more than {limit} tokens, commas and comments counted")]
    Tokens { limit: usize },
    #[error("the document nests brackets deeper than {limit} levels")]
    Nesting { limit: usize },
    #[error("the document has more than {limit} aliases")]
    Aliases { limit: usize },
    #[error("the document has more than {limit} directives")]
    Directives { limit: usize },
    #[error("an operation selects more than {limit} root fields")]
    RootFields { limit: usize },
    #[error("an operation nests fields deeper than {limit} levels")]
    Depth { limit: usize },
    #[error("the document selects more than {limit} fields once its fragments are expanded")]
    ExpandedSelections { limit: usize },
    #[error("the introspection query nests lists deeper than {limit} levels")]
    IntrospectionDepth { limit: usize },
    #[error("the fragment `{fragment}` contains itself")]
    FragmentCycle { fragment: String },
    #[error(
        "the operation may cost {cost}, at most {limit} is allowed; ask for shorter lists (`first`), or for fewer within one another"
    )]
    Cost { cost: u64, limit: u64 },
    #[error(
        "the answer may have {nodes} values, at most {limit} are allowed; ask for shorter lists (`first`), or for fewer fields of them"
    )]
    Nodes { nodes: u64, limit: u64 },
    #[error(
        "the names and aliases in the answer may take {bytes} bytes, at most {limit} are allowed (`max_response_bytes`); use shorter aliases, ask for shorter lists (`first`), or for fewer fields of them"
    )]
    KeyBytes { bytes: u64, limit: u64 },
    #[error(
        "the answer has more than {limit} values; ask for shorter lists (`first`), or for fewer fields of them"
    )]
    ResponseNodes { limit: usize },
    #[error(
        "the answer is larger than {limit} bytes (`max_response_bytes`); ask for shorter lists (`first`), or for fewer fields of them"
    )]
    ResponseBytes { limit: usize },
    #[error("`{field}` needs exactly one of the arguments {arguments}")]
    SlicingArguments { field: String, arguments: String },
    #[error(
        "the variables and extensions hold more than {limit} values (`max_input_values`); send fewer at once"
    )]
    InputValues { limit: usize },
    #[error(
        "the variables or extensions nest lists and objects deeper than {limit} levels (`max_input_depth`)"
    )]
    InputDepth { limit: usize },
    #[error("the batch has {size} operations, at most {limit} are allowed")]
    Batch { size: usize, limit: usize },
}

impl LimitError {
    /// What an operation was counted at and what is allowed, where that is why it is refused.
    pub const fn counted(&self) -> Option<(u64, u64)> {
        match self {
            Self::Cost { cost, limit } => Some((*cost, *limit)),
            Self::Nodes { nodes, limit } => Some((*nodes, *limit)),
            Self::KeyBytes { bytes, limit } => Some((*bytes, *limit)),
            _ => None,
        }
    }

    pub(crate) fn slicing(field: &str, paths: &[Vec<Box<str>>]) -> Self {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.join("."))).collect();
        Self::SlicingArguments { field: field.to_owned(), arguments: names.join(", ") }
    }

    /// `extensions.code` of the error that a client sees.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FragmentCycle { .. } | Self::SlicingArguments { .. } => "GRAPHQL_VALIDATION_FAILED",
            Self::Bytes { .. }
            | Self::Tokens { .. }
            | Self::Nesting { .. }
            | Self::Aliases { .. }
            | Self::Directives { .. }
            | Self::RootFields { .. }
            | Self::Depth { .. }
            | Self::ExpandedSelections { .. }
            | Self::IntrospectionDepth { .. }
            | Self::Cost { .. }
            | Self::Nodes { .. }
            | Self::KeyBytes { .. }
            | Self::ResponseNodes { .. }
            | Self::ResponseBytes { .. }
            | Self::InputValues { .. }
            | Self::InputDepth { .. }
            | Self::Batch { .. } => "LIMIT_EXCEEDED",
        }
    }

    /// The setting that was exceeded, as it is spelt in the configuration; `None` where no setting allows it.
    pub const fn setting(&self) -> Option<&'static str> {
        match self {
            Self::Bytes { .. } => Some("max_bytes"),
            Self::Tokens { .. } => Some("max_tokens"),
            Self::Nesting { .. } => Some("max_nesting"),
            Self::Aliases { .. } => Some("max_aliases"),
            Self::Directives { .. } => Some("max_directives"),
            Self::RootFields { .. } => Some("max_root_fields"),
            Self::Depth { .. } => Some("max_depth"),
            Self::ExpandedSelections { .. } => Some("max_expanded_selections"),
            Self::IntrospectionDepth { .. } => Some("max_introspection_depth"),
            Self::Batch { .. } => Some("max_batch"),
            Self::InputValues { .. } => Some("max_input_values"),
            Self::InputDepth { .. } => Some("max_input_depth"),
            Self::Cost { .. } => Some("max_cost"),
            Self::Nodes { .. } => Some("max_nodes"),
            Self::ResponseNodes { .. } => Some("max_response_nodes"),
            Self::KeyBytes { .. } | Self::ResponseBytes { .. } => Some("max_response_bytes"),
            Self::FragmentCycle { .. } | Self::SlicingArguments { .. } => None,
        }
    }
}
