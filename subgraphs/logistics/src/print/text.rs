//! Lines of text: ordered by direction (Unicode Standard Annex 9), written in the first font that has their characters,
//! shaped as their script wants it.
//!
//! The own font is DejaVu Sans: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and more. For others, such as
//! Chinese and Japanese, an installation names a file; what no font has is printed as a box.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};

/// The largest file of a font.
const MAX_FONT: u64 = 64 << 20;

#[derive(Debug, thiserror::Error)]
pub enum FontError {
    #[error("the font {path} cannot be read")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the font {path} is larger than {MAX_FONT} bytes")]
    TooLarge { path: PathBuf },
    #[error("the font {path} is neither TrueType nor OpenType")]
    Malformed { path: PathBuf },
    #[error("the bundled font cannot be read")]
    Bundled,
}

/// How bold a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// The fonts of an installation.
pub struct Fonts {
    regular: Arc<Vec<u8>>,
    bold: Arc<Vec<u8>>,
    other: Option<Arc<Vec<u8>>>,
}

/// Fonts as they write lines of one weight.
pub struct Pen<'a>(Vec<Ink<'a>>);

struct Ink<'a> {
    font: Font,
    face: Face<'a>,
}

/// A line of text, of a font one unit high.
#[derive(Debug, Default)]
pub struct Line {
    pub pieces: Vec<Piece>,
    pub width: f32,
}

/// A part of a line that is written in one font.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub font: Font,
    pub width: f32,
}

impl Fonts {
    pub fn load(file: Option<&Path>) -> Result<Self, FontError> {
        let other = file.map(read).transpose()?;
        let fonts = Self {
            regular: Arc::new(dejavu::sans::regular().to_vec()),
            bold: Arc::new(dejavu::sans::bold().to_vec()),
            other,
        };
        let is_read = [Weight::Regular, Weight::Bold].iter().all(|weight| fonts.pen(*weight).is_ok());
        if is_read { Ok(fonts) } else { Err(FontError::Bundled) }
    }

    pub fn pen(&self, weight: Weight) -> Result<Pen<'_>, FontError> {
        let own = match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        };
        let files = std::iter::once(own).chain(self.other.as_ref());
        Ok(Pen(files.map(|file| ink(file).ok_or(FontError::Bundled)).collect::<Result<_, _>>()?))
    }
}

fn read(path: &Path) -> Result<Arc<Vec<u8>>, FontError> {
    let failed = |source| FontError::File { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_FONT {
        return Err(FontError::TooLarge { path: path.to_owned() });
    }
    let file = Arc::new(std::fs::read(path).map_err(failed)?);
    match ink(&file) {
        Some(_) => Ok(file.clone()),
        None => Err(FontError::Malformed { path: path.to_owned() }),
    }
}

fn ink(file: &Arc<Vec<u8>>) -> Option<Ink<'_>> {
    Some(Ink { font: Font::new(file.clone().into(), 0)?, face: Face::from_slice(file, 0)? })
}

impl Pen<'_> {
    /// A line as it is written.
    pub fn line(&self, text: &str) -> Line {
        let mut line = Line::default();
        for (part, direction) in parts(text) {
            let mut pieces: Vec<Piece> =
                self.by_font(part).filter_map(|(ink, text)| self.shaped(ink, text, direction)).collect();
            if direction == Direction::RightToLeft {
                pieces.reverse();
            }
            line.pieces.extend(pieces);
        }
        line.width = line.pieces.iter().map(|piece| piece.width).sum();
        line
    }

    /// The parts of a text of which each has one font: the first that has its characters. What belongs to no font of its
    /// own, such as a space, stays with what is before it.
    fn by_font<'t>(&self, text: &'t str) -> impl Iterator<Item = (usize, &'t str)> + use<'t> {
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, c) in text.char_indices() {
            let has = |ink: &Ink<'_>| ink.face.glyph_index(c).is_some();
            let end = at + c.len_utf8();
            let last = parts.last().map(|(ink, _)| *ink);
            let stays = last.filter(|last| self.0.get(*last).is_some_and(has));
            let ink = stays.or_else(|| self.0.iter().position(has)).or(last).unwrap_or_default();
            match parts.last_mut().filter(|(last, _)| *last == ink) {
                Some((_, range)) => range.end = end,
                None => parts.push((ink, at..end)),
            }
        }
        parts.into_iter().filter_map(move |(ink, range)| Some((ink, text.get(range)?)))
    }

    fn shaped(&self, ink: usize, text: &str, direction: Direction) -> Option<Piece> {
        let Ink { font, face } = self.0.get(ink)?;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(direction);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let infos = shaped.glyph_infos();
        let mut begins: Vec<u32> = infos.iter().map(|info| info.cluster).collect();
        begins.sort_unstable();
        begins.dedup();
        let em = font.units_per_em();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (info, place) in infos.iter().zip(shaped.glyph_positions()) {
            // A glyph is of the characters up to where the next begins.
            let next = begins.get(begins.partition_point(|begin| *begin <= info.cluster));
            let end = next.and_then(|next| usize::try_from(*next).ok()).unwrap_or(text.len());
            let range = usize::try_from(info.cluster).ok()?..end;
            let [advance, right, up, down] =
                [place.x_advance, place.x_offset, place.y_offset, place.y_advance]
                    .map(|units| of_em(units, em));
            glyphs.push(KrillaGlyph::new(GlyphId::new(info.glyph_id), advance, right, up, down, range, None));
        }
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Some(Piece { text: text.to_owned(), glyphs, font: font.clone(), width })
    }
}

fn of_em(units: i32, em: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "no glyph is 16 million units wide")]
    let units = units as f32;
    units / em
}

/// The parts of a line that are written in one direction, from the left.
fn parts(text: &str) -> Vec<(&str, Direction)> {
    let info = BidiInfo::new(text, None);
    let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
    let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
    let part = |run: Range<usize>| {
        let is_backwards = levels.get(run.start).is_some_and(Level::is_rtl);
        let direction = if is_backwards { Direction::RightToLeft } else { Direction::LeftToRight };
        Some((text.get(run)?, direction))
    };
    runs.into_iter().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_in_the_order_in_which_it_is_seen() {
        let order = |text| parts(text).into_iter().map(|(part, _)| part.to_owned()).collect::<Vec<_>>();
        assert_eq!(order("Weg 5"), ["Weg 5"]);
        assert_eq!(order("Weg שלום 5").first().map(String::as_str), Some("Weg "));
        assert_eq!(order("שלום 12"), ["12", "שלום "], "digits stay in their order");
        assert_eq!(order(""), [] as [String; 0]);
    }
}
