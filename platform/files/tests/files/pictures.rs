//! What is taken for a picture, and what is kept of it.

use std::io::Cursor;

use platform_files::picture::{PictureError, clean};
use platform_testkit::pictures::PLACE;
use platform_testkit::pictures::{Metadata, jpeg, tells_place};
use serde_json::json;

use crate::support::{Sender, refused};

/// A PNG with what programs write into it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.add_text_chunk("Comment".to_owned(), String::from_utf8(PLACE.to_vec()).unwrap()).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::ChunkType(*b"eXIf"), PLACE).unwrap();
    writer.write_image_data(&vec![200; usize::try_from(width * height * 4).unwrap()]).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A WebP with what programs write into it.
fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = image_webp::WebPEncoder::new(&mut bytes);
    encoder.set_exif_metadata(PLACE.to_vec());
    encoder.set_xmp_metadata(PLACE.to_vec());
    let pixels = vec![200; usize::try_from(width * height * 4).unwrap()];
    encoder.encode(&pixels, width, height, image_webp::ColorType::Rgba8).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn what_a_camera_writes_is_left_out() {
    let sender = Sender::<false>::start().await;
    let all = [Metadata::Exif(1), Metadata::Xmp, Metadata::Comment, Metadata::SecondPicture];
    let sent = [jpeg(16, 8, &all), [png(3, 5), PLACE.to_vec()].concat(), webp(7, 4)];
    for (bytes, size) in sent.into_iter().zip([(16, 8), (3, 5), (7, 4)]) {
        assert!(tells_place(&bytes));
        let picture = sender.attached(bytes).await;
        assert_eq!((&picture["width"], &picture["height"]), (&json!(size.0), &json!(size.1)));
        let read = sender.read(&picture).await;
        assert!(!tells_place(&read), "{picture}");
        for word in ["Exif", "EXIF", "eXIf", "XMP ", "tEXt", "ns.adobe.com"] {
            assert!(!read.windows(word.len()).any(|window| window == word.as_bytes()), "{picture}: {word}");
        }
        assert_eq!(clean(&read).unwrap().bytes, read, "there is nothing left to leave out");
    }
}

/// A camera that was held upright says so in EXIF: without that the picture would lie on its side.
#[tokio::test]
async fn how_a_picture_is_turned_is_kept() {
    let sender = Sender::<false>::start().await;
    for (turn, size) in [(3, (16, 8)), (6, (8, 16)), (8, (8, 16))] {
        let picture = sender.attached(jpeg(16, 8, &[Metadata::Exif(turn)])).await;
        assert_eq!((&picture["width"], &picture["height"]), (&json!(size.0), &json!(size.1)));
        let read = sender.read(&picture).await;
        assert!(!tells_place(&read));
        let [high, low] = turn.to_be_bytes();
        let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, high, low];
        assert!(read.windows(entry.len()).any(|window| window == entry), "turned by {turn}");
        assert_eq!(clean(&read).unwrap().width, size.0);
    }
}

#[tokio::test]
async fn what_is_no_picture_of_a_kind_that_is_taken_is_refused() {
    let sender = Sender::<false>::start().await;
    for other in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "<!doctype html><title>picture.jpg</title>",
        "GIF89a\u{1}\0\u{1}\0\0\0\0;",
        "%PDF-1.7",
        "PK\u{3}\u{4}",
        "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n",
        "RIFF\u{10}\0\0\0WAVEfmt ",
        "BM",
        "\0\0\0 ftypavif\0\0\0\0",
        "x",
    ] {
        assert_eq!(sender.refusal(other).await, refused(415, "OTHER_KIND"), "{other:?}");
    }
    let only_png = "mutation { open(input: { thing: 1, onlyPng: true }) { id url } }";
    let upload = sender.client.execute(only_png, json!({})).await.at("open").clone();
    assert_eq!(sender.send(&upload, jpeg(8, 8, &[])).await, refused(415, "OTHER_KIND"));
    assert_eq!(sender.send(&upload, png(1, 1)).await.status, 200);
}

#[tokio::test]
async fn a_picture_that_is_cut_off_is_refused() {
    let sender = Sender::<false>::start().await;
    for whole in [jpeg(64, 64, &[Metadata::Exif(6)]), png(9, 9), webp(9, 9)] {
        for part in 1..8 {
            let cut = whole[..whole.len() * part / 8].to_vec();
            assert_eq!(sender.refusal(cut).await, refused(422, "BROKEN"));
        }
        let all_but_one = whole[..whole.len() - 1].to_vec();
        assert_eq!(sender.refusal(all_but_one).await, refused(422, "BROKEN"));
    }
}

