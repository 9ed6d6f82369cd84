//! The link specification: which features a schema uses, in which version, under which names.
//!
//! Names in a schema are free (`import: [{name: "@key", as: "@pk"}]`, `as: "fed"`), so everything
//! behind this module asks for a feature's element and never for a spelled name.

mod directives;
mod read;

pub(crate) use directives::{FederationDirective, SCALARS, definitions};
pub(crate) use read::read;

use std::fmt;

use apollo_compiler::parser::SourceSpan;

/// Two numbers, ordered: `v2.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version {
    pub major: u32,
    pub minor: u32,
}

impl Version {
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        Some(Self::new(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.major, self.minor)
    }
}

/// The identity of the specs that belong to Federation is under this prefix.
pub(crate) const APOLLO_SPECS: &str = "https://specs.apollo.dev/";
pub(crate) const FEDERATION_LATEST: Version = Version::new(2, 14);

/// The target of a `@link`: identity (all but the version), the name it ends with, and the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkUrl {
    pub identity: String,
    pub name: String,
    pub version: Option<Version>,
}

impl LinkUrl {
    pub fn parse(url: &str) -> Self {
        let trimmed = url.trim_end_matches('/');
        let (rest, last) = trimmed.rsplit_once('/').unwrap_or(("", trimmed));
        if let Some(version) = Version::parse(last) {
            let name = rest.rsplit_once('/').map_or(rest, |(_, name)| name);
            return Self { identity: rest.to_owned(), name: name.to_owned(), version: Some(version) };
        }
        Self { identity: trimmed.to_owned(), name: last.to_owned(), version: None }
    }

    /// The name of the spec if it is one of Federation's own.
    pub fn apollo_spec(&self) -> Option<&str> {
        self.identity.strip_prefix(APOLLO_SPECS)
    }
}

impl fmt::Display for LinkUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.identity)?;
        self.version.map_or(Ok(()), |version| write!(f, "/{version}"))
    }
}

/// `name` is spelled with its `@` where it is a directive, and so is `alias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub name: String,
    pub alias: Option<String>,
}

/// One `@link` application.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub url: LinkUrl,
    pub alias: Option<String>,
    pub imports: Vec<Import>,
    pub location: Option<SourceSpan>,
}

impl Link {
    fn prefix(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.url.name)
    }

    fn imported(&self, element: &str) -> Option<&str> {
        let import = self.imports.iter().find(|import| import.name == element)?;
        Some(import.alias.as_deref().unwrap_or(&import.name))
    }

    /// What the schema calls the directive `name` (without `@`) of this feature.
    pub fn directive_name(&self, name: &str) -> String {
        match self.imported(&format!("@{name}")) {
            Some(imported) => imported.trim_start_matches('@').to_owned(),
            None if name == self.url.name => self.prefix().to_owned(),
            None => format!("{}__{name}", self.prefix()),
        }
    }

    /// What the schema calls the type `name` of this feature.
    pub fn type_name(&self, name: &str) -> String {
        self.imported(name).map_or_else(|| format!("{}__{name}", self.prefix()), str::to_owned)
    }

    /// The element of this feature that the schema calls `directive` (without `@`).
    pub fn element_of(&self, directive: &str) -> Option<String> {
        let spelled = format!("@{directive}");
        for import in &self.imports {
            if !import.name.starts_with('@') {
                continue;
            }
            if import.alias.as_ref().unwrap_or(&import.name) == &spelled {
                return Some(import.name.trim_start_matches('@').to_owned());
            }
        }
        if directive == self.prefix() {
            return Some(self.url.name.clone());
        }
        directive.strip_prefix(self.prefix()).and_then(|rest| rest.strip_prefix("__")).map(str::to_owned)
    }
}
