//! What must hold when processes die and many come at once.

mod kills;
mod race;