/// What is one thing to us and another to somebody else: only the picture of it is kept.
#[tokio::test]
async fn what_hides_in_a_picture_is_left_out() {
    let sender = Sender::<false>::start().await;
    let page = b"<script>alert(document.domain)</script>".as_slice();
    let hidden = |bytes: &[u8]| bytes.windows(page.len()).any(|window| window == page);
    let mut in_comment = jpeg(8, 8, &[]);
    let comment = [&[0xFF, 0xFE, 0, u8::try_from(page.len() + 2).unwrap()], page].concat();
    in_comment.splice(2..2, comment);
    for polyglot in [
        in_comment,
        [&jpeg(8, 8, &[]), page].concat(),
        [&png(2, 2), page].concat(),
        [&webp(2, 2), page].concat(),
    ] {
        assert!(hidden(&polyglot));
        let picture = sender.attached(polyglot).await;
        assert!(!hidden(&sender.read(&picture).await));
    }
}

/// The head of a small file may say that it is a huge picture.
#[tokio::test]
async fn a_picture_of_too_many_pixels_is_refused_by_its_head() {
    let sender = Sender::<false>::start().await;
    let mut huge_png = png(1, 1);
    huge_png.splice(16..24, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let mut huge_jpeg = jpeg(8, 8, &[]);
    let frame = huge_jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    huge_jpeg.splice(frame + 5..frame + 9, [0xFF, 0xFF, 0xFF, 0xFF]);
    let mut pixels = vec![0x2F];
    pixels.extend((16_382_u32 | 16_382 << 14).to_le_bytes());
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    pixels.push(0);
    let chunk = [b"VP8L".as_slice(), &length(&pixels), &pixels].concat();
    let huge_webp =
        [b"RIFF".as_slice(), &length(&[b"WEBP", chunk.as_slice()].concat()), b"WEBP", &chunk].concat();
    for huge in [huge_png, huge_jpeg, huge_webp] {
        assert_eq!(sender.refusal(huge).await, refused(422, "TOO_MANY_PIXELS"));
    }
    // As many pixels in a row as in a square: too long all the same.
    assert_eq!(clean(&png(16_001, 1)).unwrap_err(), PictureError::TooManyPixels);
}

#[tokio::test]
async fn a_picture_that_moves_is_refused() {
    let sender = Sender::<false>::start().await;
    let mut moving = webp(4, 4);
    assert_eq!(&moving[12..16], b"VP8X");
    moving[20] |= 0x02;
    assert_eq!(sender.refusal(moving).await, refused(422, "MOVING"));
}

/// A byte that is another one anywhere: the picture is taken or refused, and never more than that.
#[test]
fn damage_is_survived() {
    for whole in [jpeg(64, 48, &[Metadata::Exif(6), Metadata::Xmp]), png(12, 7), webp(12, 7)] {
        assert!(clean(&whole).is_ok());
        for at in 0..whole.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut damaged = whole.clone();
                damaged[at] ^= flip;
                if let Ok(picture) = clean(&damaged) {
                    assert!(!tells_place(&picture.bytes), "byte {at} changed by {flip:#x}");
                }
            }
        }
    }
}

/// A JPEG of 8 by 8 pixels that becomes clear in so many scans, 64 of which each tell one more of its numbers.
fn progressive(scans: u8) -> Vec<u8> {
    let mut jpeg = jpeg(8, 8, &[]);
    let at = |jpeg: &[u8], marker: u8| jpeg.windows(2).position(|pair| pair == [0xFF, marker]).unwrap();
    let frame = at(&jpeg, 0xC0);
    jpeg[frame + 1] = 0xC2;
    jpeg.truncate(at(&jpeg, 0xDA));
    for scan in 0..scans {
        let number = scan % 64;
        jpeg.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, number, number, 0, 0x7F]);
    }
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

/// Each scan costs the decoder the whole picture, and a file of ten bytes more.
#[test]
fn a_picture_of_too_many_scans_is_refused() {
    assert!(clean(&progressive(64)).is_ok());
    assert_eq!(clean(&progressive(65)).unwrap_err(), PictureError::Broken);
}
