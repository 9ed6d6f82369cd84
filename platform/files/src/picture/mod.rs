//! What is kept of a picture that somebody sent: what is needed to show it, and nothing that tells where, when or by whom
//! it was taken.
//!
//! Invariants: what is kept is put together of the parts of the container that are known to show something; whatever else
//! there is, unknown parts and what follows the end among it, is left out. What is kept was decoded to its last row, by
//! decoders that are told how large it may be before they begin. Pixels are never encoded anew, so nothing is lost by it.
//! What comes is somebody's: nothing here may panic, and what a decoder does is caught by whoever receives it.

mod decode;
mod jpeg;
mod orientation;
mod png;
mod webp;

use crate::kind::Kind;

/// The most pixels of a side.
pub const MAX_SIDE: u32 = 16_000;
/// The most pixels: 5000 by 5000. To decode them takes 75 to 270 MB, the most where a JPEG is progressive.
pub const MAX_PIXELS: u64 = 25_000_000;

/// A picture as it is kept.
#[derive(Debug)]
pub struct Picture {
    pub kind: Kind,
    /// As it is shown, in pixels.
    pub width: u32,
    /// As it is shown, in pixels.
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// Why bytes are not taken for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error(
        "this is no picture of a kind that is taken; send the bytes of a JPEG, PNG or WebP file as they are, as the body"
    )]
    Unknown,
    #[error("the picture is broken or not whole; save it anew, and send it again")]
    Broken,
    #[error("the picture moves; send one that stands still")]
    Moving,
    #[error(
        "a picture has at most {MAX_SIDE} pixels in width and height, and {MAX_PIXELS} in all; make it smaller"
    )]
    TooManyPixels,
}

/// What a container holds: the parts that show something, put together anew.
struct Parts {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    /// Whether it is shown lying on its side.
    is_turned: bool,
}

/// What is kept of what was sent. Takes time and memory by the number of pixels: for a thread that may block.
pub fn clean(bytes: &[u8]) -> Result<Picture, PictureError> {
    let kind = Kind::of(bytes).ok_or(PictureError::Unknown)?;
    let parts = match kind {
        Kind::Jpeg => jpeg::parts(bytes),
        Kind::Png => png::parts(bytes),
        Kind::WebP => webp::parts(bytes),
    }?;
    let Parts { bytes, width, height, is_turned } = parts;
    if width == 0 || height == 0 {
        return Err(PictureError::Broken);
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels);
    }
    decode::to_the_end(kind, &bytes, width, height)?;
    let (width, height) = if is_turned { (height, width) } else { (width, height) };
    Ok(Picture { kind, width, height, bytes })
}

/// Takes so many bytes off the front.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], PictureError> {
    let (taken, more) = rest.split_at_checked(count).ok_or(PictureError::Broken)?;
    *rest = more;
    Ok(taken)
}

/// Takes so many bytes off the front, as their number is known here.
fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], PictureError> {
    let (taken, more) = rest.split_first_chunk::<N>().ok_or(PictureError::Broken)?;
    *rest = more;
    Ok(*taken)
}
