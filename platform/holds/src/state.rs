//! The states of a hold, and how it goes from one to another. Pure.

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Kept from others until it is committed or released, or lapses.
    Held,
    /// Taken for good, unless it is given back.
    Committed,
    /// Given back before it was committed, or closed by its key before anything was held.
    Released,
    /// Given back because nobody committed it in time.
    Expired,
    /// Given back after it was committed.
    Returned,
}

/// What becomes of a hold. Each goes from one state to one other; in every other state it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transition {
    Commit,
    Release,
    /// Only once the hold has lapsed.
    Expire,
    Return,
}

impl Transition {
    /// The state that it changes.
    pub const fn from(self) -> State {
        match self {
            Self::Commit | Self::Release | Self::Expire => State::Held,
            Self::Return => State::Committed,
        }
    }

    /// The state after it.
    pub const fn to(self) -> State {
        match self {
            Self::Commit => State::Committed,
            Self::Release => State::Released,
            Self::Expire => State::Expired,
            Self::Return => State::Returned,
        }
    }
}
