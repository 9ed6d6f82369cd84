//! Why no types could be written.

use std::fmt;
use std::path::Path;

/// Shown by Cargo when a build script returns it, in the same words as [`fmt::Display`].
pub struct Failed(String);

impl Failed {
    pub(crate) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }

    /// What went wrong with a file.
    pub(crate) fn at<E: fmt::Display>(path: &Path) -> impl Fn(E) -> Self {
        move |reason| Self(format!("{}: {reason}", path.display()))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failed {}
