//! Errors of composition: the code by which tools know a mistake, a text for people, and the places
//! in the subgraph documents that it is about.

use std::fmt;

macro_rules! codes {
    ($($variant:ident => $code:literal,)+) => {
        /// The standard codes of Federation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorCode { $($variant,)+ }

        impl ErrorCode {
            /// The code as tools spell it, for example `KEY_INVALID_FIELDS`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

codes! {
    ArgumentDefaultMismatch => "ARGUMENT_DEFAULT_MISMATCH",
    ArgumentTypeMismatch => "ARGUMENT_TYPE_MISMATCH",
    ContextualArgumentNotContextualInAllSubgraphs => "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
    DirectiveCompositionError => "DIRECTIVE_COMPOSITION_ERROR",
    EmptyMergedEnumType => "EMPTY_MERGED_ENUM_TYPE",
    EmptyMergedInputType => "EMPTY_MERGED_INPUT_TYPE",
    EnumValueMismatch => "ENUM_VALUE_MISMATCH",
    ExtensionWithNoBase => "EXTENSION_WITH_NO_BASE",
    ExternalArgumentDefaultMismatch => "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
    ExternalArgumentMissing => "EXTERNAL_ARGUMENT_MISSING",
    ExternalArgumentTypeMismatch => "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
    ExternalMissingOnBase => "EXTERNAL_MISSING_ON_BASE",
    ExternalTypeMismatch => "EXTERNAL_TYPE_MISMATCH",
    FieldTypeMismatch => "FIELD_TYPE_MISMATCH",
    InputFieldDefaultMismatch => "INPUT_FIELD_DEFAULT_MISMATCH",
    InterfaceFieldNoImplem => "INTERFACE_FIELD_NO_IMPLEM",
    InterfaceObjectUsageError => "INTERFACE_OBJECT_USAGE_ERROR",
    InvalidFieldSharing => "INVALID_FIELD_SHARING",
    InvalidGraphql => "INVALID_GRAPHQL",
    InvalidLinkDirectiveUsage => "INVALID_LINK_DIRECTIVE_USAGE",
    InvalidLinkIdentifier => "INVALID_LINK_IDENTIFIER",
    InvalidSubgraphName => "INVALID_SUBGRAPH_NAME",
    KeyInvalidFields => "KEY_INVALID_FIELDS",
    KeyInvalidFieldsType => "KEY_INVALID_FIELDS_TYPE",
    LinkImportNameMismatch => "LINK_IMPORT_NAME_MISMATCH",
    MaxValidationSubgraphPathsExceeded => "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
    NoQueries => "NO_QUERIES",
    OverrideFromSelfError => "OVERRIDE_FROM_SELF_ERROR",
    OverrideSourceHasOverride => "OVERRIDE_SOURCE_HAS_OVERRIDE",
    ProvidesInvalidFields => "PROVIDES_INVALID_FIELDS",
    ProvidesInvalidFieldsType => "PROVIDES_INVALID_FIELDS_TYPE",
    RequiredArgumentMissingInSomeSubgraph => "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
    RequiredInputFieldMissingInSomeSubgraph => "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
    RequiresInvalidFields => "REQUIRES_INVALID_FIELDS",
    RequiresInvalidFieldsType => "REQUIRES_INVALID_FIELDS_TYPE",
    RootMutationUsed => "ROOT_MUTATION_USED",
    RootQueryUsed => "ROOT_QUERY_USED",
    RootSubscriptionUsed => "ROOT_SUBSCRIPTION_USED",
    SatisfiabilityError => "SATISFIABILITY_ERROR",
    TypeKindMismatch => "TYPE_KIND_MISMATCH",
    TypeWithOnlyUnusedExternal => "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
    UnknownFederationLinkVersion => "UNKNOWN_FEDERATION_LINK_VERSION",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in a subgraph's document; line and column count from one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    pub subgraph: String,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.subgraph, self.line, self.column)
    }
}

/// Why the subgraphs do not compose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct CompositionError {
    pub code: ErrorCode,
    pub message: String,
    /// Empty where the error is about no single place.
    pub locations: Vec<Location>,
}

impl CompositionError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), locations: Vec::new() }
    }

    pub(crate) fn at(mut self, locations: impl IntoIterator<Item = Location>) -> Self {
        for location in locations {
            if !self.locations.contains(&location) {
                self.locations.push(location);
            }
        }
        self
    }
}
