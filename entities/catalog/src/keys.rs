//! Keys of texts of any length for unique indexes, whose entries are short.

use sha2::{Digest, Sha256};

/// One key for a list of texts, none of which contains a control character.
pub fn digest(texts: &[impl AsRef<str>]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_ref());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
