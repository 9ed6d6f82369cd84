//! How a step ends: done, waiting, refused or failed.

use std::error::Error;

use chrono::{DateTime, Utc};
use platform_core::ApiError;
use platform_core::error::{causes, describe};
use platform_database::StoreError;

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On to the next.
    Done,
    /// There was nothing to do (no coupon, nothing to pay): on to the next. It has not done anything outside `state`.
    Skipped,
    /// Wait. The step runs again when a signal arrives, which it finds in [`StepContext::signals`](crate::StepContext::signals).
    Park { until: DateTime<Utc>, on_deadline: OnDeadline },
    /// A refusal of the business (out of stock, declined): undo this step and those before it. From the pivot on it is
    /// a defect, and the saga is stuck.
    Abort(String),
}

/// What the passing of a parked step's deadline means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDeadline {
    /// The step counts as done.
    Continue,
    /// The saga is aborted for this reason.
    Fail(String),
    /// The step runs once more, and says itself what follows: what it waits for may have come without a signal.
    Again,
}

/// Why a step failed. An [`ApiError`] converts by `?` once its crate has said `platform_sagas::step_error!(MyError)`:
/// its code decides whether another attempt is of use.
#[derive(Debug)]
pub enum StepError {
    /// Try again later.
    Retry(Box<dyn Error + Send + Sync>),
    /// No repetition changes it. Before the pivot the saga is undone for `reason`; from the pivot on, and in an undo,
    /// it is stuck at once.
    Permanent { reason: String, source: Box<dyn Error + Send + Sync> },
    /// Neither trying again nor undoing is of use; staff must look.
    Stuck(String),
}

impl StepError {
    pub fn stuck(reason: impl Into<String>) -> Self {
        Self::Stuck(reason.into())
    }

    /// Try again later, for a reason that is no error value.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry(reason.into().into())
    }

    /// What an error of this code means to a step.
    pub fn of<E: ApiError>(error: E) -> Self {
        let code = error.code();
        if code.is_transient() {
            return Self::Retry(Box::new(error));
        }
        Self::Permanent { reason: format!("{}: {error}", code.as_str()), source: Box::new(error) }
    }

    /// The message with its causes.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Stuck(reason) => reason.clone(),
            Self::Retry(error) => describe(&**error),
            Self::Permanent { reason, source } => match causes(&**source) {
                causes if causes.is_empty() => reason.clone(),
                causes => format!("{reason}: {causes}"),
            },
        }
    }
}

impl From<serde_json::Error> for StepError {
    fn from(error: serde_json::Error) -> Self {
        Self::Permanent {
            reason: format!("a document cannot be written or read: {error}"),
            source: Box::new(error),
        }
    }
}

/// Gives an [`ApiError`] its conversion into a [`StepError`], by its code.
#[macro_export]
macro_rules! step_error {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for $crate::StepError {
            fn from(error: $error) -> Self {
                $crate::StepError::of(error)
            }
        }
    )+ };
}

step_error!(StoreError);
platform_database::query_error!(StepError);
