//! WebP (RFC 9649): a RIFF of chunks, simple with one of pixels, or extended with a head before it.

use super::{Parts, PictureError, take, take_array};

/// Of the head of an extended file.
const HAS_ICC: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const IS_MOVING: u8 = 0x02;
const HEAD_LENGTH: usize = 10;
/// The width or height in the head of lossy pixels, without its scale.
const SIDE: u16 = 0x3FFF;

/// Width and height in pixels.
type Size = (u32, u32);

pub fn parts(bytes: &[u8]) -> Result<Parts, PictureError> {
    let mut rest = bytes;
    take(&mut rest, 4)?;
    let length = u32::from_le_bytes(take_array(&mut rest)?);
    let mut rest = take(&mut rest, usize::try_from(length).map_err(|_| PictureError::Broken)?)?;
    take(&mut rest, 4)?;
    let (mut chunks, mut canvas, mut pixels) = (Vec::new(), None, None);
    while !rest.is_empty() {
        let name: [u8; 4] = take_array(&mut rest)?;
        let length = u32::from_le_bytes(take_array(&mut rest)?);
        let payload = take(&mut rest, usize::try_from(length).map_err(|_| PictureError::Broken)?)?;
        if length % 2 == 1 {
            take(&mut rest, 1)?;
        }
        match &name {
            b"VP8X" if chunks.is_empty() && canvas.is_none() => {
                let (head, size) = extended(payload)?;
                canvas = Some(size);
                chunk(&mut chunks, &name, &head)?;
            }
            b"ANIM" | b"ANMF" => return Err(PictureError::Moving),
            b"ICCP" | b"ALPH" if canvas.is_some() && pixels.is_none() => chunk(&mut chunks, &name, payload)?,
            b"VP8 " | b"VP8L" if pixels.is_none() => {
                pixels = Some(if &name == b"VP8 " { lossy(payload)? } else { lossless(payload)? });
                chunk(&mut chunks, &name, payload)?;
            }
            // Two heads, or two pictures.
            b"VP8X" | b"VP8 " | b"VP8L" => return Err(PictureError::Broken),
            _ => {}
        }
    }
    let (width, height) = pixels.ok_or(PictureError::Broken)?;
    if canvas.is_some_and(|canvas| canvas != (width, height)) {
        return Err(PictureError::Broken);
    }
    let length = u32::try_from(chunks.len() + 4).map_err(|_| PictureError::Broken)?;
    let bytes = [b"RIFF".as_slice(), &length.to_le_bytes(), b"WEBP", &chunks].concat();
    Ok(Parts { bytes, width, height, is_turned: false })
}

/// Puts a chunk at the end.
fn chunk(chunks: &mut Vec<u8>, name: &[u8; 4], payload: &[u8]) -> Result<(), PictureError> {
    chunks.extend(name);
    chunks.extend(u32::try_from(payload.len()).map_err(|_| PictureError::Broken)?.to_le_bytes());
    chunks.extend(payload);
    if payload.len() % 2 == 1 {
        chunks.push(0);
    }
    Ok(())
}

/// The head without what is left out, and the size of the canvas.
fn extended(payload: &[u8]) -> Result<(Vec<u8>, Size), PictureError> {
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] =
        payload.first_chunk::<HEAD_LENGTH>().ok_or(PictureError::Broken)?;
    if flags & IS_MOVING != 0 {
        return Err(PictureError::Moving);
    }
    let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
    let head = vec![flags & (HAS_ICC | HAS_ALPHA), 0, 0, 0, w0, w1, w2, h0, h1, h2];
    Ok((head, (side(w0, w1, w2), side(h0, h1, h2))))
}

fn lossy(payload: &[u8]) -> Result<Size, PictureError> {
    let mut rest = payload;
    take(&mut rest, 3)?;
    if take_array(&mut rest)? != [0x9D, 0x01, 0x2A] {
        return Err(PictureError::Broken);
    }
    let width = u16::from_le_bytes(take_array(&mut rest)?) & SIDE;
    let height = u16::from_le_bytes(take_array(&mut rest)?) & SIDE;
    Ok((width.into(), height.into()))
}

fn lossless(payload: &[u8]) -> Result<Size, PictureError> {
    let mut rest = payload;
    let [0x2F] = take_array(&mut rest)? else { return Err(PictureError::Broken) };
    let bits = u32::from_le_bytes(take_array(&mut rest)?);
    let side = u32::from(SIDE);
    Ok(((bits & side) + 1, ((bits >> 14) & side) + 1))
}
