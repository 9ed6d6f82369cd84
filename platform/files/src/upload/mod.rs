//! An upload: somebody asks for it, sends its bytes once, and attaches it to what it was made for.
//!
//! Invariants: of several that send at once one wins, and the files of the others are removed; only who asked for an upload
//! attaches it, to what it was made for, once; what is attached to nothing in time is removed. A process that dies at
//! any point leaves a row that lapses, or a draft or a kept file that is old one day, and nothing that is served.
//! Deliberately absent: what a file is attached to.

mod attach;
mod error;
mod open;
mod receive;
pub mod row;
mod store;
mod sweep;

pub use attach::Attached;
pub use error::{ReceiveError, UploadError};
pub use open::{NewUpload, OpenUpload};
pub use receive::Received;
pub use sweep::RemoveUploads;

use chrono::TimeDelta;
use platform_identity::Identity;

/// For how long the bytes of an upload may be sent.
const OPEN_FOR: TimeDelta = TimeDelta::minutes(15);
/// How much longer sending takes that began in time, at most.
const SENDING: TimeDelta = TimeDelta::minutes(15);
/// For how long a file that came may be attached.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// Uploads of one owner that are attached to nothing.
pub const MAX_LOOSE: u64 = 50;

/// Who a caller is to an upload: a user, or a partner's key; nobody else makes one.
fn owner(caller: &Identity) -> Option<String> {
    let partner = caller.partner.map(|id| format!("partner {id}"));
    partner.or_else(|| caller.user.map(|id| format!("user {id}")))
}
