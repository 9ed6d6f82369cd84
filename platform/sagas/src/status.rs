//! The status of a saga.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SagaStatus {
    /// A step runs, or waits to be tried again.
    Running,
    /// A step waits for a signal or its deadline.
    Parked,
    /// The steps are being undone.
    Compensating,
    /// A step or an undo failed too often; staff must look.
    Stuck,
    /// Every step is done.
    Completed,
    /// Every step that was begun is undone.
    Compensated,
}

/// A status that this release does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no status of a saga")]
pub struct UnknownStatus(String);

impl SagaStatus {
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Parked, Self::Compensating, Self::Stuck, Self::Completed, Self::Compensated];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Compensating => "compensating",
            Self::Stuck => "stuck",
            Self::Completed => "completed",
            Self::Compensated => "compensated",
        }
    }

    /// Whether nothing will happen any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Compensated)
    }

    /// Whether a worker is, or ought to be, at work.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Compensating)
    }
}

impl fmt::Display for SagaStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SagaStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}
