//! Errors of composition: the code by which tools know a mistake, a text for people, and the places
//! in the subgraph documents that it is about.

use std::fmt;

macro_rules! codes {
    ($($variant:ident => $code:literal,)+) => {
        /// The standard codes of Federation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorCode { $($variant,)+ }

        impl ErrorCode {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as tools spell it, for example `KEY_INVALID_FIELDS`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

codes! {
    AuthRequirementsAppliedOnInterface => "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
    ContextInvalidSelection => "CONTEXT_INVALID_SELECTION",
    ContextNameInvalid => "CONTEXT_NAME_INVALID",
    ContextNoResolvableKey => "CONTEXT_NO_RESOLVABLE_KEY",
    ContextNotSet => "CONTEXT_NOT_SET",
    ContextualArgumentNotContextualInAllSubgraphs => "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
    CostAppliedToInterfaceField => "COST_APPLIED_TO_INTERFACE_FIELD",
    DefaultValueUsesInaccessible => "DEFAULT_VALUE_USES_INACCESSIBLE",
    DirectiveCompositionError => "DIRECTIVE_COMPOSITION_ERROR",
    DirectiveDefinitionInvalid => "DIRECTIVE_DEFINITION_INVALID",
    EmptyMergedEnumType => "EMPTY_MERGED_ENUM_TYPE",
    EmptyMergedInputType => "EMPTY_MERGED_INPUT_TYPE",
    EnumValueMismatch => "ENUM_VALUE_MISMATCH",
    ExtensionWithNoBase => "EXTENSION_WITH_NO_BASE",
    ExternalArgumentDefaultMismatch => "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
    ExternalArgumentMissing => "EXTERNAL_ARGUMENT_MISSING",
    ExternalArgumentTypeMismatch => "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
    ExternalCollisionWithAnotherDirective => "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
    ExternalMissingOnBase => "EXTERNAL_MISSING_ON_BASE",
    ExternalOnInterface => "EXTERNAL_ON_INTERFACE",
    ExternalTypeMismatch => "EXTERNAL_TYPE_MISMATCH",
    ExternalUnused => "EXTERNAL_UNUSED",
    FieldArgumentDefaultMismatch => "FIELD_ARGUMENT_DEFAULT_MISMATCH",
    FieldArgumentTypeMismatch => "FIELD_ARGUMENT_TYPE_MISMATCH",
    FieldTypeMismatch => "FIELD_TYPE_MISMATCH",
    ImplementedByInaccessible => "IMPLEMENTED_BY_INACCESSIBLE",
    InputFieldDefaultMismatch => "INPUT_FIELD_DEFAULT_MISMATCH",
    InterfaceFieldNoImplem => "INTERFACE_FIELD_NO_IMPLEM",
    InterfaceKeyMissingImplementationType => "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
    InterfaceKeyNotOnImplementation => "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
    InterfaceObjectUsageError => "INTERFACE_OBJECT_USAGE_ERROR",
    InvalidFieldSharing => "INVALID_FIELD_SHARING",
    InvalidGraphql => "INVALID_GRAPHQL",
    InvalidLinkDirectiveUsage => "INVALID_LINK_DIRECTIVE_USAGE",
    InvalidLinkIdentifier => "INVALID_LINK_IDENTIFIER",
    InvalidShareableUsage => "INVALID_SHAREABLE_USAGE",
    InvalidSubgraphName => "INVALID_SUBGRAPH_NAME",
    KeyDirectiveInFieldsArg => "KEY_DIRECTIVE_IN_FIELDS_ARG",
    KeyFieldsHasArgs => "KEY_FIELDS_HAS_ARGS",
    KeyFieldsSelectInvalidType => "KEY_FIELDS_SELECT_INVALID_TYPE",
    KeyInvalidFields => "KEY_INVALID_FIELDS",
    KeyInvalidFieldsType => "KEY_INVALID_FIELDS_TYPE",
    KeyUnsupportedOnInterface => "KEY_UNSUPPORTED_ON_INTERFACE",
    LinkImportNameMismatch => "LINK_IMPORT_NAME_MISMATCH",
    ListSizeAppliedToNonList => "LIST_SIZE_APPLIED_TO_NON_LIST",
    ListSizeInvalidAssumedSize => "LIST_SIZE_INVALID_ASSUMED_SIZE",
    ListSizeInvalidSizedField => "LIST_SIZE_INVALID_SIZED_FIELD",
    ListSizeInvalidSlicingArgument => "LIST_SIZE_INVALID_SLICING_ARGUMENT",
    MaxValidationSubgraphPathsExceeded => "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
    MergedDirectiveApplicationOnExternal => "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
    MissingTransitiveAuthRequirements => "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
    NoContextInSelection => "NO_CONTEXT_IN_SELECTION",
    NoQueries => "NO_QUERIES",
    OnlyInaccessibleChildren => "ONLY_INACCESSIBLE_CHILDREN",
    OverrideCollisionWithAnotherDirective => "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
    OverrideFromSelfError => "OVERRIDE_FROM_SELF_ERROR",
    OverrideLabelInvalid => "OVERRIDE_LABEL_INVALID",
    OverrideOnInterface => "OVERRIDE_ON_INTERFACE",
    OverrideSourceHasOverride => "OVERRIDE_SOURCE_HAS_OVERRIDE",
    ProvidesDirectiveInFieldsArg => "PROVIDES_DIRECTIVE_IN_FIELDS_ARG",
    ProvidesFieldsHasArgs => "PROVIDES_FIELDS_HAS_ARGS",
    ProvidesFieldsMissingExternal => "PROVIDES_FIELDS_MISSING_EXTERNAL",
    ProvidesInvalidFields => "PROVIDES_INVALID_FIELDS",
    ProvidesInvalidFieldsType => "PROVIDES_INVALID_FIELDS_TYPE",
    ProvidesOnNonObjectField => "PROVIDES_ON_NON_OBJECT_FIELD",
    ProvidesUnsupportedOnInterface => "PROVIDES_UNSUPPORTED_ON_INTERFACE",
    QueryRootTypeInaccessible => "QUERY_ROOT_TYPE_INACCESSIBLE",
    ReferencedInaccessible => "REFERENCED_INACCESSIBLE",
    RequiredArgumentMissingInSomeSubgraph => "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
    RequiredInaccessible => "REQUIRED_INACCESSIBLE",
    RequiredInputFieldMissingInSomeSubgraph => "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
    RequiresDirectiveInFieldsArg => "REQUIRES_DIRECTIVE_IN_FIELDS_ARG",
    RequiresFieldsMissingExternal => "REQUIRES_FIELDS_MISSING_EXTERNAL",
    RequiresInvalidFields => "REQUIRES_INVALID_FIELDS",
    RequiresInvalidFieldsType => "REQUIRES_INVALID_FIELDS_TYPE",
    RequiresUnsupportedOnInterface => "REQUIRES_UNSUPPORTED_ON_INTERFACE",
    RootMutationUsed => "ROOT_MUTATION_USED",
    RootQueryUsed => "ROOT_QUERY_USED",
    RootSubscriptionUsed => "ROOT_SUBSCRIPTION_USED",
    SatisfiabilityError => "SATISFIABILITY_ERROR",
    ShareableHasMismatchedRuntimeTypes => "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
    TypeDefinitionInvalid => "TYPE_DEFINITION_INVALID",
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
