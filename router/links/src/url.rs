//! Identity and version of a specification.

use std::fmt;

/// Two numbers, ordered: `v2.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
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
pub const APOLLO_SPECS: &str = "https://specs.apollo.dev/";
pub const FEDERATION_LATEST: Version = Version::new(2, 14);

/// The target of a `@link`: identity (all but the version), the name it ends with, and the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUrl {
    pub identity: String,
    pub name: String,
    pub version: Option<Version>,
}

impl LinkUrl {
    /// A last segment such as `v2` is a version too, though not one that can be read.
    pub fn parse(url: &str) -> Self {
        let trimmed = url.trim_end_matches('/');
        let (rest, last) = trimmed.rsplit_once('/').unwrap_or(("", trimmed));
        let is_version =
            last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if is_version && !rest.is_empty() {
            let name = rest.rsplit_once('/').map_or(rest, |(_, name)| name);
            return Self { identity: rest.to_owned(), name: name.to_owned(), version: Version::parse(last) };
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
