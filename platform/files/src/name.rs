//! What stored files are called: 32 hexadecimal digits and the extension of what they are. Nothing that a client sends
//! becomes a name, and what has another form names nothing.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kind::Kind;

/// The drawings of the demo data: made by the shop itself, and never taken from anybody.
const DRAWING: (&str, &str) = ("svg", "image/svg+xml");
const DIGITS: usize = 32;

/// The name of a stored file. It never names other bytes, so whoever reads it may keep what it got for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    id: Uuid,
    text: String,
    content_type: &'static str,
}

impl FileName {
    /// A name for what was sent. `id` is a fresh one: its time is that of the name.
    pub fn fresh(id: Uuid, kind: Kind) -> Self {
        Self::new(id, kind.extension(), kind.content_type())
    }

    /// The name of a drawing, by its content: the same for the same.
    pub fn of_drawing(bytes: &[u8]) -> Self {
        let (extension, content_type) = DRAWING;
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let id = hash.first_chunk::<16>().copied().unwrap_or_default();
        Self::new(Uuid::from_bytes(id), extension, content_type)
    }

    fn new(id: Uuid, extension: &str, content_type: &'static str) -> Self {
        Self { id, text: format!("{}.{extension}", id.as_simple()), content_type }
    }

    /// Reads a name; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, extension) = text.split_once('.')?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_name = digits.len() == DIGITS && digits.bytes().all(is_digit);
        let kinds = Kind::ALL.map(|kind| (kind.extension(), kind.content_type()));
        let known = kinds.into_iter().chain([DRAWING]).find(|(known, _)| *known == extension);
        let (extension, content_type) = known.filter(|_| is_name)?;
        Some(Self::new(Uuid::try_parse(digits).ok()?, extension, content_type))
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.id
    }

    /// MIME type of the file.
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// When the name was made, in seconds of Unix time; `None` for one that was made by content.
    pub fn made_at(&self) -> Option<i64> {
        let (seconds, _) = self.id.get_timestamp()?.to_unix();
        i64::try_from(seconds).ok()
    }
}
