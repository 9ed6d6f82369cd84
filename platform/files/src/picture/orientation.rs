//! How a picture is turned before it is shown. It is the one thing of EXIF that belongs to the picture: a camera that was
//! held upright writes it in place of turning the pixels.

/// The tag of TIFF.
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;
/// Of the first folder of a camera there are some dozen.
const MAX_ENTRIES: u16 = 200;

/// By the TIFF in EXIF: 2 to 8. `None` where the pixels stand as they are shown, and where nothing can be read.
pub fn of_exif(tiff: &[u8]) -> Option<u16> {
    let is_big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk::<2>()?;
        Some(if is_big { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    };
    let bytes = tiff.get(4..)?.first_chunk::<4>()?;
    let folder = if is_big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
    let folder = usize::try_from(folder).ok()?;
    for entry in 0..usize::from(short(folder)?.min(MAX_ENTRIES)) {
        let at = folder.checked_add(2 + entry * 12)?;
        if short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT {
            return short(at.checked_add(8)?).filter(|turn| (2..=8).contains(turn));
        }
    }
    None
}

/// Whether width and height change places.
pub const fn is_on_its_side(turn: u16) -> bool {
    turn >= 5
}

/// EXIF that says nothing else.
pub fn exif(turn: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    for half in [ORIENTATION, SHORT, 0, 1, turn, 0] {
        exif.extend(half.to_be_bytes());
    }
    // No further folder.
    exif.extend([0; 4]);
    exif
}
