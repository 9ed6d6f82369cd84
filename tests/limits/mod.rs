//! What one operation can take of a whole installation.

mod dearest;
mod kept;
