//! JPEG (ITU-T T.81): segments up to the end of the image, and compressed data after each start of a scan.

use super::{Parts, PictureError, orientation, take, take_array};

const EXIF: &[u8] = b"Exif\0\0";
const JFIF: &[u8] = b"JFIF\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
/// Tables, restarts and the number of lines: what frames and scans are read by.
const TABLES: [u8; 5] = [0xC4, 0xCC, 0xDB, 0xDC, 0xDD];
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const COMMENT: u8 = 0xFE;
/// A progressive picture has a dozen; each may be a few bytes, and makes the decoder go through all pixels again.
const MAX_SCANS: usize = 64;
/// Of a JFIF segment, up to the size of its thumbnail.
const JFIF_LENGTH: usize = 12;

/// Size of a frame, in pixels.
struct Frame {
    width: u32,
    height: u32,
}

pub fn parts(bytes: &[u8]) -> Result<Parts, PictureError> {
    let mut rest = bytes;
    take(&mut rest, 2)?;
    let turn = orientation::of_exif(exif(rest)?);
    let mut kept = vec![0xFF, SOI];
    let mut frame = None;
    let mut scans = 0;
    loop {
        let marker = marker(&mut rest)?;
        if marker == EOI {
            break;
        }
        let payload = payload(&mut rest)?;
        match marker {
            APP0 if payload.starts_with(JFIF) => {
                // Its thumbnail may show what was cut off the picture.
                let head = payload.get(..JFIF_LENGTH).ok_or(PictureError::Broken)?;
                segment(&mut kept, APP0, &[head, &[0, 0]].concat())?;
            }
            APP2 if payload.starts_with(ICC) => segment(&mut kept, marker, payload)?,
            APP14 if payload.starts_with(ADOBE) => segment(&mut kept, marker, payload)?,
            APP0..=0xEF | COMMENT => {}
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                // A second frame would be another picture.
                if frame.replace(size(payload)?).is_some() {
                    return Err(PictureError::Broken);
                }
                if let Some(turn) = turn {
                    segment(&mut kept, APP1, &orientation::exif(turn))?;
                }
                segment(&mut kept, marker, payload)?;
            }
            SOS => {
                segment(&mut kept, marker, payload)?;
                let length = scan_length(rest)?;
                let data = take(&mut rest, length)?;
                kept.extend_from_slice(data);
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(PictureError::Broken);
                }
            }
            marker if TABLES.contains(&marker) => segment(&mut kept, marker, payload)?,
            _ => return Err(PictureError::Broken),
        }
    }
    kept.extend([0xFF, EOI]);
    let Frame { width, height } = frame.filter(|_| scans > 0).ok_or(PictureError::Broken)?;
    Ok(Parts { bytes: kept, width, height, is_turned: turn.is_some_and(orientation::is_on_its_side) })
}

/// The next marker, which may be filled up before it.
fn marker(rest: &mut &[u8]) -> Result<u8, PictureError> {
    let [begin] = take_array(rest)?;
    if begin != 0xFF {
        return Err(PictureError::Broken);
    }
    loop {
        let [marker] = take_array(rest)?;
        if marker != 0xFF {
            return Ok(marker);
        }
    }
}

/// What a segment says, without its length.
fn payload<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], PictureError> {
    let length = usize::from(u16::from_be_bytes(take_array(rest)?));
    take(rest, length.checked_sub(2).ok_or(PictureError::Broken)?)
}

/// Puts a segment at the end.
fn segment(kept: &mut Vec<u8>, marker: u8, payload: &[u8]) -> Result<(), PictureError> {
    let length = u16::try_from(payload.len() + 2).map_err(|_| PictureError::Broken)?;
    kept.extend([0xFF, marker]);
    kept.extend(length.to_be_bytes());
    kept.extend(payload);
    Ok(())
}

fn size(frame: &[u8]) -> Result<Frame, PictureError> {
    let mut rest = frame;
    take(&mut rest, 1)?;
    let height = u16::from_be_bytes(take_array(&mut rest)?).into();
    let width = u16::from_be_bytes(take_array(&mut rest)?).into();
    Ok(Frame { width, height })
}

/// How many bytes of compressed data come before the next marker that is no restart.
fn scan_length(data: &[u8]) -> Result<usize, PictureError> {
    let ends = |pair: &[u8]| matches!(pair, [0xFF, next] if !matches!(next, 0x00 | 0xFF | 0xD0..=0xD7));
    data.windows(2).position(ends).ok_or(PictureError::Broken)
}

/// The first EXIF before the first scan; empty where there is none.
fn exif(segments: &[u8]) -> Result<&[u8], PictureError> {
    let mut rest = segments;
    loop {
        match marker(&mut rest)? {
            EOI | SOS => return Ok(&[]),
            found => match payload(&mut rest)?.strip_prefix(EXIF) {
                Some(exif) if found == APP1 => return Ok(exif),
                _ => {}
            },
        }
    }
}
