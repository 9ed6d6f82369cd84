//! What machines read from a label: the tracking number as Code 128 (ISO/IEC 15417), the link as a QR code (ISO/IEC 18004).

use barcoders::sym::code128::Code128;
use qrcode::{Color, QrCode};

use super::PrintError;

/// Dark rectangles in modules, the narrowest that a code has, and how many modules it is wide and high.
#[derive(Debug)]
pub struct Pattern {
    pub width: usize,
    pub height: usize,
    /// Left, top and width; each is a module high, or as high as the code has it.
    pub dark: Vec<(usize, usize, usize)>,
}

/// Begins, or goes on, with letters and digits.
const SET_B: char = '\u{181}';
/// Goes on with pairs of digits.
const SET_C: char = '\u{106}';

/// The bars of a number.
pub fn bars(number: &str) -> Result<Pattern, PrintError> {
    let code = Code128::new(with_sets(number)).map_err(PrintError::Barcode)?;
    let modules: Vec<bool> = code.encode().into_iter().map(|module| module != 0).collect();
    Ok(Pattern { width: modules.len(), height: 1, dark: runs(&modules, 0).collect() })
}

/// Four digits or more at its end are written as pairs, which are half as wide.
fn with_sets(number: &str) -> String {
    let letters = number.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = number.len() - letters.len();
    if digits < 4 {
        return format!("{SET_B}{number}");
    }
    let (before, pairs) = number.split_at(letters.len() + digits % 2);
    if before.is_empty() { format!("{SET_C}{pairs}") } else { format!("{SET_B}{before}{SET_C}{pairs}") }
}

/// The modules of a link.
pub fn square(link: &str) -> Result<Pattern, PrintError> {
    let code = QrCode::new(link).map_err(PrintError::QrCode)?;
    let width = code.width();
    let modules: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    let dark = modules.chunks(width).enumerate().flat_map(|(top, row)| runs(row, top)).collect();
    Ok(Pattern { width, height: width, dark })
}

/// The dark stretches of a row.
fn runs(row: &[bool], top: usize) -> impl Iterator<Item = (usize, usize, usize)> + use<'_> {
    let mut left = 0;
    row.chunk_by(|a, b| a == b).filter_map(move |run| {
        let begin = left;
        left += run.len();
        run.first().is_some_and(|is_dark| *is_dark).then_some((begin, top, run.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_at_the_end_are_written_as_pairs() {
        for (number, expected) in [
            ("SK123456789012", "\u{181}SK\u{106}123456789012"),
            ("SK12345", "\u{181}SK1\u{106}2345"),
            ("123456", "\u{106}123456"),
            ("SK123", "\u{181}SK123"),
            ("SK", "\u{181}SK"),
        ] {
            assert_eq!(with_sets(number), expected);
        }
    }

    /// Start, two letters, a switch, six pairs and the check, of 11 modules each, and the stop of 13.
    #[test]
    fn bars_of_a_tracking_number_are_134_modules_wide() {
        let pattern = bars("SK123456789012").ok();
        assert_eq!(pattern.as_ref().map(|pattern| pattern.width), Some(134));
        // A symbol has three bars, the stop four.
        assert_eq!(pattern.map(|pattern| pattern.dark.len()), Some(11 * 3 + 4));
    }
}
