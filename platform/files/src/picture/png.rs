//! PNG (third edition): a signature and chunks, the last of which is `IEND`.

use super::{Parts, PictureError, take, take_array};

const SIGNATURE: usize = 8;
/// What a still picture is shown by: its pixels, colours and resolution. Of the rest, `eXIf`, `tEXt`, `zTXt`, `iTXt` and
/// `tIME` tell about the picture, and an animation's chunks would show others.
const SHOWN: [&[u8; 4]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs",
];

pub fn parts(bytes: &[u8]) -> Result<Parts, PictureError> {
    let mut rest = bytes;
    let mut kept = take(&mut rest, SIGNATURE)?.to_vec();
    let (width, height) = size(rest)?;
    loop {
        let chunk = rest;
        let length = u32::from_be_bytes(take_array(&mut rest)?);
        let name: [u8; 4] = take_array(&mut rest)?;
        take(&mut rest, usize::try_from(length).map_err(|_| PictureError::Broken)?)?;
        // Its checksum.
        take(&mut rest, 4)?;
        if SHOWN.contains(&&name) {
            kept.extend_from_slice(chunk.get(..chunk.len() - rest.len()).unwrap_or_default());
        }
        if &name == b"IEND" {
            return Ok(Parts { bytes: kept, width, height, is_turned: false });
        }
    }
}

/// By the first chunk.
fn size(chunks: &[u8]) -> Result<(u32, u32), PictureError> {
    let mut rest = chunks;
    if take(&mut rest, 8)? != b"\0\0\0\x0dIHDR" {
        return Err(PictureError::Broken);
    }
    Ok((u32::from_be_bytes(take_array(&mut rest)?), u32::from_be_bytes(take_array(&mut rest)?)))
}
