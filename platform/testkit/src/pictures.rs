//! Pictures as a camera writes them, made byte by byte: what a JPEG is made of stands here, and its pixels are grey.

/// What a camera writes into a picture beside its pixels. Each of it says where that was, in the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// EXIF that says where, and how the picture is turned: 1 to 8.
    Exif(u16),
    Xmp,
    Comment,
    /// A second picture, of the whole scene, behind the end of the first.
    SecondPicture,
}

/// What all metadata of these pictures says.
pub const PLACE: &[u8] = b"52.5200N 13.4050E";

/// A JPEG of so many pixels; each side is a multiple of 8.
pub fn jpeg(width: u16, height: u16, metadata: &[Metadata]) -> Vec<u8> {
    let mut jpeg = vec![0xFF, 0xD8];
    segment(&mut jpeg, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    for written in metadata {
        match written {
            Metadata::Exif(turn) => segment(&mut jpeg, 0xE1, &exif(*turn)),
            Metadata::Xmp => {
                segment(&mut jpeg, 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", PLACE].concat());
            }
            Metadata::Comment => segment(&mut jpeg, 0xFE, PLACE),
            Metadata::SecondPicture => {}
        }
    }
    segment(&mut jpeg, 0xDB, &[[0].as_slice(), &[1; 64]].concat());
    let ([high, low], [wide, narrow]) = (height.to_be_bytes(), width.to_be_bytes());
    segment(&mut jpeg, 0xC0, &[8, high, low, wide, narrow, 1, 1, 0x11, 0]);
    // Of both kinds of code there is one, of a single bit: no difference, and the end of a block.
    for table in [0x00, 0x10] {
        segment(&mut jpeg, 0xC4, &[[table, 1].as_slice(), &[0; 16]].concat());
    }
    segment(&mut jpeg, 0xDA, &[1, 1, 0, 0, 63, 0]);
    let bits = usize::from(width / 8) * usize::from(height / 8) * 2;
    jpeg.extend(vec![0; bits / 8]);
    // What is left of a byte is filled up with ones.
    if bits % 8 > 0 {
        jpeg.push(0xFF >> (bits % 8));
    }
    jpeg.extend([0xFF, 0xD9]);
    if metadata.contains(&Metadata::SecondPicture) {
        jpeg.extend(self::jpeg(width, height, &[Metadata::Comment]));
    }
    jpeg
}

/// A JPEG of exactly so many bytes, most of which are comments.
pub fn jpeg_of_bytes(length: usize) -> Vec<u8> {
    const MOST: usize = 60_000;
    let mut jpeg = self::jpeg(8, 8, &[]);
    while jpeg.len() < length {
        // A comment has four bytes at least, and none may be left over for less than that.
        let left = length - jpeg.len();
        let size = if left > MOST + 4 { MOST } else { left };
        let comment = vec![b'x'; size.checked_sub(4).expect("a comment fits")];
        let mut padded = vec![0xFF, 0xD8];
        segment(&mut padded, 0xFE, &comment);
        jpeg.splice(..2, padded);
    }
    jpeg
}

fn segment(jpeg: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).expect("a segment is short");
    jpeg.extend([0xFF, marker]);
    jpeg.extend(length.to_be_bytes());
    jpeg.extend(payload);
}

/// EXIF with a folder of two entries: how the picture is turned, and where the folder about the place is.
fn exif(turn: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    exif.extend(turn.to_be_bytes());
    exif.extend([0, 0, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    // The folder about the place, from the 38th byte on: one entry, a text that follows.
    exif.extend([0, 1, 0, 2, 0, 2, 0, 0, 0]);
    exif.push(u8::try_from(PLACE.len()).expect("a place is short"));
    exif.extend([0, 0, 0, 56, 0, 0, 0, 0]);
    exif.extend(PLACE);
    exif
}

/// Whether bytes say where a picture was taken.
pub fn tells_place(bytes: &[u8]) -> bool {
    bytes.windows(PLACE.len()).any(|window| window == PLACE)
}
