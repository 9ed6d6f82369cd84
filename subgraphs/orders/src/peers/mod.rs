//! What orders asks of other subgraphs through their internal schemas: a module for each, and its documents in the folder
//! of its name, which are checked against its committed internal.graphql.

pub mod catalog;
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

/// What is to be committed and is unknown has fallen free.
fn unknown_is_free(committed: Result<bool, PeerError>) -> Result<bool, PeerError> {
    match committed {
        Err(PeerError::Refused { code: ErrorCode::NotFound, .. }) => Ok(false),
        committed => committed,
    }
}
