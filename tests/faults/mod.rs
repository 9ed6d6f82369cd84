//! What must hold when processes die and many come at once.

mod hoarding;
mod kills;
mod outages;
mod race;
