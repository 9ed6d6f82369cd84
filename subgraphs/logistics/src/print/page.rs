//! Where everything stands on a label.

use krilla::Document;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::codes::{self, Pattern};
use super::text::{Fonts, Line, Pen, Weight};
use super::{Label, PrintError};

/// A6, in points.
const WIDTH: f32 = 297.64;
const HEIGHT: f32 = 419.53;
const MARGIN: f32 = 20.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Of a line's height, how far below the last its letters stand.
const LEADING: f32 = 1.25;
/// How much smaller a line is written before it is broken.
const SMALLEST: f32 = 0.7;
/// The most lines that one line is broken into.
const MAX_LINES: usize = 3;
/// How much smaller an address is written that is too high.
const SCALES: [f32; 4] = [1.0, 0.85, 0.7, 0.55];
const RULE: f32 = 0.75;
const SENDER_HEIGHT: f32 = 50.0;
/// Where the part for machines begins. The codes are as far from everything else as their standards want it.
const CODES_TOP: f32 = 250.0;
const QR_TOP: f32 = 263.0;
const QR_SIDE: f32 = 74.0;
const BARS_TOP: f32 = 350.0;
const BARS_HEIGHT: f32 = 40.0;
/// A barcode has ten modules of white on each side.
const QUIET: usize = 10;

/// The label as a PDF of one page.
pub fn pdf(label: &Label, fonts: &Fonts) -> Result<Vec<u8>, PrintError> {
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(label.tracking_number.clone()));
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PrintError::Geometry)?;
    let mut page = document.start_page_with(settings);
    {
        let mut surface = page.surface();
        surface.set_fill(Some(Fill::default()));
        let (regular, bold) = (fonts.pen(Weight::Regular)?, fonts.pen(Weight::Bold)?);
        let mut sheet = Sheet { surface, regular, bold, y: MARGIN };
        sheet.addresses(label)?;
        sheet.codes(label)?;
    }
    page.finish();
    document.finish().map_err(|error| PrintError::Pdf(format!("{error:?}")))
}

/// A text, the size of its letters, and how bold it is.
type Row<'a> = (&'a str, f32, Weight);

struct Sheet<'s, 'f> {
    surface: Surface<'s>,
    regular: Pen<'f>,
    bold: Pen<'f>,
    /// How far down it is written on.
    y: f32,
}

impl Sheet<'_, '_> {
    fn addresses(&mut self, label: &Label) -> Result<(), PrintError> {
        let sender: Vec<Row> =
            label.sender.iter().map(|line| (line.as_str(), 7.5, Weight::Regular)).collect();
        self.write(&sender, SENDER_HEIGHT);
        self.y += 6.0;
        self.fill([(MARGIN, self.y, INNER, RULE)])?;
        self.y += 8.0;
        let to = &label.recipient;
        let mut rows: Vec<Row> = vec![(&to.name, 15.0, Weight::Bold)];
        rows.extend(to.company.iter().chain(&to.lines).map(|line| (line.as_str(), 13.0, Weight::Regular)));
        rows.push((&to.town, 16.0, Weight::Bold));
        rows.extend(to.region.iter().map(|line| (line.as_str(), 11.0, Weight::Regular)));
        rows.push((&to.country, 12.0, Weight::Bold));
        rows.extend(to.phone.iter().map(|line| (line.as_str(), 8.0, Weight::Regular)));
        self.write(&rows, CODES_TOP - 6.0 - self.y);
        Ok(())
    }

