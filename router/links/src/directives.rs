//! The directives of Federation: since which version each exists, and how it is defined, so that a
//! schema need not repeat the definitions.

use crate::{FEDERATION_LATEST, Link, Version};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FederationDirective {
    Key,
    Requires,
    Provides,
    External,
    Extends,
    Tag,
    Shareable,
    Inaccessible,
    Override,
    ComposeDirective,
    InterfaceObject,
    Authenticated,
    RequiresScopes,
    Policy,
    Context,
    FromContext,
    Cost,
    ListSize,
    CacheTag,
}

impl FederationDirective {
    pub const ALL: [Self; 19] = [
        Self::Key,
        Self::Requires,
        Self::Provides,
        Self::External,
        Self::Extends,
        Self::Tag,
        Self::Shareable,
        Self::Inaccessible,
        Self::Override,
        Self::ComposeDirective,
        Self::InterfaceObject,
        Self::Authenticated,
        Self::RequiresScopes,
        Self::Policy,
        Self::Context,
        Self::FromContext,
        Self::Cost,
        Self::ListSize,
        Self::CacheTag,
    ];

    /// What a Federation 1 schema may use without saying so.
    pub const FEDERATION_1: [Self; 6] =
        [Self::Key, Self::Requires, Self::Provides, Self::External, Self::Extends, Self::Tag];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Requires => "requires",
            Self::Provides => "provides",
            Self::External => "external",
            Self::Extends => "extends",
            Self::Tag => "tag",
            Self::Shareable => "shareable",
            Self::Inaccessible => "inaccessible",
            Self::Override => "override",
            Self::ComposeDirective => "composeDirective",
            Self::InterfaceObject => "interfaceObject",
            Self::Authenticated => "authenticated",
            Self::RequiresScopes => "requiresScopes",
            Self::Policy => "policy",
            Self::Context => "context",
            Self::FromContext => "fromContext",
            Self::Cost => "cost",
            Self::ListSize => "listSize",
            Self::CacheTag => "cacheTag",
        }
    }

    pub const fn since(self) -> Version {
        let minor = match self {
            Self::Key
            | Self::Requires
            | Self::Provides
            | Self::External
            | Self::Extends
            | Self::Tag
            | Self::Shareable
            | Self::Inaccessible
            | Self::Override => 0,
            Self::ComposeDirective => 1,
            Self::InterfaceObject => 3,
            Self::Authenticated | Self::RequiresScopes => 5,
            Self::Policy => 6,
            Self::Context | Self::FromContext => 8,
            Self::Cost | Self::ListSize => 9,
            Self::CacheTag => 12,
        };
        Version::new(2, minor)
    }

    /// The spec of its own that also defines the directive, and can be linked alone.
    pub const fn own_spec(self) -> Option<&'static str> {
        match self {
            Self::Tag
            | Self::Inaccessible
            | Self::Authenticated
            | Self::RequiresScopes
            | Self::Policy
            | Self::CacheTag => Some(self.name()),
            Self::Context | Self::FromContext => Some("context"),
            Self::Cost | Self::ListSize => Some("cost"),
            _ => None,
        }
    }

    /// The definition with `name` as the directive and `scalar` giving the names of its scalars.
    pub fn definition(self, name: &str, version: Version, scalar: &impl Fn(&str) -> String) -> String {
        let field_set = scalar("FieldSet");
        match self {
            Self::Key => format!(
                "directive @{name}(fields: {field_set}!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE"
            ),
            Self::Requires | Self::Provides => {
                format!("directive @{name}(fields: {field_set}!) on FIELD_DEFINITION")
            }
            Self::External => {
                format!("directive @{name}(reason: String) on OBJECT | FIELD_DEFINITION")
            }
            Self::Extends => format!("directive @{name} on OBJECT | INTERFACE"),
            Self::Tag => format!(
                "directive @{name}(name: String!) repeatable on {}{}",
                EVERY_ELEMENT,
                if version >= Version::new(2, 3) { " | SCHEMA" } else { "" }
            ),
            Self::Shareable => format!(
                "directive @{name} {}on OBJECT | FIELD_DEFINITION",
                if version >= Version::new(2, 2) { "repeatable " } else { "" }
            ),
            Self::Inaccessible => format!("directive @{name} on {EVERY_ELEMENT}"),
            Self::Override if version >= Version::new(2, 7) => {
                format!("directive @{name}(from: String!, label: String) on FIELD_DEFINITION")
            }
            Self::Override => format!("directive @{name}(from: String!) on FIELD_DEFINITION"),
            Self::ComposeDirective => {
                format!("directive @{name}(name: String) repeatable on SCHEMA")
            }
            Self::InterfaceObject => format!("directive @{name} on OBJECT"),
            Self::Authenticated => format!("directive @{name} on {GUARDED}"),
            Self::RequiresScopes => {
                format!("directive @{name}(scopes: [[{}!]!]!) on {GUARDED}", scalar("Scope"))
            }
            Self::Policy => format!("directive @{name}(policies: [[{}!]!]!) on {GUARDED}", scalar("Policy")),
            Self::Context => {
                format!("directive @{name}(name: String!) repeatable on INTERFACE | OBJECT | UNION")
            }
            Self::FromContext => {
                format!("directive @{name}(field: {}) on ARGUMENT_DEFINITION", scalar("ContextFieldValue"))
            }
            Self::Cost => format!(
                "directive @{name}(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"
            ),
            Self::ListSize => format!(
                "directive @{name}(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION"
            ),
            Self::CacheTag => {
                format!("directive @{name}(format: String!) repeatable on OBJECT | FIELD_DEFINITION")
            }
        }
    }
}

const EVERY_ELEMENT: &str = "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION";
const GUARDED: &str = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM";

/// The scalars that the definitions mention, with the version that brought them.
pub const SCALARS: [(&str, Version); 4] = [
    ("FieldSet", Version::new(2, 0)),
    ("Scope", Version::new(2, 5)),
    ("Policy", Version::new(2, 6)),
    ("ContextFieldValue", Version::new(2, 8)),
];

/// Definitions for the elements of Federation that a schema uses: `(name, definition)` of each
/// directive and scalar. `federation` is the link, or none for Federation 1; `named` tells which
/// directives the schema knows and by which name.
pub fn definitions(
    federation: Option<&Link>,
    named: &[(FederationDirective, String)],
) -> Vec<(String, String)> {
    let version = federation.and_then(|link| link.url.version);
    let version = match federation {
        Some(_) => version.unwrap_or(FEDERATION_LATEST),
        None => Version::new(1, 0),
    };
    let scalar = |name: &str| match federation {
        Some(link) => link.type_name(name),
        None if name == "FieldSet" => "_FieldSet".to_owned(),
        None => format!("federation__{name}"),
    };
    let mut out = Vec::new();
    for (directive, name) in named {
        let text = directive.definition(name, version, &scalar);
        out.push((format!("@{name}"), text));
    }
    for (name, since) in SCALARS {
        let used = version >= since || named.iter().any(|(d, _)| d.since() >= since);
        if used || name == "FieldSet" {
            let name = scalar(name);
            out.push((name.clone(), format!("scalar {name}")));
        }
    }
    out
}
