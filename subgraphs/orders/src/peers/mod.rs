//! What orders asks of other subgraphs through their internal schemas: a module for each, and its documents in the folder
//! of its name. The build script makes questions and answers of both, so that a name which the other subgraph changes does
//! not compile here; a module says what the answers mean to orders.

pub mod catalog;
pub mod logistics;
pub mod payments;
pub mod users;

use platform_core::ErrorCode;
use platform_server::PeerError;

/// What an undo finds unknown is undone already.
fn unknown_is_done(undone: Result<(), PeerError>) -> Result<(), PeerError> {
    match undone {
        Err(PeerError::Refused { code: ErrorCode::NotFound, .. }) => Ok(()),
        undone => undone,
    }
}