    fn codes(&mut self, label: &Label) -> Result<(), PrintError> {
        self.fill([(MARGIN, CODES_TOP, INNER, RULE)])?;
        self.y = CODES_TOP + 6.0;
        let order = label.order_number.as_ref().map(|number| format!("Order {number}"));
        let parcel = format!("Parcel {}", label.parcel);
        let mut rows: Vec<Row> = order.iter().map(|order| (order.as_str(), 10.0, Weight::Bold)).collect();
        rows.push((&parcel, 10.0, Weight::Regular));
        self.write(&rows, QR_SIDE);
        if let Some(link) = &label.link {
            let pattern = codes::square(link)?;
            self.pattern(&pattern, (WIDTH - MARGIN - QR_SIDE, QR_TOP), (QR_SIDE, QR_SIDE), 0)?;
        }
        let bars = codes::bars(&label.tracking_number)?;
        self.pattern(&bars, (MARGIN, BARS_TOP), (INNER, BARS_HEIGHT), QUIET)?;
        let number = self.bold.line(&label.tracking_number);
        let x = (WIDTH - number.width * 11.0) / 2.0;
        self.put(&number, x, BARS_TOP + BARS_HEIGHT + 13.0, 11.0);
        Ok(())
    }

    /// Writes rows below what is written, as large as they can be within a height.
    fn write(&mut self, rows: &[Row<'_>], most: f32) {
        let mut lines = Vec::new();
        for scale in SCALES {
            lines = rows.iter().flat_map(|row| self.lines(row, scale)).collect();
            if lines.iter().map(|(_, size)| size * LEADING).sum::<f32>() <= most {
                break;
            }
        }
        for (line, size) in lines {
            self.y += size * LEADING;
            self.put(&line, MARGIN, self.y, size);
        }
    }

    /// A row with the size of its letters: smaller if it is too long, broken if it would be too small.
    fn lines(&self, (text, size, weight): &Row<'_>, scale: f32) -> Vec<(Line, f32)> {
        let pen = match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        };
        let (whole, size) = (pen.line(text), size * scale);
        match fitting(&whole, size) {
            fitting if fitting >= size * SMALLEST => vec![(whole, fitting)],
            _ => broken(pen, text, size * SMALLEST),
        }
    }

    fn put(&mut self, line: &Line, x: f32, y: f32, size: f32) {
        let mut x = x;
        for piece in &line.pieces {
            let begin = Point::from_xy(x, y);
            self.surface.draw_glyphs(begin, &piece.glyphs, piece.font.clone(), &piece.text, size, false);
            x += piece.width * size;
        }
    }

    /// Draws a pattern of modules in a place of a size, with so many modules of white left and right of it.
    fn pattern(
        &mut self,
        pattern: &Pattern,
        (x, y): (f32, f32),
        (width, height): (f32, f32),
        quiet: usize,
    ) -> Result<(), PrintError> {
        let wide = width / whole(pattern.width + 2 * quiet);
        let high = height / whole(pattern.height);
        let place = |(left, top, length): &(usize, usize, usize)| {
            (x + wide * whole(left + quiet), y + high * whole(*top), wide * whole(*length), high)
        };
        self.fill(pattern.dark.iter().map(place))
    }

    /// Fills rectangles: left, top, width and height.
    fn fill(&mut self, places: impl IntoIterator<Item = (f32, f32, f32, f32)>) -> Result<(), PrintError> {
        let mut path = PathBuilder::new();
        for (left, top, width, height) in places {
            path.push_rect(Rect::from_xywh(left, top, width, height).ok_or(PrintError::Geometry)?);
        }
        self.surface.draw_path(&path.finish().ok_or(PrintError::Geometry)?);
        Ok(())
    }
}

/// The size at which a line is no wider than the label, at most `size`.
fn fitting(line: &Line, size: f32) -> f32 {
    if line.width * size <= INNER { size } else { INNER / line.width }
}

/// The lines of a text that is broken at its spaces, each with its size.
fn broken(pen: &Pen<'_>, text: &str, size: f32) -> Vec<(Line, f32)> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = lines.len() == MAX_LINES;
        match lines.last_mut() {
            Some(line) if is_last || pen.line(&format!("{line} {word}")).width * size <= INNER => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let sized = |text: &String| {
        let line = pen.line(text);
        let size = fitting(&line, size);
        (line, size)
    };
    lines.iter().map(sized).collect()
}

fn whole(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}
