//! Hints: what composes and deserves a look.

use std::fmt;

macro_rules! codes {
    ($($variant:ident => $code:literal,)+) => {
        /// The standard hint codes of Federation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum HintCode { $($variant,)+ }

        impl HintCode {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as tools spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

codes! {
    ContextualArgumentNotContextualInAllSubgraphs => "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
    DirectiveCompositionWarn => "DIRECTIVE_COMPOSITION_WARN",
    FromSubgraphDoesNotExist => "FROM_SUBGRAPH_DOES_NOT_EXIST",
    InconsistentArgumentPresence => "INCONSISTENT_ARGUMENT_PRESENCE",
    InconsistentButCompatibleArgumentType => "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
    InconsistentButCompatibleFieldType => "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
    InconsistentDefaultValuePresence => "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
    InconsistentDescription => "INCONSISTENT_DESCRIPTION",
    InconsistentEntity => "INCONSISTENT_ENTITY",
    InconsistentEnumValueForInputEnum => "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
    InconsistentEnumValueForOutputEnum => "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
    InconsistentExecutableDirectiveLocations => "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
    InconsistentExecutableDirectivePresence => "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
    InconsistentExecutableDirectiveRepeatable => "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
    InconsistentInputObjectField => "INCONSISTENT_INPUT_OBJECT_FIELD",
    InconsistentInterfaceValueTypeField => "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD",
    InconsistentNonRepeatableDirectiveArguments => "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
    InconsistentObjectValueTypeField => "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
    InconsistentRuntimeTypesForShareableReturn => "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
    InconsistentUnionMember => "INCONSISTENT_UNION_MEMBER",
    MergedNonRepeatableDirectiveArguments => "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
    NoExecutableDirectiveIntersection => "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
    OverriddenFieldCanBeRemoved => "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
    OverrideDirectiveCanBeRemoved => "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
    OverrideMigrationInProgress => "OVERRIDE_MIGRATION_IN_PROGRESS",
    UnusedEnumType => "UNUSED_ENUM_TYPE",
}

impl fmt::Display for HintCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that composed, and that its owners may not have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub code: HintCode,
    pub message: String,
}

impl Hint {
    pub(crate) fn new(code: HintCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
