//! Whether a picture can be shown: it is decoded, and the pixels are thrown away.

use std::io::Cursor;

use png::Limits;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{MAX_PIXELS, MAX_SIDE, PictureError};
use crate::kind::Kind;

/// What a decoder may set aside beside the pixels themselves, in bytes: a profile of colours, tables, rows.
const MAX_ASIDE: usize = 64 << 20;
/// Of a pixel, with transparency.
const BYTES_OF_PIXEL: u64 = 4;

/// Refuses what is no picture of `width` by `height` up to its last row.
pub fn to_the_end(kind: Kind, bytes: &[u8], width: u32, height: u32) -> Result<(), PictureError> {
    let size = match kind {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => png(bytes),
        Kind::WebP => webp(bytes),
    };
    if size == Some((width, height)) { Ok(()) } else { Err(PictureError::Broken) }
}

fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = usize::try_from(MAX_SIDE).ok()?;
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?))
}

/// A row at a time.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_ASIDE });
    let mut reader = decoder.read_info().ok()?;
    while reader.next_row().ok()?.is_some() {}
    reader.finish().ok()?;
    Some((reader.info().width, reader.info().height))
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
    decoder.set_memory_limit(MAX_ASIDE);
    let length = decoder.output_buffer_size()?;
    if u64::try_from(length).ok()? > MAX_PIXELS * BYTES_OF_PIXEL {
        return None;
    }
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).ok()?;
    Some(decoder.dimensions())
}
